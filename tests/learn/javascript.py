"""Runs the laboratory's modules in Chromium, served from assets/ by a small web server, without the app."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ganapp.base import paths
from scripts.browser import installed

MODULE = """async ([code, job]) => {
  const engine = (name) => import(`/js/parts/engine/${name}.js`);
  const module = await WebAssembly.compileStreaming(fetch("/js/parts/engine/kernels.wasm"));
  return await new (Object.getPrototypeOf(async function () {}).constructor)("engine", "module", "job", code)(engine, module, job);
}"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of assets/, in silence."""

    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".wasm": "application/wasm", ".js": "text/javascript"}

    def log_message(self, *_: Any) -> None:
        pass


class Laboratory:
    """A page that has the engine. Playwright wants a thread without an event loop, so it lives in one of its own."""

    def __init__(self) -> None:
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(paths.assets())))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.thread = ThreadPoolExecutor(1)
        self.thread.submit(self._open).result()

    def _open(self) -> None:
        from playwright.sync_api import sync_playwright

        self.playwright = sync_playwright().start()
        flags = ["--no-sandbox", "--disable-gpu", "--no-proxy-server"]
        self.browser = self.playwright.chromium.launch(executable_path=installed(), args=flags)
        self.page = self.browser.new_page()
        self.page.set_default_timeout(600_000)
        self.page.goto(f"http://127.0.0.1:{self.server.server_port}/js/parts/engine/kernels.js")

    def run(self, code: str, job: Any = None) -> Any:
        """What `code`, the body of an async function (engine, module, job), returns: engine("game") imports assets/js/parts/engine/game.js,
        module is the compiled kernels.wasm."""
        return self.thread.submit(lambda: self.page.evaluate(MODULE, [code, json.loads(json.dumps(job))])).result()

    def close(self) -> None:
        def end() -> None:
            self.browser.close()
            self.playwright.stop()

        self.thread.submit(end).result()
        self.thread.shutdown()
        self.server.shutdown()
