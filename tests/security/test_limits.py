"""What a request may send, what may be on its way at once, and which of Gradio's own addresses are open."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from ganapp.ui.server import limits
from ganapp.ui.server.gradio_routes import GradioRoutes, shut
from ganapp.ui.server.limits import Limits
from tests.conftest import awaited

PAGE, OTHER = "/gradio_api/component_server/", "/gradio_api/call/sample"


class Sender:
    """A request whose body comes in pieces, and what it was answered."""

    def __init__(self, app: Any, *pieces: bytes, address: str = "203.0.113.9", path: str = PAGE, **headers: str) -> None:
        self.app, self.pieces = app, list(pieces)
        given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        self.scope: Scope = {"type": "http", "method": "POST", "path": path, "client": (address, 1), "headers": given, "query_string": b""}
        self.gate = asyncio.Event()
        self.gate.set()
        self.status, self.body = 0, b""

    async def receive(self) -> Message:
        if not self.pieces:
            await self.gate.wait()
            return {"type": "http.request", "body": b"", "more_body": False}
        return {"type": "http.request", "body": self.pieces.pop(0), "more_body": True}

    async def send(self, message: Message) -> None:
        self.status = message.get("status", self.status)
        self.body += message.get("body", b"")

    async def go(self) -> Sender:
        await self.app(self.scope, self.receive, self.send)
        return self

    @property
    def refusal(self) -> str:
        return str(json.loads(self.body)["error"]["key"]) if self.body.startswith(b"{") else ""


async def strict(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the body as Gradio does: whatever goes wrong is a 400."""
    try:
        body = await Request(scope, receive).body()
    except Exception:  # noqa: BLE001 - as Gradio does
        await PlainTextResponse("Invalid JSON body.", 400)(scope, receive, send)
        return
    await PlainTextResponse(f"read {len(body)}")(scope, receive, send)


def test_an_address_and_all_together_have_so_many_bytes_on_their_way() -> None:
    async def play() -> None:
        app = Limits(strict, largest=100, of_address=150, of_all=220)
        first = Sender(app, b"x" * 90)
        first.gate.clear()
        held = asyncio.create_task(first.go())
        await asyncio.sleep(0)
        assert app.held == {"203.0.113.9": 90}
        assert (await Sender(app, b"x" * 60).go()).body == b"read 60"
        crowded = await Sender(app, b"x" * 40, b"x" * 40).go()
        assert (crowded.status, crowded.refusal) == (200, "too_much_at_once")  # a page reads no other status
        crowded = await Sender(app, b"x" * 80, path=OTHER).go()
        assert (crowded.status, crowded.refusal) == (429, "too_much_at_once")
        assert (await Sender(app, b"x" * 80, address="198.51.100.7").go()).body == b"read 80"
        second = Sender(app, b"x" * 80, address="198.51.100.7")
        second.gate.clear()
        holding = asyncio.create_task(second.go())
        await asyncio.sleep(0)
        assert (await Sender(app, b"x" * 80, address="192.0.2.5").go()).refusal == "too_much_at_once"
        for each in (first, second):
            each.gate.set()
        await asyncio.gather(held, holding)
        assert first.body == b"read 90"
        assert app.held == {}
        assert (await Sender(app, b"x" * 80).go()).body == b"read 80"

    awaited(play())


def test_a_body_that_was_not_announced_is_refused_with_a_sentence_too() -> None:
    answer = awaited(Sender(Limits(strict, largest=100), b"x" * 90, b"x" * 20).go())
    assert (answer.status, answer.refusal) == (413, "request_large")
    assert "96" in json.loads(answer.body)["error"]["zh"]


@pytest.mark.parametrize("length", ["101", "-1", "²", "1e9", "9" * 5000])
def test_an_announced_length_is_a_number_within_the_limit(length: str) -> None:
    app = Limits(strict, largest=100)
    scope = Sender(app, b"x").scope
    sender = Sender(app, b"x")
    sender.scope = {**scope, "headers": [(b"content-length", length.encode("latin-1"))]}
    assert awaited(sender.go()).status == 413


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload", "/gradio_api/run/sample", "/gradio_api/api/sample", "/gradio_api/upload/",
        "/gradio_api//upload", "/gradio_api/upload_progress", "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd", "/gradio_api/proxy=http://127.0.0.1/", "/gradio_api/stream/x", "/gradio_api/deep_link",
        "/gradio_api/custom_component/a/b/c/d", "/gradio_api/process_recording", "/gradio_api/vibe-code/", "/gradio_api/dev/reload",
        "/gradio_api/runs", "/gradio_api/run-history/records", "/gradio_api/profiling/traces", "/monitoring",
        "/gradio_api/file=\n/etc/passwd",
    ],
)  # fmt: skip
def test_what_nobody_needs_is_shut(path: str) -> None:
    assert shut(path)
    answer = awaited(Sender(GradioRoutes(strict), b"{}", path=path).go())
    assert (answer.status, answer.refusal) == (404, "route_shut")


@pytest.mark.parametrize(
    "path", ["/", "/repair", "/config", PAGE, OTHER, "/gradio_api/queue/join", "/static/x/js/a.js", "/assets/index.js"]
)
def test_what_the_pages_and_clients_need_is_open(path: str) -> None:
    assert not shut(path)
    assert awaited(Sender(GradioRoutes(strict), b"{}", path=path).go()).body == b"read 2"


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "Multipart/Form-Data"])
def test_a_form_with_files_is_refused_before_it_is_read(kind: str) -> None:
    sender = Sender(GradioRoutes(strict), b"x" * 10, content_type=kind)
    assert awaited(sender.go()).status == 415
    assert sender.pieces, "the body was read"
    assert limits.LARGEST < limits.OF_ADDRESS < limits.OF_ALL
