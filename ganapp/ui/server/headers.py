"""Security headers of our answers: which scripts may run, who may show a page in a frame, and that a file is of the type we say."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

INLINE = re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*\stype=\"application/json\")[^>]*>(.*?)</script>", re.S)
POLICY = (
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",  # Gradio writes style elements and attributes
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self' data: blob:",
    "worker-src 'self' blob:",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self' https://huggingface.co",  # a Space is shown in a frame of the Hub's
)
OF_PAGES = {
    "content-type": "text/html; charset=utf-8",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",  # a window that another site opened is out of its hands
}


def of_page(document: str) -> dict[str, str]:
    """Headers of a page. Of inline scripts only those that stand in the document as it is sent may run, known by their digests, and no
    handler in an attribute. Gradio compiles its components' scripts, so that eval cannot be forbidden."""
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in INLINE.findall(document)]
    known = " ".join(f"'sha256-{digest}'" for digest in digests)
    policy = (*POLICY, f"script-src 'self' 'unsafe-eval' {known}".rstrip(), "script-src-attr 'none'")
    return {**OF_PAGES, "content-security-policy": "; ".join(policy)}


class NoSniff:
    """ASGI middleware: forbids browsers to guess what a file is, for every answer of the app."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Content-Type-Options"] = "nosniff"
            await send(message)

        await self.app(scope, receive, marked if scope["type"] == "http" else send)
