"""Firefox by its own protocol (Marionette), for what only another engine can show. Playwright drives no Firefox but its own build.

Messages are `length:[type, id, name, values]` in JSON: https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

NAMES = ("firefox-esr", "firefox")
PREFERENCES = {"marionette.port": 0, "network.proxy.type": 0, "app.update.auto": False, "datareporting.policy.dataSubmissionEnabled": False}


def installed() -> str | None:
    """Path of a Firefox on this machine."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def awaited(body: str) -> str:
    """The body of an async function, of the list `values`, as WebDriver takes one: it ends by a call of its last argument."""
    named = "const done = arguments[arguments.length - 1], values = arguments[0];"
    return f"{named} (async () => {{ {body} }})().then(done, (problem) => done(String(problem)));"


class Firefox:
    """A headless Firefox with one window, closed at the end of the `with`. OSError where it does not start."""

    def __init__(self, program: str, profile: Path, *flags: str) -> None:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        command = [program, "--headless", "--no-remote", "--marionette", "--profile", str(profile), *flags]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.count = 0
        try:
            self.socket = socket.create_connection(("127.0.0.1", self._port(profile / "MarionetteActivePort")), 120)
            self.stream = self.socket.makefile("rb")
            self._answer()  # its greeting
            self.send("WebDriver:NewSession", capabilities={"alwaysMatch": {"timeouts": {"script": 300_000, "pageLoad": 120_000}}})
        except BaseException:
            self.process.kill()
            raise

    def _port(self, file: Path) -> int:
        for _ in range(600):
            if file.exists() and (text := file.read_text(encoding="utf-8").strip()):
                return int(text)
            if self.process.poll() is not None:
                raise OSError(f"Firefox ended with {self.process.returncode}")
            time.sleep(0.1)
        raise OSError("Firefox opened no port")

    def _answer(self) -> Any:
        size = b""
        while (byte := self.stream.read(1)) not in (b":", b""):
            size += byte
        return json.loads(self.stream.read(int(size)))

    def send(self, name: str, **values: Any) -> Any:
        """The answer to a command. RuntimeError with Firefox' words where it refuses."""
        self.count += 1
        text = json.dumps([0, self.count, name, values]).encode()
        self.socket.settimeout(400)
        self.socket.sendall(b"%d:%s" % (len(text), text))
        _, _, error, result = self._answer()
        if error:
            raise RuntimeError(f"{name}: {error['message']}")
        return result

    def visit(self, address: str) -> None:
        self.send("WebDriver:Navigate", url=address)

    def run(self, body: str, *values: Any) -> Any:
        """What the body of an async function returns; its arguments are the list `values`."""
        return self.send("WebDriver:ExecuteAsyncScript", script=awaited(body), args=[list(values)], newSandbox=False)["value"]

    def __enter__(self) -> Firefox:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.socket.close()
        self.process.terminate()
        self.process.wait(30)
