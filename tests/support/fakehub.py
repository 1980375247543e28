"""A Hub on 127.0.0.1 that the real huggingface_hub client talks to: repositories, revisions, Range, LFS redirects, commits.

    hub = FakeHub()                         # serves until hub.close()
    sha = hub.commit("owner/name", {"config.json": b"{}"})
    hub.cuts["model.safetensors"] = 1000    # the next transfer of that file ends after 1000 bytes

Every request is kept in `hub.requests` as (method, path, Range header), and its Authorization header in
`hub.authorisations`. A new kind of route is one more line in ROUTES.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from ganapp.models.hub_access import DEPLOYER, Who, acting

TOKEN = "hf_fake_reader_and_writer"
LARGE = (".safetensors", ".onnx", ".bin", ".zip", ".pt")  # kept as LFS objects, as the Hub's .gitattributes asks


@dataclass
class Repository:
    """commits: files by path, by commit; refs: branch or tag -> commit. gated and private ask for TOKEN."""

    private: bool = False
    gated: bool = False
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)

    def commit(self, files: dict[str, bytes], branch: str = "main") -> str:
        sha = hashlib.sha1(repr((len(self.commits), branch, sorted(files.items()))).encode()).hexdigest()
        self.commits[sha] = files
        self.refs[branch] = sha
        return sha


class FakeHub:
    """The server. Kinds of repositories ("model", "dataset", "space") keep apart."""

    def __init__(self) -> None:
        self.repositories: dict[tuple[str, str], Repository] = {}
        self.objects: dict[str, bytes] = {}
        self.cuts: dict[str, int] = {}
        self.statuses: dict[str, int] = {}  # path prefix -> status to answer instead
        self.requests: list[tuple[str, str, str]] = []
        self.authorisations: list[str] = []
        self.once: dict[str, list[int]] = {}  # path prefix -> statuses of the next answers; 0 cuts the connection
        self.spaces: dict[str, dict[str, Any]] = {}  # what was asked for by the Space's name, and "stages": those that come, "log"
        self.jobs: dict[str, dict[str, Any]] = {}  # what was asked for, by the job's id, and "stage", "message"
        hub = self

        class Bound(Handler):
            pass

        Bound.hub = hub
        self.connections: set[socket.socket] = set()
        self.servers = [ThreadingHTTPServer(("127.0.0.1", 0), Bound) for _ in range(2)]
        for server in self.servers:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        # Large files come from another host, as on the real Hub: the client follows redirects within one host on its own.
        self.url, self.cdn = (f"http://127.0.0.1:{server.server_port}" for server in self.servers)

    def commit(self, name: str, files: dict[str, bytes], kind: str = "model", branch: str = "main", **flags: bool) -> str:
        """Replace the files of a repository, which is created at the first commit; returns the commit's sha."""
        repository = self.repositories.setdefault((kind, name), Repository(**flags))
        self.objects |= {hashlib.sha256(blob).hexdigest(): blob for path, blob in files.items() if path.endswith(LARGE)}
        return repository.commit(dict(files), branch)

    def commit_folder(self, name: str, folder: Path, **flags: bool) -> str:
        """`commit` of all files at the top of a folder."""
        return self.commit(name, {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}, **flags)

    def close(self) -> None:
        """Stop, and end the connections that the client keeps open."""
        for server in self.servers:
            server.shutdown()
            server.server_close()
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def client_of(hub_url: str, home: Path, token: str | None = TOKEN, who: Who = DEPLOYER) -> Iterator[None]:
    """Within it the client of this process talks to `hub_url` for `who`, and keeps the deployer's cache under `home`; `token`: that of the
    machine."""
    from huggingface_hub import constants
    from huggingface_hub.utils import close_session

    with pytest.MonkeyPatch.context() as patch:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
            patch.delenv(name, raising=False)
            patch.delenv(name.lower(), raising=False)
        patch.setattr(constants, "ENDPOINT", hub_url)
        patch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", hub_url + "/{repo_id}/resolve/{revision}/{filename}")
        patch.setattr(constants, "HF_HUB_CACHE", str(home / "hub"))
        patch.setattr(constants, "HF_TOKEN_PATH", str(home / "token"))
        patch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        patch.setattr(constants, "HF_HUB_DISABLE_PROGRESS_BARS", True)
        if token:
            patch.setenv("HF_TOKEN", token)
        close_session()
        with acting(who):
            yield
    close_session()


class Handler(BaseHTTPRequestHandler):
    """Routes by pattern; a method answers with `_json`, `_blob` or `_fail`."""

    hub: FakeHub
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.hub.connections.add(self.connection)

    def finish(self) -> None:
        self.hub.connections.discard(self.connection)
        super().finish()

    def log_message(self, *_: Any) -> None:
        pass

    def _serve(self) -> None:
        url = urlsplit(self.path)
        path = unquote(url.path)
        self.query = parse_qs(url.query)
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.hub.requests.append((self.command, path, self.headers.get("Range") or ""))
        self.hub.authorisations.append(self.headers.get("Authorization") or "")
        for prefix, status in self.hub.statuses.items():
            if path.startswith(prefix):
                return self._fail(status, "", "as the test asked")
        for prefix, coming in self.hub.once.items():
            if path.startswith(prefix) and coming:
                status = coming.pop(0)
                if status:
                    return self._fail(status, "", "as the test asked")
                self.close_connection = True
                return self.connection.shutdown(socket.SHUT_RDWR)
        for methods, pattern, answer in ROUTES:
            found = re.fullmatch(pattern, path)
            if found and self.command in methods:
                return answer(self, **found.groupdict())
        return self._fail(404, "", f"no route {self.command} {path}")

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the names that http.server calls

    # answers

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _json(self, value: Any) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _fail(self, status: int, code: str, message: str = "") -> None:
        self._send(status, b"{}", {"X-Error-Code": code, "X-Error-Message": message or code, "Content-Type": "application/json"})

    def _blob(self, blob: bytes, name: str, headers: dict[str, str]) -> None:
        """The bytes, or the range of them that was asked for; cut short once when the test asked for that."""
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        start = int(asked[1]) if asked else 0
        if asked:
            headers = {**headers, "Content-Range": f"bytes {start}-{len(blob) - 1}/{len(blob)}"}
        part, cut = blob[start:], None if self.command == "HEAD" else self.hub.cuts.pop(name, None)
        self.send_response(206 if asked else 200)
        for key, value in {"Content-Length": str(len(part)), "Accept-Ranges": "bytes", **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        self.wfile.write(part if cut is None else part[:cut])
        if cut is not None:
            self.close_connection = True

    # what is asked for

    def _writer(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {TOKEN}"

    def _found(self, kind: str, name: str, revision: str) -> tuple[Repository, str] | None:
        """The repository and the commit, or None when an error was answered."""
        repository = self.hub.repositories.get((kind, name))
        if repository is None or (repository.private and not self._writer()):
            self._fail(404 if self._writer() else 401, "RepoNotFound", "Repository not found")
            return None
        sha = repository.refs.get(revision, revision)
        if sha not in repository.commits:
            self._fail(404, "RevisionNotFound", f"Invalid rev id: {revision}")
            return None
        return repository, sha

    def info(self, kind: str, name: str, revision: str | None = None) -> None:
        if found := self._found(kind, name, revision or "main"):
            repository, sha = found
            siblings = [{"rfilename": path, **self._facts(blob, path)} for path, blob in sorted(repository.commits[sha].items())]
            if "blobs" not in self.query:
                siblings = [{"rfilename": entry["rfilename"]} for entry in siblings]
            flags = {"private": repository.private, "gated": "manual" if repository.gated else False}
            flags |= {"host": self.hub.url} if kind == "space" else {}
            self._json({"_id": "0", "id": name, "modelId": name, "sha": sha, "tags": [], "downloads": 0, "siblings": siblings, **flags})

    def tree(self, kind: str, name: str, revision: str) -> None:
        if found := self._found(kind, name, revision):
            files = sorted(found[0].commits[found[1]].items())
            self._json([{"type": "file", "path": p, "oid": git_oid(b), "size": len(b), **self._lfs(b, p, "oid")} for p, b in files])

    def _facts(self, blob: bytes, path: str) -> dict[str, Any]:
        return {"size": len(blob), "blobId": git_oid(blob), **self._lfs(blob, path, "sha256")}

    def _lfs(self, blob: bytes, path: str, key: str) -> dict[str, Any]:
        return {"lfs": {key: hashlib.sha256(blob).hexdigest(), "size": len(blob), "pointerSize": 134}} if path.endswith(LARGE) else {}

    def static(self, path: str) -> None:
        """A file of the only Space with one of that name, as a Static Space shows it."""
        spaces = [repository for (kind, _), repository in self.hub.repositories.items() if kind == "space"]
        found = [files[path] for files in (each.commits[each.refs["main"]] for each in spaces) if path in files]
        if found:
            return self._send(200, found[0], {"Content-Type": "application/json"})
        return self._fail(404, "EntryNotFound")

    def resolve(self, kind: str, name: str, revision: str, path: str) -> None:
        found = self._found(kind, name, revision)
        if found is None:
            return None
        repository, sha = found
        if repository.gated and not self._writer():
            return self._fail(401, "GatedRepo", "Access to this model is restricted")
        blob = repository.commits[sha].get(path)
        if blob is None:
            return self._send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Error-Message": "Entry not found", "X-Repo-Commit": sha})
        if not path.endswith(LARGE):
            return self._blob(blob, path, {"ETag": f'"{git_oid(blob)}"', "X-Repo-Commit": sha})
        oid = hashlib.sha256(blob).hexdigest()
        linked = {"X-Repo-Commit": sha, "X-Linked-Etag": f'"{oid}"', "X-Linked-Size": str(len(blob)), "ETag": '"pointer"'}
        return self._send(302, b"", {**linked, "Location": f"{self.hub.cdn}/cdn/{oid}/{path}"})

    def cdn(self, oid: str, path: str) -> None:
        self._blob(self.hub.objects[oid], path, {"ETag": f'"{oid}"'})

    # writing

    def create(self) -> None:
        asked = json.loads(self.body)
        if not self._writer():
            return self._fail(401, "", "Invalid username or password.")
        name, kind = f"{asked.get('organization') or 'somebody'}/{asked['name']}", asked.get("type", "model")
        if (kind, name) in self.hub.repositories:
            return self._send(409, json.dumps({"url": f"{self.hub.url}/{name}", "error": "You already created this"}).encode(), {})
        self.hub.commit(name, {".gitattributes": b"*.safetensors filter=lfs\n"}, kind, private=asked.get("visibility") == "private")
        if kind == "space":
            self.hub.spaces.setdefault(name, {}).update(asked)
        return self._json({"url": f"{self.hub.url}/{name}", "name": name})

    def validate(self) -> None:
        content = json.loads(self.body)["content"]
        errors = [] if content.startswith("---\n") and "\n---\n" in content else [{"message": "no YAML header"}]
        self._send(400 if errors else 200, json.dumps({"errors": errors, "warnings": []}).encode(), {})

    def preupload(self, kind: str, name: str, revision: str) -> None:
        if found := self._found(kind, name, revision):
            held = found[0].commits[found[1]]
            answers = []
            for file in json.loads(self.body)["files"]:
                path = file["path"]
                mode = "lfs" if path.endswith(LARGE) else "regular"
                oid = _remote_oid(held[path], path) if path in held else None
                answers.append({"path": path, "uploadMode": mode, "shouldIgnore": False, "oid": oid})
            self._json({"files": answers, "commitOid": found[1]})

    def batch(self, name: str) -> None:
        answers = []
        for asked in json.loads(self.body)["objects"]:
            upload = {} if asked["oid"] in self.hub.objects else {"actions": {"upload": {"href": f"{self.hub.url}/lfs/{asked['oid']}"}}}
            answers.append({**asked, **upload})
        self._json({"transfer": "basic", "objects": answers})

    def put(self, oid: str) -> None:
        if hashlib.sha256(self.body).hexdigest() != oid:
            return self._fail(400, "", "not the object that was announced")
        self.hub.objects[oid] = self.body
        return self._send(200, b"", {})

    def commit(self, kind: str, name: str, revision: str) -> None:
        found = self._found(kind, name, revision)
        if found is None:
            return None
        if not self._writer():
            return self._fail(403, "", "You may not write here")
        files = dict(found[0].commits[found[1]])
        for line in self.body.splitlines():
            entry = json.loads(line)
            key, value = entry["key"], entry["value"]
            if key == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif key == "lfsFile":
                files[value["path"]] = self.hub.objects[value["oid"]]
            elif key == "deletedFile":
                del files[value["path"]]
        sha = self.hub.commit(name, files, kind, revision)
        return self._json({"success": True, "commitOid": sha, "commitUrl": f"{self.hub.url}/{name}/commit/{sha}", "hookOutput": ""})

    # jobs

    def whoami(self) -> None:
        if not self._writer():
            return self._fail(401, "", "Invalid username or password.")
        return self._json({"type": "user", "id": "1", "name": "somebody", "orgs": []})

    def hardware(self) -> None:
        card = {"type": "gpu", "model": "T4", "quantity": "1", "vram": "16 GB", "manufacturer": "Nvidia"}
        kinds = (("t4-small", "Nvidia T4 - small", "4 vCPU", "15 GB", card, 6667), ("cpu-basic", "CPU Basic", "2 vCPU", "16 GB", None, 167))
        self._json(
            [
                {"name": name, "prettyName": title, "cpu": cpu, "ram": ram, "ephemeralStorage": "50 GB", "accelerator": accelerator,
                 "unitCostMicroUSD": cost, "unitCostUSD": cost / 1e6, "unitLabel": "minute"}
                for name, title, cpu, ram, accelerator, cost in kinds
            ]
        )  # fmt: skip

    def run_job(self, owner: str) -> None:
        if not self._writer():
            return self._fail(401, "", "Invalid username or password.")
        job = f"job{len(self.hub.jobs)}"
        self.hub.jobs[job] = {**json.loads(self.body), "stage": "SCHEDULING", "message": None}
        return self.inspect_job(owner, job)

    def inspect_job(self, owner: str, job: str) -> None:
        asked = self.hub.jobs.get(job)
        if asked is None or not self._writer():
            return self._fail(404 if asked is None else 401, "", "Job not found")
        status = {"stage": asked["stage"], "message": asked["message"], "exposeUrls": None}
        shown = {key: asked.get(key) for key in ("dockerImage", "command", "environment", "flavor", "labels")}
        owner_ = {"id": "1", "name": owner, "type": "user"}
        return self._json({"id": job, "createdAt": "2026-01-01T00:00:00.000Z", **shown, "status": status, "owner": owner_})

    def job_log(self, owner: str, job: str) -> None:
        lines = self.hub.jobs[job].get("log", [])
        said = "".join(f"data: {json.dumps({'data': line, 'timestamp': '2026-01-01T00:00:00Z'})}\n\n" for line in lines)
        self.hub.jobs[job] |= self.hub.jobs[job].get("then", {})
        self._send(200, said.encode(), {"Content-Type": "text/event-stream"})

    def delete(self) -> None:
        asked = json.loads(self.body)
        name = f"{asked['organization']}/{asked['name']}"
        gone = self.hub.repositories.pop((asked.get("type") or "model", name), None) if self._writer() else None
        self._json({}) if gone else self._fail(404, "RepoNotFound")

    def cancel_job(self, owner: str, job: str) -> None:
        self.hub.jobs[job]["stage"] = "CANCELED"
        self.inspect_job(owner, job)

    # Spaces, and the app that runs on one

    def runtime(self, name: str) -> None:
        space = self.hub.spaces.setdefault(name, {})
        stages = space.setdefault("stages", ["BUILDING", "RUNNING"])
        stage = stages.pop(0) if len(stages) > 1 else stages[0]
        self._json({"stage": stage, "hardware": {"current": space.get("hardware"), "requested": space.get("hardware")}})

    def space_hardware(self, name: str) -> None:
        self.hub.spaces[name]["hardware"] = json.loads(self.body)["flavor"]
        self.runtime(name)

    def variable(self, name: str) -> None:
        asked = json.loads(self.body)
        kept = self.hub.spaces[name].setdefault("variables", [])
        kept.append(asked)
        self._json({each["key"]: {"value": each["value"]} for each in kept})

    def volumes(self, name: str) -> None:
        self.hub.spaces[name]["volumes"] = json.loads(self.body)["volumes"]
        self._json({"stage": "RUNNING", "hardware": {}})

    def bucket(self, name: str) -> None:
        self.hub.spaces.setdefault("buckets", {})[name] = json.loads(self.body)
        self._json({"url": f"{self.hub.url}/buckets/{name}", "id": name, "name": name})

    def log(self, name: str, which: str) -> None:
        lines = self.hub.spaces[name].get("log", [])
        said = "".join(f"data: {json.dumps({'data': line, 'timestamp': '2026-01-01T00:00:00Z'})}\n\n" for line in lines)
        self._send(200, said.encode(), {"Content-Type": "text/event-stream"})

    def called(self) -> None:
        self._json({"event_id": "1"})

    def answered(self) -> None:
        self._send(200, b'event: complete\ndata: [{"picture": "data:image/png;base64,AAAA"}]\n\n', {"Content-Type": "text/event-stream"})


def git_oid(blob: bytes) -> str:
    """The name that git gives a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(blob) + blob).hexdigest()


def _remote_oid(blob: bytes, path: str) -> str:
    return hashlib.sha256(blob).hexdigest() if path.endswith(LARGE) else git_oid(blob)


def _kinds(answer: Any) -> Any:
    """A route of /api/{models,datasets,spaces}/..., with the kind as the methods want it."""
    return lambda self, kind, **rest: answer(self, kind=kind.removesuffix("s"), **rest)


def _files(self: Handler, prefix: str | None, **rest: str) -> None:
    self.resolve(kind=(prefix or "models/").removesuffix("s/"), **rest)


KIND, NAME, REV = "(?P<kind>models|datasets|spaces)", "(?P<name>[^/]+/[^/]+)", "(?P<revision>[^/]+)"
ROUTES: list[tuple[tuple[str, ...], str, Any]] = [
    (("POST",), "/api/repos/create", Handler.create),
    (("DELETE",), "/api/repos/delete", Handler.delete),
    (("POST",), "/api/validate-yaml", Handler.validate),
    (("GET",), f"/api/{KIND}/{NAME}", _kinds(Handler.info)),
    (("GET",), f"/api/{KIND}/{NAME}/revision/(?P<revision>.+)", _kinds(Handler.info)),
    (("GET",), f"/api/{KIND}/{NAME}/tree/{REV}", _kinds(Handler.tree)),
    (("POST",), f"/api/{KIND}/{NAME}/preupload/{REV}", _kinds(Handler.preupload)),
    (("POST",), f"/api/{KIND}/{NAME}/commit/{REV}", _kinds(Handler.commit)),
    (("GET",), "/api/whoami-v2", Handler.whoami),
    (("GET",), "/api/(?:jobs|spaces)/hardware", Handler.hardware),
    (("GET",), f"/api/spaces/{NAME}/runtime", Handler.runtime),
    (("POST",), f"/api/spaces/{NAME}/hardware", Handler.space_hardware),
    (("POST",), f"/api/spaces/{NAME}/variables", Handler.variable),
    (("POST", "PUT"), f"/api/spaces/{NAME}/volumes", Handler.volumes),
    (("GET",), f"/api/spaces/{NAME}/logs/(?P<which>build|run)", Handler.log),
    (("POST",), f"/api/buckets/{NAME}", Handler.bucket),
    (("GET",), r"/(?P<path>edition\.json)", Handler.static),
    (("POST",), "/gradio_api/call/v2/sample", Handler.called),
    (("GET",), "/gradio_api/call/v2/sample/1", Handler.answered),
    (("POST",), "/api/jobs/(?P<owner>[^/]+)", Handler.run_job),
    (("GET",), "/api/jobs/(?P<owner>[^/]+)/(?P<job>[^/]+)", Handler.inspect_job),
    (("POST",), "/api/jobs/(?P<owner>[^/]+)/(?P<job>[^/]+)/cancel", Handler.cancel_job),
    (("GET",), "/api/jobs/(?P<owner>[^/]+)/(?P<job>[^/]+)/logs", Handler.job_log),
    (("POST",), f"/(?:spaces/|datasets/)?{NAME}.git/info/lfs/objects/batch", Handler.batch),
    (("PUT",), "/lfs/(?P<oid>[0-9a-f]{64})", Handler.put),
    (("GET", "HEAD"), "/cdn/(?P<oid>[0-9a-f]{64})/(?P<path>.+)", Handler.cdn),
    (("GET", "HEAD"), f"/(?P<prefix>datasets/|spaces/)?{NAME}/resolve/{REV}/(?P<path>.+)", _files),
]
