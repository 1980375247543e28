"""Who a visitor is: an address that cannot be made up, and a key."""

from __future__ import annotations

import asyncio
import threading

import pytest
from starlette.types import Receive, Scope, Send

from ganapp.jobs import visitor
from ganapp.ui.server import address
from tests.conftest import awaited

KEY = "k" * 32


def scope(peer: str, *forwarded: str) -> Scope:
    headers = [(b"x-forwarded-for", each.encode("latin1")) for each in forwarded]
    return {"type": "http", "client": (peer, 5), "headers": headers, "path": "/"}


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "right"),
    [
        ("", "203.0.113.9", ["8.8.8.8"], "203.0.113.9"),  # nobody is believed unless the deployer says so
        ("", "127.0.0.1", ["8.8.8.8, 1.1.1.1"], "127.0.0.1"),
        ("0", "10.0.0.1", ["8.8.8.8"], "10.0.0.1"),
        ("1", "10.0.0.1", ["8.8.8.8"], "8.8.8.8"),
        ("1", "10.0.0.1", ["6.6.6.6, 8.8.8.8"], "8.8.8.8"),  # the first was written by the visitor
        ("1", "10.0.0.1", ["6.6.6.6", "8.8.8.8:4711"], "8.8.8.8"),  # in a header of its own
        ("2", "10.0.0.1", ["6.6.6.6, 8.8.8.8, 10.0.0.2"], "8.8.8.8"),
        ("2", "10.0.0.1", ["8.8.8.8"], "8.8.8.8"),
        ("1", "10.0.0.1", [], "10.0.0.1"),
        ("1", "10.0.0.1", ["; DROP TABLE", ""], "unknown"),
        ("1", "10.0.0.1", ["x" * 5000], "unknown"),
        ("1", "10.0.0.1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        ("1", "10.0.0.1", ["[2001:db8:1:2:ffff::1]:443"], "2001:db8:1:2::/64"),
        ("1", "10.0.0.1", ["::ffff:8.8.8.8"], "8.8.8.8"),
        ("", "", ["8.8.8.8"], "unknown"),
    ],
)
def test_only_the_deployers_own_proxies_are_believed(
    monkeypatch: pytest.MonkeyPatch, proxies: str, peer: str, forwarded: list[str], right: str
) -> None:
    monkeypatch.setenv("GANAPP_PROXIES", proxies)
    monkeypatch.delenv("SPACE_ID", raising=False)
    assert address.of(scope(peer, *forwarded)) == right


@pytest.mark.parametrize(
    ("forwarded", "right"),
    [("6.6.6.6, 8.8.8.8, 10.20.1.1", "8.8.8.8"), ("8.8.8.8", "8.8.8.8"), ("10.1.1.1, 192.168.0.1", "10.0.0.1"), ("nonsense", "10.0.0.1")],
)
def test_on_a_space_it_is_the_last_public_address(monkeypatch: pytest.MonkeyPatch, forwarded: str, right: str) -> None:
    monkeypatch.delenv("GANAPP_PROXIES", raising=False)
    monkeypatch.setenv("SPACE_ID", "me/likeness")
    assert address.of(scope("10.0.0.1", forwarded)) == right


def test_the_visitor_of_a_request_has_its_address_in_every_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GANAPP_PROXIES", raising=False)
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["client"][0])
        seen.append(visitor.of(KEY).address)
        seen.append((await asyncio.to_thread(visitor.of, KEY)).address)

    awaited(address.Addresses(app)(scope("203.0.113.9", "8.8.8.8"), None, None))  # type: ignore[arg-type]
    assert seen == ["203.0.113.9"] * 3
    assert visitor.of(KEY).address == visitor.shell().address == ""
    elsewhere: list[str] = []
    thread = threading.Thread(target=lambda: elsewhere.append(visitor.address()))
    thread.start()
    thread.join()
    assert elsewhere == [""]


def test_the_key_and_the_address_are_two_things() -> None:
    with visitor.at("203.0.113.9"):
        here = visitor.of(KEY)
    with visitor.at("203.0.113.10"):
        there = visitor.of(KEY)
    assert here.owner == there.owner
    assert here.address != there.address
