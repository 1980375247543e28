"""Results too large for an answer, at /results/<token>. The token is told only in the answer, so nobody else finds the file."""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ganapp.base import results

ADDRESS = re.compile(rf"{results.ADDRESS}([0-9a-f]{{32}})")
PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


def answer(token: str) -> Response:
    """The file of that token under its name; 404 when there is none or no longer."""
    kept = results.find(token)
    if kept is None:
        return PlainTextResponse("Gone", 404, PRIVATE)
    headers = {**PRIVATE, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(kept.name)}"}
    return FileResponse(kept.path, headers=headers, media_type=kept.mime)


class Results:
    """ASGI middleware that answers /results/... itself; every other request passes through."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = ADDRESS.fullmatch(scope.get("path", "")) if scope["type"] == "http" else None
        if asked is None:
            await self.app(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await PlainTextResponse("Method not allowed", 405, {"Allow": "GET, HEAD"})(scope, receive, send)
        else:
            response = await run_in_threadpool(answer, asked[1])
            await response(scope, receive, send)
