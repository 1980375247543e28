"""Results too large for an answer, at /results/<token>. Only the answer contains the token, so nobody else finds the file."""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from ganapp.base import results
from ganapp.ui.server.routes import Route

ADDRESS = re.compile(rf"{results.ADDRESS}([0-9a-f]{{32}})")
PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


def answer(token: str) -> Response:
    """The file of that token under its name; 404 when there is none or no longer."""
    kept = results.find(token)
    if kept is None:
        return PlainTextResponse("Gone", 404, PRIVATE)
    headers = {**PRIVATE, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(kept.name)}"}
    return FileResponse(kept.path, headers=headers, media_type=kept.mime)


async def _answer(_: Request, groups: tuple[str, ...]) -> Response:
    return await run_in_threadpool(answer, groups[0])


ROUTE = Route(ADDRESS, _answer)
