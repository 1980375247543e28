"""Addresses that the app answers itself, before Gradio sees them, and how a refusal looks there."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ganapp.base import locales
from ganapp.base.errors import UserError

READING = ("GET", "HEAD")
STATUS = {  # of refusals; all others are 400
    "upload_large": 413,
    "upload_disk": 413,
    "no_such_job": 404,
    "no_such_file": 404,
    "visitor_key": 403,
    "wrong_password": 403,
    "password_slow": 429,
    "not_your_job": 403,
}
FRESH = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Route:
    """Addresses of one kind. address: what the whole path must look like; answer: the response to a request whose path does, given its
    groups, or UserError; methods: those that are answered."""

    address: re.Pattern[str]
    answer: Callable[[Request, tuple[str, ...]], Awaitable[Response]]
    methods: tuple[str, ...] = READING


def sentences(refusal: UserError) -> dict[str, dict[str, str]]:
    """A refusal as it is sent to a page: {"error": {"key", "en", "zh"}}."""
    return {"error": {"key": refusal.key, **{language: refusal.sentence(language) for language in locales.LANGUAGES}}}


def refused(refusal: UserError, status: int = 0) -> Response:
    """A refusal as a response; its status by STATUS where none is given."""
    return JSONResponse(sentences(refusal), status or STATUS.get(refusal.key, 400), FRESH)


class Routes:
    """ASGI middleware that answers requests for `routes` itself, the first that fits; every other request passes through."""

    def __init__(self, app: ASGIApp, routes: Sequence[Route]) -> None:
        self.app, self.routes = app, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        for route in self.routes if scope["type"] == "http" else ():
            if fitting := route.address.fullmatch(scope.get("path", "")):
                response = await _answered(route, Request(scope, receive), fitting.groups())
                if response is not None:
                    await response(scope, receive, send)
                return
        await self.app(scope, receive, send)


async def _answered(route: Route, request: Request, groups: tuple[str, ...]) -> Response | None:
    """The response to one request; None when whoever sent it has left."""
    if request.method not in route.methods:
        return PlainTextResponse("Method not allowed", 405, {"Allow": ", ".join(route.methods)})
    try:
        response = await route.answer(request, groups)
    except UserError as refusal:
        response = refused(refusal)
        if request.method not in READING:
            response.headers["Connection"] = "close"  # the rest of the body is not read
    except ClientDisconnect:
        return None
    if request.method == "HEAD":
        response.body = b""
    return response
