"""WebKit by W3C WebDriver, for what only another engine can show: WebKitGTK's own small browser, on a screen of its own (Xvfb).

Debian: apt-get install webkit2gtk-driver xvfb. https://www.w3.org/TR/webdriver2/
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from tests.browser.firefox import awaited
from tests.conftest import direct, free_port

DRIVER, SCREEN = "WebKitWebDriver", "Xvfb"
PLACES = ("/usr/lib/*/webkit2gtk-4.1/MiniBrowser", "/usr/libexec/webkit2gtk-4.1/MiniBrowser", "/usr/lib/webkit2gtk-4.1/MiniBrowser")
# The bar above the page asks for 450 px; made small, the window becomes as narrow as a phone.
NARROWED = """headerbar, headerbar *, entry, button { min-width: 0; padding: 0; margin: 0; border-width: 0; font-size: 1px; }
image { -gtk-icon-transform: scale(0.01); }"""
SECONDS = 120


def installed() -> str | None:
    """Path of WebKitGTK's browser on this machine, where its driver and a screen are there too."""
    found = sorted(path for place in PLACES for path in Path("/").glob(place[1:]))
    return str(found[0]) if found and shutil.which(DRIVER) and shutil.which(SCREEN) else None


class WebKit:
    """A WebKit with one window, closed at the end of the `with`. OSError where it does not start."""

    def __init__(self, program: str, folder: Path) -> None:
        style = folder / "gtk-3.0"
        style.mkdir()
        (style / "gtk.css").write_text(NARROWED, encoding="utf-8")
        with ExitStack() as opened:
            there = {"DISPLAY": self._screen(opened), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
            environment = direct(dict(os.environ)) | there
            port = free_port()
            self._start(opened, [DRIVER, f"--port={port}"], environment)
            client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=2 * SECONDS, trust_env=False)
            self.client = opened.enter_context(client)
            self.session = self._session(program)
            self.opened = opened.pop_all()

    def _start(self, opened: ExitStack, command: list[str], environment: Mapping[str, str], **files: Any) -> None:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **files)
        opened.callback(process.wait, 30)
        opened.callback(process.terminate)

    def _screen(self, opened: ExitStack) -> str:
        """The name of a new screen, which Xvfb chooses."""
        said, says = os.pipe()
        command = [SCREEN, "-displayfd", str(says), "-screen", "0", "1400x1100x24", "-nolisten", "tcp"]
        self._start(opened, command, os.environ, pass_fds=(says,))
        os.close(says)
        with os.fdopen(said, encoding="ascii") as answer:
            return f":{int(answer.readline())}"

    def _session(self, program: str) -> str:
        limits = {"script": SECONDS * 1000, "pageLoad": SECONDS * 1000}
        asked = {"timeouts": limits, "webkitgtk:browserOptions": {"binary": program, "args": ["--automation"]}}
        for _ in range(100):
            try:
                answer = self.client.post("/session", json={"capabilities": {"alwaysMatch": asked}}).json()["value"]
            except httpx.ConnectError:  # the driver does not listen yet
                time.sleep(0.1)
                continue
            if "sessionId" in answer:
                return str(answer["sessionId"])
            raise OSError(answer["message"])
        raise OSError(f"{DRIVER} does not listen")

    def send(self, path: str, **values: Any) -> Any:
        """The answer to a command. RuntimeError with the driver's words where it refuses."""
        answer = self.client.post(f"/session/{self.session}{path}", json=values).json()["value"]
        if isinstance(answer, dict) and "error" in answer:
            raise RuntimeError(f"{path}: {answer['error']}: {answer['message']}")
        return answer

    def visit(self, address: str) -> None:
        """Open an address. What a page asks before it is left, WebKit would ask here too, where nobody answers."""
        self.run("addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), { capture: true });")
        self.send("/url", url=address)

    def resize(self, width: int, height: int) -> None:
        self.send("/window/rect", width=width, height=height)

    def run(self, body: str, *values: Any) -> Any:
        """What the body of an async function returns; its arguments are the list `values`."""
        return self.send("/execute/async", script=awaited(body), args=[list(values)])

    def __enter__(self) -> WebKit:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        with self.opened:
            self.client.delete(f"/session/{self.session}")
