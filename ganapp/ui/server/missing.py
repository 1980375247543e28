"""What a person sees at an address where nothing is, in their language. Programs, which do not ask for HTML, keep the plain answer."""

from __future__ import annotations

import html
import re
from functools import cache

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ganapp.base import locales, paths
from ganapp.ui import binding
from ganapp.ui.page import all_pages
from ganapp.ui.server import static

STYLE = (
    "body{margin:0;background:var(--page);color:var(--ink);font:var(--t3)/var(--l3) var(--sans)}"
    "main{max-width:36em;margin:15vh auto;padding:0 20px}h1{font-size:var(--t5);line-height:var(--l5)}"
    "a{color:inherit;text-underline-offset:3px}"
    "ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:8px 24px}"
)


@cache
def style() -> str:
    """Its rules. Nothing runs here, so that the dark set of tokens follows the system's tone."""
    tokens = (paths.assets() / "css" / "tokens.css").read_text(encoding="utf-8")
    dark = re.findall(r"^body\.dark \{(.*?)^\}", tokens, re.S | re.M)
    return STYLE + "@media (prefers-color-scheme:dark){body{" + "".join(dark) + "}}"


def page(language: str, root: str) -> str:
    """The document. root: the path that the app lies under, ending with a slash."""
    words = {key: html.escape(locales.text(f"frame.missing.{key}", language)) for key in ("title", "say")}
    names = [(each.slug if each.place != "front" else "", html.escape(locales.text(f"{each.slug}.name", language))) for each in all_pages()]
    links = "".join(f'<li><a href="{html.escape(root)}{slug}">{name}</a></li>' for slug, name in names)
    lang = {"en": "en", "zh": "zh-CN"}[language]
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8" />'
        '<meta name="viewport" content="width=device-width, initial-scale=1" />'
        f'<title>{words["title"]} | Likeness</title><link rel="stylesheet" href="{html.escape(root)}{static.root()}/css/tokens.css" />'
        f"<style>{style()}</style></head><body><main><h1>{words['title']}</h1><p>{words['say']}</p><ul>{links}</ul></main></body></html>"
    )


class Missing:
    """ASGI middleware: puts that page in the place of a bare 404."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = Headers(scope=scope) if scope["type"] == "http" else None
        if asked is None or scope["method"] != "GET" or "text/html" not in asked.get("accept", ""):
            await self.app(scope, receive, send)
            return
        replaced = False

        async def seen(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] == 404:
                replaced = MutableHeaders(scope=message).get("content-type", "").startswith(("application/json", "text/plain"))
                if replaced:
                    return
            if not replaced:
                await send(message)

        await self.app(scope, receive, seen)
        if replaced:
            shown = page(binding.preferred(asked.get("accept-language", "")), f"{scope.get('root_path', '')}/")
            await HTMLResponse(shown, 404)(scope, receive, send)
