"""Which names the app is reached by, and that no other web site's page acts in a visitor's name or reads what is answered here.

Gradio tells browsers that any site may read its answers unless the app's own name is localhost (`CustomCORSMiddleware`), and looks at no
name at all: a site whose name is made to lead to 127.0.0.1 could read whatever an app on the reader's own machine shows.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.ui.server.routes import READING, refused

GRADIOS = "CustomCORSMiddleware"
NAME = re.compile(r"[a-z0-9_.-]{1,253}")


@asynccontextmanager
async def no_other_origins(app: Any) -> AsyncIterator[None]:
    """The app's lifespan: what lets other sites' pages read answers is taken out before the first request. Starlette builds its chain of
    middleware anew where there is none."""
    app.user_middleware = [each for each in app.user_middleware if each.cls.__name__ != GRADIOS]
    app.middleware_stack = None
    yield


def name(host: str) -> str:
    """The name in a Host header, without port; "" for what is none."""
    try:
        found = urlsplit(f"//{host.strip()}").hostname or ""
    except ValueError:
        return ""
    return found.rstrip(".").lower()


def bare(host: str) -> bool:
    """Whether it is an address and no name: no other site has it."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def known(host: str) -> bool:
    """Whether the app may be reached by that name."""
    if bare(host) or host == "localhost" or host.endswith(".localhost"):
        return True
    allowed = paths.hosts()
    return bool(NAME.fullmatch(host)) if allowed is None else host in allowed or host == socket.gethostname().lower()


def from_elsewhere(headers: Headers) -> bool:
    """Whether a browser says that another site's page sends this request. It says so in Sec-Fetch-Site, which no page can write, where the
    connection is safe, else by Origin, which is compared with the names under which a proxy and we know the app."""
    site = headers.get("sec-fetch-site", "")
    if site:
        return site not in ("same-origin", "none")
    origin = headers.get("origin", "")
    if not origin:
        return False  # a program, not a page
    forwarded = headers.get("x-forwarded-host", "").split(",")
    own = {name(each) for each in (headers.get("host", ""), *forwarded)} - {""} | (paths.hosts() or frozenset())
    return name(origin.partition("://")[2]) not in own


class Hosts:
    """ASGI middleware: refuses a request to a name that is not ours, and one by which another site's page would change something."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host")
        refusal = None
        if host is not None and not known(name(host)):
            refusal = refused(UserError("host_unknown", host=name(host)[:80] or "?"), 421)
        elif (scope["type"] == "websocket" or scope["method"] not in READING) and from_elsewhere(headers):
            refusal = refused(UserError("other_site"), 403)
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            refusal.headers["Connection"] = "close"  # the body is not read
            await refusal(scope, receive, send)
