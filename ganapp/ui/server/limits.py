"""How much a request may send, and how much may be on its way at once. The page's remote procedures bypass Gradio's queue and its limits,
so the bytes are counted here."""

from __future__ import annotations

import re
from collections import Counter

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ganapp.base.errors import UserError
from ganapp.ui.server.routes import refused

LARGEST = 96 * 2**20  # a photo of 20 MB as base64 in JSON, and the patches of its repairs
OF_ADDRESS = 3 * LARGEST  # bytes of requests from one address that have no answer yet
OF_ALL = 12 * LARGEST
PROCEDURES = "/gradio_api/component_server"  # a page cannot read any status but 200


class RefusedError(Exception):
    """A body went on beyond a limit."""


class Limits:
    """ASGI middleware. It answers 413 to a request whose body is larger than `largest` bytes, announced or not, and asks a sender to wait
    who has more than `of_address` bytes on their way, or anybody while all together have more than `of_all`."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST, of_address: int = OF_ADDRESS, of_all: int = OF_ALL) -> None:
        self.app, self.largest, self.of_address, self.of_all = app, largest, of_address, of_all
        self.held: Counter[str] = Counter()  # bytes by address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if not re.fullmatch(r"[0-9]{1,15}", announced) or int(announced) > self.largest:
            await _refused(scope, _too_large())(scope, receive, send)
            return
        body = _Body(self, (scope.get("client") or ("",))[0])
        started = False

        async def counted() -> Message:
            message = await receive()
            body.more(len(message.get("body", b"")))
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            if body.refusal is None or started:  # Gradio answers 400 to whatever it could not read; ours says why
                started = True
                await send(message)

        try:
            await self.app(scope, counted, noted)
        except RefusedError:
            pass
        finally:
            body.end()
        if body.refusal is not None and not started:
            await _refused(scope, body.refusal)(scope, receive, send)


class _Body:
    """The bytes of one request, counted until it has its answer. refusal: why it may not go on."""

    def __init__(self, limits: Limits, address: str) -> None:
        self.limits, self.address, self.bytes = limits, address, 0
        self.refusal: UserError | None = None

    def more(self, count: int) -> None:
        held, limits = self.limits.held, self.limits
        self.bytes += count
        held[self.address] += count
        if self.bytes > limits.largest:
            self.refusal = _too_large()
        elif held[self.address] > limits.of_address or held.total() > limits.of_all:
            self.refusal = UserError("too_much_at_once")
        if self.refusal:
            raise RefusedError

    def end(self) -> None:
        self.limits.held[self.address] -= self.bytes
        if not self.limits.held[self.address]:
            del self.limits.held[self.address]


def _too_large() -> UserError:
    return UserError("request_large", most=LARGEST >> 20)


def _refused(scope: Scope, refusal: UserError) -> Response:
    status = {"request_large": 413, "too_much_at_once": 200 if scope["path"].startswith(PROCEDURES) else 429}[refusal.key]
    response = refused(refusal, status)
    response.headers["Connection"] = "close"
    return response
