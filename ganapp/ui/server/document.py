"""The head of the document. Gradio serves the same for every app; this middleware gives it our title, words, style and tone.

It does so before Gradio's own script runs, so that the first thing painted is already in the reader's language and light.
"""

from __future__ import annotations

import html
import re
from functools import cache

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ganapp.base import locales, paths
from ganapp.ui import words
from ganapp.ui.page import Page, all_pages
from ganapp.ui.server import headers, static

FOREIGN = re.compile(r"\s*<meta\s+(?:property=\"og:|name=\"twitter:)[^>]*?/>", re.S)


@cache
def head(page: Page) -> str:
    """What is put right after Gradio's <base>: title, description, style sheets, words, and the script that applies stored choices."""
    name, description = (html.escape(locales.text(f"{page.slug}.{key}")) for key in ("name", "description"))
    boot = (paths.assets() / "js" / "shell" / "boot.js").read_text(encoding="utf-8")
    carried = words.inline({"root": static.root(), "page": page.slug, "script": page.script(), "words": words.carried(page)})
    modules = (*(f"js/shell/{name}.js" for name in ("words", "markup", "start", "ask", "interface", "tone")), page.script())
    early = "".join(f'<link rel="modulepreload" href="{static.root()}/{module}" />' for module in modules if module)
    sheets = "".join(f'<link rel="stylesheet" href="{static.root()}/{sheet}" />' for sheet in page.style_sheets())
    return (
        f'<title>{name} | Likeness</title><meta name="description" content="{description}" />'
        f'<meta property="og:title" content="{name} | Likeness" /><meta property="og:description" content="{description}" />'
        f'<link rel="icon" href="{static.root()}/pictures/mark.svg" type="image/svg+xml" />'
        f'<script type="application/json" id="likeness">{carried}</script><script>{boot}</script>{sheets}{early}'
    )


@cache
def page_at(path: str) -> Page | None:
    """The page at a path of this app."""
    slug = path.strip("/")
    return next((page for page in all_pages() if slug == page.slug), all_pages()[0] if slug == "" else None)


def rewritten(document: str, page: Page) -> str:
    """Gradio's document with our head."""
    document = FOREIGN.sub("", document)
    return re.sub(r"(<base [^>]*>)", lambda base: base[1] + head(page), document, count=1)


class Head:
    """ASGI middleware: rewrites the HTML of the app's pages and lets everything else pass."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        page = page_at(scope["path"]) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        if page is None:
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            # Gradio asks itself this once it listens, and gives up after three seconds; a busy machine may need longer for the whole page.
            await Response(headers=headers.of_page(""))(scope, receive, send)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def held(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            body = b"".join(parts)
            fields = MutableHeaders(scope=start)
            if start["status"] == 200 and fields.get("content-type", "").startswith("text/html"):
                document = rewritten(body.decode("utf-8"), page)
                body = document.encode("utf-8")
                fields.update({"content-length": str(len(body)), **headers.of_page(document)})
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, held)
