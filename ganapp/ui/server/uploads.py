"""Pictures for a training, sent with POST to /jobs/data/<number>/<relative path>: one file a request, streamed to the disk.

The number is drawn by the page, 16 to 64 letters and digits, the same for all files of one upload. The visitor's key comes in the
header X-Likeness-Key. Bytes are counted as they come, so nothing beyond the limit is ever stored.
"""

from __future__ import annotations

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ganapp.jobs.incoming import Incoming
from ganapp.ui.server.jobfiles import sender
from ganapp.ui.server.routes import FRESH, Route

ADDRESS = re.compile(r"/jobs/data/([^/]+)/(.+)", re.S)
BLOCK = 1 << 20  # bytes that are gathered before they are written


async def take(request: Request, number: str, relative: str) -> Response:
    """Store the body of one request. UserError for what cannot be stored; what had come of it is removed then."""
    incoming = Incoming(sender(request), number, relative)
    await run_in_threadpool(incoming.__enter__)
    problem: BaseException | None = None
    try:
        held = bytearray()
        async for chunk in request.stream():
            held += chunk
            if len(held) >= BLOCK:
                await run_in_threadpool(incoming.write, bytes(held))
                held.clear()
        await run_in_threadpool(incoming.write, bytes(held))
    except BaseException as stopped:
        problem = stopped
        raise
    finally:
        await run_in_threadpool(incoming.__exit__, type(problem) if problem else None, problem, None)
    return JSONResponse({"bytes": incoming.bytes}, headers=FRESH)


async def _answer(request: Request, groups: tuple[str, ...]) -> Response:
    return await take(request, *groups)


ROUTE = Route(ADDRESS, _answer, ("POST",))
