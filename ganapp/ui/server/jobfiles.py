"""Files of jobs, at /jobs/<id>/...: sample sheets, log, order, and the result as a zip file.

The key of the visitor comes in the header X-Likeness-Key, the administrator's password in X-Likeness-Password: neither may
stand in an address, which logs and histories keep.
"""

from __future__ import annotations

import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ganapp.base import locales
from ganapp.base.errors import UserError
from ganapp.jobs import actions, outcome, visitor
from ganapp.jobs.requests.job_show import ordered
from ganapp.jobs.visitor import Visitor

ADDRESS = re.compile(r"/jobs/([0-9a-f]{4,20})/(.+)")
SHEET = re.compile(r"samples/(?:[a-z]+/)?\d{1,12}\.png")
PLAIN = {"metrics.jsonl": "application/x-ndjson"}
RESULT = "result.zip"
STATUS = {
    "upload_large": 413,
    "upload_disk": 413,
    "no_such_job": 404,
    "no_such_file": 404,
    "visitor_key": 403,
    "wrong_password": 403,
    "password_slow": 429,
    "not_your_job": 403,
}
KEPT = {"Cache-Control": "private, max-age=31536000, immutable", "Vary": "X-Likeness-Key, X-Likeness-Password"}
FRESH = {"Cache-Control": "no-store"}


def sender(scope: Scope) -> Visitor:
    """Who sends a request. UserError for a short key or a wrong password."""
    headers = Headers(scope=scope)
    return visitor.of(headers.get("x-likeness-key", ""), headers.get("x-likeness-password", ""))


def refused(refusal: UserError, status: int = 0) -> Response:
    """A refusal in every language, as a page's remote procedures give it."""
    told = {language: refusal.sentence(language) for language in locales.LANGUAGES}
    return JSONResponse({"error": {"key": refusal.key, **told}}, status or STATUS.get(refusal.key, 400), FRESH)


def answer(who: Visitor, job_id: str, name: str) -> Response:
    """The file `name` of a job. UserError when the visitor may not see the job, or it has no such file."""
    if SHEET.fullmatch(name):
        return FileResponse(actions.file(who, job_id, name), headers=KEPT, media_type="image/png")
    if name == "order.json":
        return JSONResponse(ordered(who, job_id), headers=FRESH)
    if name in PLAIN:
        return FileResponse(actions.file(who, job_id, name), headers=FRESH, media_type=PLAIN[name])
    if name == RESULT:
        return _packed(who, job_id)
    raise UserError("no_such_file", file=name[:80], name=actions.find(who, job_id).name)


def _packed(who: Visitor, job_id: str) -> Response:
    """The result, a model folder, as one zip file that bears the job's name. Weights hardly shrink, so nothing is compressed."""
    job = actions.find(who, job_id)
    actions.file(who, job_id, "result/config.json")
    name = job.name
    with outcome.held(job) as folder:
        packed = _zipped(folder, _plain(name))
    headers = {**FRESH, "Content-Disposition": f"attachment; filename=\"{_plain(name)}.zip\"; filename*=UTF-8''{quote(_safe(name))}.zip"}
    return FileResponse(packed, headers=headers, media_type="application/zip", background=BackgroundTask(packed.unlink, missing_ok=True))


def _zipped(folder: Path, root: str) -> Path:
    """A zip file of a folder's files, in a place of its own. UserError, and nothing left, when the disk is full."""
    packed: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(suffix=".zip", delete=False) as target:
            packed = Path(target.name)
            with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
                for path in sorted(folder.rglob("*")):
                    if path.is_file() and not path.name.startswith("."):
                        archive.write(path, f"{root}/{path.relative_to(folder).as_posix()}")
    except OSError as problem:
        if packed:
            packed.unlink(missing_ok=True)
        raise UserError("disk_full") from problem
    return packed


def _safe(name: str) -> str:
    """A job's name as a file's name: no sign that a disk takes for something else."""
    return re.sub(r'[\\/:*?"<>|\s]+', "-", name).strip("-.") or "model"


def _plain(name: str) -> str:
    """The same in ASCII."""
    return _safe(unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())


class JobFiles:
    """ASGI middleware that answers /jobs/<id>/... itself; every other request passes through."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = ADDRESS.fullmatch(scope.get("path", "")) if scope["type"] == "http" else None
        if asked is None:
            await self.app(scope, receive, send)
            return
        job_id, name = asked[1], asked[2]
        work: Callable[[], Response] = lambda: answer(sender(scope), job_id, name)  # noqa: E731
        if scope["method"] not in ("GET", "HEAD"):
            await Response("Method not allowed", 405, {"Allow": "GET, HEAD"})(scope, receive, send)
            return
        try:
            response = await run_in_threadpool(work)
        except UserError as refusal:
            response = refused(refusal)
        await response(scope, receive, send)
