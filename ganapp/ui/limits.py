"""How much a request may send. The page's remote procedures bypass Gradio's queue and its limits, so the bytes are counted here."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 96 * 2**20  # a photo of 20 MB as base64 in JSON, and the patches of its repairs


class TooLargeError(Exception):
    """A body went on beyond the limit."""


class Limits:
    """ASGI middleware: answers 413 to a request whose body is larger than `largest` bytes, announced or not."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST) -> None:
        self.app, self.largest = app, largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        refusal = PlainTextResponse("Too large", 413, {"Connection": "close"})
        if not announced.isdigit() or int(announced) > self.largest:
            await refusal(scope, receive, send)
            return
        received, started = 0, False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.largest:
                raise TooLargeError
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, counted, noted)
        except TooLargeError:
            if not started:
                await refusal(scope, receive, send)
