"""Large files of answers, at /results/<token>: what would be too much inside an answer is kept beside it for a while.

The token is drawn by chance and told only in the answer, so nobody else finds the file. It is gone after half an hour, or sooner where newer
ones need the room.
"""

from __future__ import annotations

import atexit
import base64
import re
import secrets
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

ADDRESS = re.compile(r"/results/([\w-]{40,60})")
LARGE = 24 * 2**20  # bytes of a file that no longer stands in its answer
LIFE = 1800.0  # seconds that a file is kept
ROOM = 2 * 2**30  # bytes of all files together
PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
DATA = re.compile(r"data:([\w.+-]+/[\w.+-]+);base64,")


@dataclass
class Store:
    """Files by their tokens, in a folder of the process that nobody else may read."""

    life: float = LIFE
    room: int = ROOM
    folder: Path | None = None
    kept: dict[str, tuple[Path, str, float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, blob: bytes, mime: str) -> str:
        """Put a file there and return its token; the oldest make room for it."""
        token = secrets.token_urlsafe(32)
        with self.lock:
            if self.folder is None:
                self.folder = Path(tempfile.mkdtemp(prefix="likeness-results-"))
                atexit.register(self.clear)
            self._tidy(self.room - len(blob))
            path = self.folder / token
            path.write_bytes(blob)
            self.kept[token] = (path, mime, time.monotonic() + self.life)
        return token

    def find(self, token: str) -> tuple[Path, str] | None:
        """Where a file lies and what it is; None when it is gone."""
        with self.lock:
            self._tidy(self.room)
            found = self.kept.get(token)
        return found[:2] if found else None

    def clear(self) -> None:
        """Forget everything."""
        with self.lock:
            self.kept.clear()
            if self.folder is not None:
                shutil.rmtree(self.folder, ignore_errors=True)
                self.folder = None

    def _tidy(self, room: int) -> None:
        """Remove what has had its time, and the oldest until no more than `room` bytes lie there."""
        held = sum(path.stat().st_size for path, _, _ in self.kept.values())
        for token, (path, _, end) in list(self.kept.items()):
            if end > time.monotonic() and held <= room:
                return
            held -= path.stat().st_size
            path.unlink(missing_ok=True)
            del self.kept[token]


STORE = Store()


def lightened(report: dict[str, Any], large: int = LARGE, store: Store = STORE) -> dict[str, Any]:
    """A report whose large data URIs are addresses "results/<token>" instead; everything else as it was."""
    return {name: _outside(value, large, store) if isinstance(value, str) else value for name, value in report.items()}


def _outside(value: str, large: int, store: Store) -> str:
    head = DATA.match(value, 0, 100) if len(value) > large * 4 // 3 else None
    if head is None:
        return value
    return f"results/{store.keep(base64.b64decode(value[head.end() :]), head[1])}"


class Results:
    """ASGI middleware that answers /results/... itself; every other request passes through."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = ADDRESS.fullmatch(scope.get("path", "")) if scope["type"] == "http" else None
        if asked is None:
            await self.app(scope, receive, send)
            return
        response: Response = PlainTextResponse("Gone", 404, PRIVATE)
        if scope["method"] not in ("GET", "HEAD"):
            response = PlainTextResponse("Method not allowed", 405, {"Allow": "GET, HEAD"})
        elif found := await run_in_threadpool(STORE.find, asked[1]):
            response = FileResponse(found[0], headers=PRIVATE, media_type=found[1])
        await response(scope, receive, send)
