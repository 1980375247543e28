"""The head of the document. Gradio serves the same for every app; this middleware gives it our title, words, style and tone.

It does so before Gradio's own script runs, so that the first thing painted is already in the reader's language and light.
"""

from __future__ import annotations

import gzip
import html
import re
from functools import cache
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ganapp.base import paths
from ganapp.ui import words
from ganapp.ui.page import Page, all_pages
from ganapp.ui.server import headers, static

FOREIGN = re.compile(r"\s*<meta\s+(?:property=\"og:|name=\"twitter:)[^>]*?/>", re.S)


@cache
def head(page: Page) -> str:
    """What is put right after Gradio's <base>: see `headed`."""
    return headed(page, static.root(), {"words": words.carried(page)})


def headed(page: Page, root: str, carried: dict[str, Any], more: tuple[str, ...] = ()) -> str:
    """Title, description, style sheets, what the page's scripts are told, and the script that applies stored choices. root: address of the
    files; carried: words and whatever else the scripts are told; more: modules that are loaded early beside the shell's."""
    name, description = (html.escape(carried["words"]["en"][f"{page.slug}.{key}"]) for key in ("name", "description"))
    boot = (paths.assets() / "js" / "shell" / "boot.js").read_text(encoding="utf-8")
    told = words.inline({"root": root, "page": page.slug, "script": page.script(), **carried})
    modules = (*(f"js/shell/{name}.js" for name in ("words", "markup", "start", "ask", "interface", "tone")), *more, page.script())
    early = "".join(f'<link rel="modulepreload" href="{root}/{module}" />' for module in modules if module)
    sheets = "".join(f'<link rel="stylesheet" href="{root}/{sheet}" />' for sheet in page.style_sheets())
    return (
        f'<title>{name} | Likeness</title><meta name="description" content="{description}" />'
        f'<meta property="og:title" content="{name} | Likeness" /><meta property="og:description" content="{description}" />'
        '<meta property="og:type" content="website" /><meta property="og:site_name" content="Likeness" />'
        f'<link rel="icon" href="{root}/pictures/mark.svg" type="image/svg+xml" />'
        f'<script type="application/json" id="likeness">{told}</script><script>{boot}</script>{sheets}{early}'
    )


HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")


def preview(page: Page, scope: Scope) -> str:
    """The picture that a link to a page is shown with, at a whole address, as those who show links want it. Nothing for a strange host."""
    asked = Headers(scope=scope)
    host, scheme = asked.get("host", ""), asked.get("x-forwarded-proto", "").partition(",")[0].strip() or scope.get("scheme", "http")
    if not HOST.fullmatch(host) or scheme not in ("http", "https"):
        return ""
    known = (f"pictures/previews/{slug}.jpg" for slug in (page.slug, all_pages()[0].slug))
    picture = next((name for name in known if (paths.assets() / name).is_file()), None)
    address = f"{scheme}://{host}{scope.get('root_path', '')}/{static.root()}/{picture}"
    sizes = '<meta property="og:image:width" content="1200" /><meta property="og:image:height" content="630" />'
    return f'<meta property="og:image" content="{address}" />{sizes}<meta name="twitter:card" content="summary_large_image" />'


@cache
def page_at(path: str) -> Page | None:
    """The page at a path of this app."""
    slug = path.strip("/")
    return next((page for page in all_pages() if slug == page.slug), all_pages()[0] if slug == "" else None)


def rewritten(document: str, page: Page, shown: str = "") -> str:
    """Gradio's document with our head; shown: what `preview` says."""
    document = FOREIGN.sub("", document)
    return re.sub(r"(<base [^>]*>)", lambda base: base[1] + head(page) + shown, document, count=1)


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
                document = rewritten(body.decode("utf-8"), page, preview(page, scope))
                body = document.encode("utf-8")
                if "gzip" in static.codings(Headers(scope=scope).get("accept-encoding", "")):
                    body = gzip.compress(body, 5)  # Gradio's configuration makes it nine tenths smaller
                    fields["content-encoding"] = "gzip"
                fields.update({"content-length": str(len(body)), "vary": "Accept-Encoding", **headers.of_page(document)})
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, held)
