"""Whether the app starts and answers: as a process of its own, with a disk of its own, and with no way to another host but one that notes
who was asked for."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil

from ganapp.base import paths
from ganapp.shipping.findings import Finding, error, fine, warning

PATIENCE = 300.0  # seconds until it answers
SLOW = 60.0
MEMORY_MB = 16_000  # of a free Space
DIRECT = "127.0.0.1,localhost"


@contextmanager
def noted() -> Iterator[tuple[str, list[str]]]:
    """A proxy that lets nothing through: its address, and the hosts that were asked for."""
    asked: list[str] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        threading.Thread(target=_listen, args=(door, asked), daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}", asked


def _listen(door: socket.socket, asked: list[str]) -> None:
    with suppress(OSError):  # the door was closed
        while True:
            line, _ = door.accept()
            with line, suppress(OSError):
                line.settimeout(5)
                words = line.recv(2000).decode("latin1").split()
                asked.append(words[1] if len(words) > 1 else "?")


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port: int = probe.getsockname()[1]
        return port


def check(python: str = sys.executable) -> Iterator[Finding]:
    """Start the app, wait until a page comes and a digit is drawn, and look at what it took."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as runs, noted() as (proxy, asked):
        port, log = _free_port(), Path(runs) / "log"
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"), proxy)
        own = {"GRADIO_SERVER_PORT": str(port), "GANAPP_RUNS": runs, "NO_PROXY": DIRECT, "no_proxy": DIRECT}
        with log.open("wb") as out:
            started = time.monotonic()
            environment = paths.serving_environment(**proxies, **own)
            child = subprocess.Popen([python, "-m", "ganapp.ui"], cwd=paths.ROOT, env=environment, stdout=out, stderr=out)
        try:
            yield from _looked_at(child, f"http://127.0.0.1:{port}", started, log)
        finally:
            child.terminate()
            with suppress(subprocess.TimeoutExpired):
                child.wait(10)
            child.kill()
        yield error("hosts", "hosts_asked", hosts=", ".join(sorted(set(asked)))[:300]) if asked else fine("hosts", "hosts_none")


def _looked_at(child: subprocess.Popen[bytes], address: str, started: float, log: Path) -> Iterator[Finding]:
    while not _page(address):
        if child.poll() is not None or time.monotonic() - started > PATIENCE:
            last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
            yield error("start", "start_failed", said=" / ".join(last)[-500:] or "-")
            return
        time.sleep(0.2)
    seconds = round(time.monotonic() - started, 1)
    yield warning("start", "start_slow", seconds=seconds, most=SLOW) if seconds > SLOW else fine("start", "start_fine", seconds=seconds)
    yield fine("answer", "answer_fine") if digit(address) else error("answer", "answer_none")
    memory = psutil.Process(child.pid).memory_info().rss >> 20
    kind = warning if memory > MEMORY_MB // 2 else fine
    yield kind("memory", "memory_taken", megabytes=memory, most=MEMORY_MB)


def _open(address: str, body: bytes | None = None, token: str = "", seconds: float = 60.0) -> bytes:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    host = address.partition("://")[2].partition(":")[0].partition("/")[0]
    own = [urllib.request.ProxyHandler({})] if host in DIRECT.split(",") else []
    with urllib.request.build_opener(*own).open(urllib.request.Request(address, body, headers), timeout=seconds) as answer:
        said: bytes = answer.read()
    return said


def _page(address: str) -> bool:
    with suppress(OSError):
        return b"<html" in _open(f"{address}/digits/", seconds=10)
    return False


def digit(address: str, token: str = "") -> bool:
    """Whether the app there draws a digit when its API is asked for one."""
    call = f"{address}/gradio_api/call/v2/sample"
    with suppress(OSError, ValueError, KeyError):
        event = json.loads(_open(call, b'{"digit": 7}', token))["event_id"]
        return b"data:image/png;base64," in _open(f"{call}/{event}", token=token)
    return False


def holds(address: str, content: bytes, token: str = "") -> bool:
    """Whether exactly that is to be had at an address."""
    with suppress(OSError):
        return _open(address, token=token) == content
    return False
