"""Pictures that an agent names by an address: a result of this app, or a file of the web.

The app fetches for a stranger here, so an address may not lead into the network that the app stands in: every name is resolved once, all
its addresses must be public, and the connection goes to the one that was looked at. A redirection is a new address. The deployer may allow
names of their own (`GANAPP_AGENT_HOSTS`).
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import time
from urllib.parse import SplitResult, urljoin, urlsplit

from ganapp.base import paths, results
from ganapp.base.errors import UserError
from ganapp.pictures import images
from ganapp.ui import binding
from ganapp.ui.agents.caller import Caller
from ganapp.ui.server import rates, turns

SECONDS = 30.0  # for a whole picture
CONNECTING = 8.0
REDIRECTIONS = 3
BLOCK = 1 << 16
TOKEN = re.compile(rf"{results.ADDRESS}([0-9a-f]{{32}})")


async def data_uri(value: str, caller: Caller) -> str:
    """What stands for a picture, as tasks take it. UserError when there is no picture to be had there."""
    if value.startswith("data:"):
        return value
    path = value.removeprefix(caller.base)
    if own := TOKEN.fullmatch(path):
        return images.data_uri(_kept(own[1]))
    if not value.startswith(("http://", "https://")):
        raise UserError("agent_picture")
    rates.count(heavy=True)
    async with binding.PLACES["fetch"].turn():
        return images.data_uri(await turns.work(lambda: fetch(value)))


def _kept(token: str) -> bytes:
    found = results.find(token)
    if found is None:
        raise UserError("agent_result_gone")
    return found.path.read_bytes()


def fetch(address: str) -> bytes:
    """The bytes at an address of the web. UserError where they cannot be had, or may not."""
    end = time.monotonic() + SECONDS
    for _ in range(REDIRECTIONS + 1):
        try:
            blob, onward = _fetched(address, end)
        except (OSError, http.client.HTTPException, ValueError) as problem:
            raise UserError("agent_unreachable", address=address[:200]) from problem
        if onward is None:
            return blob
        address = urljoin(address, onward)
    raise UserError("agent_unreachable", address=address[:200])


def _fetched(address: str, end: float) -> tuple[bytes, str | None]:
    """The bytes, or where they have gone to."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UserError("agent_picture")
    connection = _connected(parts)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path, headers={"Accept": "image/*", "User-Agent": "Likeness"})
        answer = connection.getresponse()
        if answer.status in (301, 302, 303, 307, 308):
            return b"", answer.headers.get("Location", "")
        if answer.status != 200:
            raise UserError("agent_status", address=address[:200], status=answer.status)
        return _read(answer, end), None
    finally:
        connection.close()


def _read(answer: http.client.HTTPResponse, end: float) -> bytes:
    """The body, as much as a picture may have, until the time is over."""
    held = bytearray()
    while block := answer.read1(BLOCK):
        held += block
        if len(held) > images.MAX_BYTES:
            raise UserError("picture_bytes", megabytes=images.MAX_BYTES // 2**20)
        if time.monotonic() > end:
            raise TimeoutError
    return bytes(held)


def _connected(parts: SplitResult) -> http.client.HTTPConnection:
    """A connection to the very address that was found to be public."""
    host, safe = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if safe else 80)
    line = socket.create_connection((public(host, port), port), CONNECTING)
    if safe:
        line = ssl.create_default_context().wrap_socket(line, server_hostname=host)
    connection = http.client.HTTPConnection(host, port, timeout=CONNECTING)
    connection.sock = line
    return connection


def public(host: str, port: int) -> str:
    """An address of `host`. UserError unless all of them are public, or the deployer has allowed the name."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if host not in paths.agent_hosts() and not all(_open(each) for each in found):
        raise UserError("agent_private", host=host[:80])
    return found[0]


def _open(address: str) -> bool:
    number = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(number, "ipv4_mapped", None) or getattr(number, "sixtofour", None)
    return number.is_global and not number.is_multicast and (mapped is None or mapped.is_global)
