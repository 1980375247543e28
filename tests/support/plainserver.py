"""A plain web server on 127.0.0.1, as `python -m http.server` is one: a folder under a path, and a count of what it sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO


class Server(ThreadingHTTPServer):
    """sent: bytes of bodies; asked: paths, in their order; url: where the folder stands."""

    sent = 0
    asked: list[str]
    url = ""


class Handler(SimpleHTTPRequestHandler):
    server: Server

    def log_message(self, *_: Any) -> None:
        pass

    def copyfile(self, source: BinaryIO, outputfile: BinaryIO) -> None:  # type: ignore[override]
        blob = source.read()
        self.server.sent += len(blob)
        self.server.asked.append(self.path)
        outputfile.write(blob)


@contextmanager
def served(folder: Path, below: str = "") -> Iterator[Server]:
    """Serve `folder`; `below`: the path of it that pages lie in."""
    server = Server(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    server.asked, server.url = [], f"http://127.0.0.1:{server.server_port}/{below}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
