"""Security headers of our answers: which scripts may run, who may show a page in a frame, and that a file is of the type we say."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ganapp.ui.server import static

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
DEVICES = ("camera", "microphone", "geolocation", "usb", "serial", "hid", "midi", "display-capture")
UNUSED = (*DEVICES, "payment", "browsing-topics")
OF_ALL = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # a link's fragment and words are nobody else's
    "permissions-policy": ", ".join(f"{feature}=()" for feature in UNUSED),  # what no page of ours asks for
}
OWN = {"cross-origin-resource-policy": "same-origin"}  # no other site shows or reads it; a preview may be shown
OF_PAGES = {
    "content-type": "text/html; charset=utf-8",
    "cross-origin-opener-policy": "same-origin",  # a window that another site opened is out of its hands
}
# An answer that is opened by itself runs nothing: JSON, a plain text, an SVG, the page that says that nothing is here.
OF_OTHERS = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; " + POLICY[-1]
SHOWN = ("text/html", "text/plain", "text/xml", "application/json", "application/xml", "image/svg+xml", "application/x-ndjson")


def of_page(document: str) -> dict[str, str]:
    """Headers of a page. Of inline scripts only those that stand in the document as it is sent may run, known by their digests, and no
    handler in an attribute. Gradio compiles its components' scripts, so that eval cannot be forbidden."""
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in INLINE.findall(document)]
    known = " ".join(f"'sha256-{digest}'" for digest in digests)
    policy = (*POLICY, f"script-src 'self' 'unsafe-eval' {known}".rstrip(), "script-src-attr 'none'")
    return {**OF_PAGES, "content-security-policy": "; ".join(policy)}


class Guarded:
    """ASGI middleware: every answer of the app says what a browser may do with it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        pictures = f"/{static.root()}/pictures/"

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                fields = MutableHeaders(scope=message)
                fields.update(OF_ALL)
                if not scope["path"].startswith(pictures):
                    fields.update(OWN)
                if fields.get("content-type", "").startswith(SHOWN):
                    fields.setdefault("content-security-policy", OF_OTHERS)
            await send(message)

        await self.app(scope, receive, marked if scope["type"] == "http" else send)
