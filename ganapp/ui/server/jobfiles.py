"""Files of jobs, at /jobs/<id>/...: sample sheets, log, order, and the result as a zip file.

The key of the visitor comes in the header X-Likeness-Key, the administrator's password in X-Likeness-Password: neither may
stand in an address, which logs and histories keep.
"""

from __future__ import annotations

import re
import tempfile
import unicodedata
import zipfile
from pathlib import Path
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from ganapp.base.errors import UserError
from ganapp.jobs import actions, outcome, visitor
from ganapp.jobs.requests.job_show import ordered
from ganapp.jobs.visitor import Visitor
from ganapp.ui.server.routes import FRESH, Route

ADDRESS = re.compile(r"/jobs/([0-9a-f]{4,20})/(.+)")
SHEET = re.compile(r"samples/(?:[a-z]+/)?\d{1,12}\.png")
PLAIN = {"metrics.jsonl": "application/x-ndjson"}
RESULT = "result.zip"
KEPT = {"Cache-Control": "private, max-age=31536000, immutable", "Vary": "X-Likeness-Key, X-Likeness-Password"}


def sender(request: Request) -> Visitor:
    """Who sends a request. UserError for a short key or a wrong password."""
    return visitor.of(request.headers.get("x-likeness-key", ""), request.headers.get("x-likeness-password", ""))


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


def packed(who: Visitor, job_id: str) -> tuple[Path, str]:
    """The result, a model folder, as one zip file, which is the caller's to remove, and the job's name. Nothing is compressed: weights
    hardly shrink. UserError when there is no result."""
    job = actions.find(who, job_id)
    actions.file(who, job_id, "result/config.json")
    with outcome.held(job) as folder:
        return _zipped(folder, _plain(job.name)), job.name


def _packed(who: Visitor, job_id: str) -> Response:
    """The zip file, removed when it is sent; it bears the job's name."""
    path, name = packed(who, job_id)
    headers = {**FRESH, "Content-Disposition": f"attachment; filename=\"{_plain(name)}.zip\"; filename*=UTF-8''{quote(_safe(name))}.zip"}
    return FileResponse(path, headers=headers, media_type="application/zip", background=BackgroundTask(path.unlink, missing_ok=True))


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


async def _answer(request: Request, groups: tuple[str, ...]) -> Response:
    return await run_in_threadpool(lambda: answer(sender(request), *groups))


ROUTE = Route(ADDRESS, _answer)
