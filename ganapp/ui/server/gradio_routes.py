"""Which of Gradio's own addresses are open.

Gradio also stores whatever anybody uploads and serves it to everybody, fetches addresses for others, shows how often what was called, and
more that this app has no use for: pictures come inside of requests, results inside of answers or at /results. What is not needed is shut.
"""

from __future__ import annotations

import logging
import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ganapp.base.errors import UserError
from ganapp.ui.server.routes import refused

OPEN = {"info", "openapi.json", "call", "queue", "component_server", "cancel", "reset", "mcp"}
OPEN |= {"heartbeat", "startup-events", "app_id", "theme.css", "login_check", "user", "token"}
UNDER = re.compile(r"/gradio_api/+([^/]*)")
# What the page of the interface asks for wherever it is: a 404 is reported as an error by browsers, a 200 reads as "there is some".
ASKED = ("/gradio_api/mcp/schema", "/monitoring/summary")
NONE = 300
SHUT = re.compile(r"/monitoring(?:/.*)?", re.S)


def shut(path: str) -> bool:
    """Whether an address is one of Gradio's that nobody here needs."""
    under = UNDER.match(path)
    return under[1] not in OPEN if under else bool(SHUT.fullmatch(path))


def absent(send: Send) -> Send:
    """`send`, for which there is none of what is not there."""

    async def softened(message: Message) -> None:
        missing = message["type"] == "http.response.start" and message["status"] == 404
        await send({**message, "status": NONE} if missing else message)

    return softened


# What Gradio and FastAPI raise over JSON that is no request: unknown arguments, numbers beyond all bounds, other kinds of values.
UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)


class GradioRoutes:
    """ASGI middleware: refuses what is shut, and forms with files, which Gradio writes to the disk before it looks at them. A request that
    Gradio fails at is answered with a sentence."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        send = absent(send) if scope.get("path") in ASKED else send
        if scope["type"] == "http":
            form = Headers(scope=scope).get("content-type", "").strip().lower().startswith("multipart/")
            if form or shut(scope.get("path", "")):
                refusal = refused(UserError("route_shut"), 415 if form else 404)
                refusal.headers["Connection"] = "close"  # the body is not read
                await refusal(scope, receive, send)
                return
        if scope["type"] == "http" and scope["method"] == "POST" and UNDER.match(scope.get("path", "")):
            await self._explained(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _explained(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except UNREADABLE:
            if started:
                raise
            logging.getLogger(__name__).warning("a request to %r could not be read", scope["path"][:80], exc_info=True)
            await refused(UserError("request_unreadable"), 400)(scope, receive, send)
