"""The address a request came from: limits hang on it as well as on the visitor's key, because a key can be made up and an address cannot.

`X-Forwarded-For` is written by the proxies in front of the app, but also by anybody who likes: each proxy appends the address that it saw,
so only as many entries from the end are believed as there are proxies of the deployer's own (`paths.proxies`). Uvicorn's own reading of
that header is switched off in `app.py`.
"""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ganapp.base import paths
from ganapp.jobs import accounts, visitor

UNKNOWN = "unknown"  # all whose address cannot be read share the limits of one


def normalised(text: str) -> str:
    """An address as text, without port. IPv6: its /64 network, since a household has 2**64 addresses of its own."""
    host = text.strip()
    if host.startswith("["):  # [2001:db8::1]:443
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:  # 203.0.113.9:443
        host = host.partition(":")[0]
    try:
        parsed = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def of(scope: Scope) -> str:
    """The address of whoever sends a request: the peer's or, behind the deployer's own proxies, what the outermost of these saw."""
    peer = (scope.get("client") or ("",))[0]
    proxies = paths.proxies()
    if proxies == 0:
        return normalised(peer)
    forwarded = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
    chain = [*filter(None, (entry.strip() for entry in forwarded.split(","))), peer]
    if proxies is None:  # how many is not known: the house's own have private addresses, visitors public ones
        return next((seen for entry in reversed(chain) if _public(seen := normalised(entry))), normalised(peer))
    return normalised(chain[max(0, len(chain) - 1 - proxies)])


def outside(scope: Scope) -> str:
    """The app's address as browsers know it, without a slash at its end."""
    headers = Headers(scope=scope)
    host = headers.get("x-forwarded-host", "").partition(",")[0].strip() or headers.get("host", "")
    scheme = headers.get("x-forwarded-proto", "").partition(",")[0].strip() or scope.get("scheme", "http")
    return f"{scheme}://{host}{scope.get('root_path', '')}".rstrip("/")


def _public(address: str) -> bool:
    return address != UNKNOWN and ipaddress.ip_network(address).is_global


class Addresses:
    """ASGI middleware: the rest of the app sees the visitor's address as the client's, and `visitor.of` puts it into the Visitor, beside
    the account that they have signed in with."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        address = of(scope)
        with visitor.at(address), visitor.signed_in(accounts.shown(Headers(scope=scope).get("cookie", ""))):
            await self.app({**scope, "client": (address, 0)}, receive, send)
