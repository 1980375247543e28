"""Strangers at the HTTP routes: no path leads out of what is served, nobody's files are handed to another, nothing is fetched for them."""

from __future__ import annotations

import json
import random
import secrets
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.security.conftest import PROCEDURES, App, noise

SECRET = "root:x:"  # what a stranger would find in /etc/passwd
ROUTES = (
    "/static/{v}/", "/static/{v}/css/", "/static/{v}/models/digits/", "/static/{v}/trained/", "/static/", "/assets/", "/svelte/",
    "/results/", "/jobs/",
    "/jobs/0123abcd/", "/jobs/0123abcd/samples/", "/jobs/data/0123456789abcdef/", "/gradio_api/file=", "/gradio_api/file/",
    "/gradio_api/proxy=", "/gradio_api/custom_component/", "/gradio_api/call/", "/gradio_api/heartbeat/", "/theme.css/", "/pwa_icon/",
    "/monitoring/", "/", "/repair/", "/gradio_api/stream/", "/gradio_api/upload/",
)  # fmt: skip
UPS = ("../", "..%2f", "%2e%2e/", "..\\", "..%5c", "....//", "%252e%252e%252f", "..%c0%af", "／../", "./../", "..;/", "%00../")
GOALS = ("etc/passwd", "etc/passwd%00.png", "proc/self/environ", "app.py", "runs/jobs.sqlite", "ganapp/base/paths.py", "/etc/passwd")


def paths(count: int, version: str) -> Iterator[str]:
    """Paths that try to leave, the same at every run."""
    chance = random.Random(13)
    for number in range(count):
        route = ROUTES[number % len(ROUTES)].replace("{v}", version)
        yield route + "".join(chance.choice(UPS) for _ in range(chance.randint(1, 9))) + chance.choice(GOALS)


def raw(app: App, path: str, method: str = "GET") -> bytes:
    """The whole answer to a path as it stands; a client would tidy it up first."""
    host, port = app.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(f"{method} {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode("utf-8", "replace"))
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


def leaves(app: App, count: int) -> list[str]:
    """The paths that led to what nobody may see, or to an error of the server."""
    with app.client() as client:
        version = client.get("/").text.partition("static/")[2][:16]
    wrong = []
    for path in paths(count, version):
        answer = raw(app, path)
        status = answer.split(b" ", 2)[1:2]
        shown = any(
            mark in answer for mark in (b"root:x:", b"GANAPP_ADMIN_PASSWORD=", b"SQLite format 3", b"def memory_budget_mb", b"Traceback")
        )
        if shown or not status or status[0] >= b"500":
            wrong.append(f"{path}: {answer[:80]!r}")
    return wrong


def test_no_path_leads_out(app: App) -> None:
    assert leaves(app, 250) == []


@pytest.mark.slow
def test_no_path_leads_out_of_thousands(app: App) -> None:
    assert leaves(app, 3500) == []


def test_what_is_another_s_is_not_handed_out(app: App, app_runs: Path) -> None:
    """Results, jobs and uploads of others: by guessing, by changing a letter, by naming their folders."""
    token = secrets.token_hex(16)
    (app_runs / "results").mkdir(exist_ok=True)
    (app_runs / "results" / token).write_bytes(b"mine alone")
    (app_runs / "results" / f"{token}.json").write_text(json.dumps({"name": "a.png", "mime": "image/png"}))
    chance = random.Random(7)
    with app.client() as client:
        mine = client.get(f"/results/{token}")
        assert mine.content == b"mine alone"
        assert mine.headers["x-content-type-options"] == "nosniff"
        assert mine.headers["content-disposition"].startswith("attachment")
        assert "no-store" in mine.headers["cache-control"]
        tries = [
            f"{token}.json",
            f"{token}.partial",
            token.upper() if token.upper() != token else "x",
            token[:-1],
            f"{token}0",
            f"{token}%00",
            "*",
        ]
        tries += [token[:spot] + chance.choice("0123456789abcdef".replace(token[spot], "")) + token[spot + 1 :] for spot in range(32)]
        for each in tries:
            answer = client.get(f"/results/{each}")
            assert answer.status_code == 404, each
            assert b"mine alone" not in answer.content
        for path in ("jobs.sqlite", "app.log", f"results/{token}", "models/tiny/config.json", "uploads/"):
            for route in ("/jobs/data/0123456789abcdef/", "/jobs/0123abcd/", "/static/", "/gradio_api/file="):
                answer = client.get(route + quote(str(app_runs / path)))
                assert answer.status_code in (403, 404, 405), route + path
                assert b"mine alone" not in answer.content


def test_nothing_sent_to_gradio_is_kept_or_served(app: App) -> None:
    page = b"<script>alert(document.domain)</script>"
    with app.client() as client:
        for address in ("/gradio_api/upload", "/gradio_api/upload?upload_id=x", PROCEDURES):
            answer = client.post(address, files={"files": ("evil.html", page, "text/html")})
            assert answer.status_code in (404, 415), address
            assert answer.json()["error"]["key"] == "route_shut"
        assert client.get("/gradio_api/file=/tmp/gradio/evil.html").status_code == 404


class Trap:
    """A server on this machine that notes whoever comes: a request made for a stranger would."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.visits: list[bytes] = []
        threading.Thread(target=self.serve, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}/secret.png"

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                self.visits.append(connection.recv(1000))

    def close(self) -> None:
        self.listener.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    trap = Trap()
    yield trap
    trap.close()


def disguised(address: str) -> list[object]:
    """The ways in which Gradio's clients name a file, and what a task might take for a picture."""
    kind = {"_type": "gradio.FileData"}
    files: list[object] = [
        {"path": address, "meta": kind}, {"path": "x.png", "url": address, "meta": kind},
        {"path": address, "url": address, "orig_name": "x.png"},
        {"url": address}, {"image": {"path": address, "meta": kind}}, [{"path": address, "meta": kind}], f"data:image/png;url,{address}",
        {"path": address, "is_stream": True, "meta": kind},
        {"background": {"path": address, "meta": kind}, "layers": [], "composite": None},
    ]  # fmt: skip
    return [address, address.replace("127.0.0.1", "localhost"), address.replace("http", "HTTP"), f"@{address}", *files]


def test_no_address_is_fetched_for_a_stranger(app: App, trap: Trap) -> None:
    """A file of Gradio's in any field of any endpoint, by the queue and by the page's procedures."""
    fields = [("repair", {"mask": noise(8)}), ("scratches", {}), ("upscale", {}), ("stylize", {"style": noise(8)}), ("recall", {})]
    with app.client() as client:
        for task, more in fields:
            for file in disguised(trap.address):
                body = app.body(
                    "repair" if task in ("repair", "scratches") else task if task in app.components else "digits",
                    task,
                    {"picture": file, **more},
                )
                answer = client.post(PROCEDURES, json=body)
                assert answer.status_code == 404 or "error" in answer.json(), (task, file)
            for file in disguised(trap.address)[::3]:  # the same border, behind the queue
                client.post(f"/gradio_api/call/v2/{task}", json={"picture": file, **more})
        for route in ("proxy=", "file="):
            assert client.get(f"/gradio_api/{route}{trap.address}").status_code == 404
    assert trap.visits == []


def test_a_file_of_the_server_is_not_read_for_a_stranger(app: App) -> None:
    with app.client() as client:
        for task in ("repair", "scratches", "recall", "stylize", "upscale"):
            for file in disguised("/etc/passwd"):
                called = client.post(f"/gradio_api/call/v2/{task}", json={"picture": file, **({"mask": file} if task == "repair" else {})})
                event = called.json().get("event_id")
                answer = client.get(f"/gradio_api/call/v2/{task}/{event}") if event else called
                assert SECRET not in answer.text
                assert "Traceback" not in answer.text


def test_a_made_up_address_is_not_believed(app: App) -> None:
    """The password is guessed from one address, whatever the client writes in front of what the proxy saw."""
    keys = []
    with app.client() as client:
        for number in range(14):
            forwarded = f"10.9.{number}.1, 203.0.113.77"
            answer = client.get(
                "/jobs/0123abcd/order.json", headers={"X-Likeness-Password": f"guess {number}", "X-Forwarded-For": forwarded}
            )
            keys.append(answer.json()["error"]["key"])
    assert keys[:10] == ["wrong_password"] * 10
    assert "password_slow" in keys[10:]
    assert answer.status_code == 429


def test_errors_have_no_stack_trace(app: App) -> None:
    """Bodies that are no request at all."""
    chance = random.Random(3)
    bodies = [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff" * 50,
        b'{"data":' + b"[" * 5000,
        b'{"data": 1e999}',
        b'{"data": [], "nothing": 1}',
        json.dumps({"data": None, "fn_name": "sample"}).encode(),
    ]
    bodies += [bytes(chance.randrange(256) for _ in range(chance.randint(1, 60))) for _ in range(40)]
    with app.client(headers={"Content-Type": "application/json"}) as client:
        for route in (
            PROCEDURES,
            "/gradio_api/call/sample",
            "/gradio_api/call/v2/sample",
            "/gradio_api/run/sample",
            "/gradio_api/queue/join",
        ):
            for body in bodies:
                answer: httpx.Response = client.post(route, content=body)
                assert answer.status_code < 500, (route, body)
                assert "Traceback" not in answer.text, (route, body)
                assert 'File "/' not in answer.text, (route, body)
