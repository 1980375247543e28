"""Measure the digits page in a headless Chromium: frames a second while a slider is dragged, and the time from an input event to
the painted frame, drawn in the browser and on the server. Prints one line of JSON. Run it on an idle machine.

    python scripts/bench_page.py [address of a running app]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import free_port
from browser import installed
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SECONDS, STEPS = 4, 60
PATIENCE = 180_000  # milliseconds until the page draws

# Notes the time of each picture put on the big canvas, after the frame that shows it has been painted: a message posted in an
# animation frame is delivered once that frame's rendering is done.
WATCH = """
window.paints = [];
const put = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...values) {
  put.apply(this, values);
  if (this.canvas.id !== "big") return;
  const channel = new MessageChannel();
  channel.port1.onmessage = () => window.paints.push(performance.now());
  channel.port2.postMessage(0);
};
"""
MOVE = """
window.slider = document.querySelector("#hand input[type=range]") ?? document.querySelector(".dial input[type=range]");
window.move = (value) => { slider.value = value; slider.dispatchEvent(new Event("input", { bubbles: true })); };
"""
DRAG = """async (seconds) => {
  paints.length = 0;
  const start = performance.now();
  let events = 0;
  while (performance.now() - start < seconds * 1000) {
    await new Promise(requestAnimationFrame);
    move((2.9 * Math.sin((performance.now() - start) / 300)).toFixed(1));
    events += 1;
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  return { fps: paints.length / ((paints.at(-1) - start) / 1000), frames: events / seconds };
}"""
STEP = """async (steps) => {
  const times = [];
  for (let i = 0; i < steps; i++) {
    await new Promise((resolve) => setTimeout(resolve, 220 + 37 * (i % 5)));  // the notes in the margin are done by then
    paints.length = 0;
    const start = performance.now();
    move(i % 2 ? 1.5 : -1.5);
    while (!paints.length && performance.now() - start < 3000) await new Promise((resolve) => setTimeout(resolve, 1));
    times.push((paints[0] ?? Infinity) - start);
  }
  return times.sort((a, b) => a - b);
}"""


@contextmanager
def app() -> Iterator[str]:
    """Address of an app started for the measurement."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {**os.environ, "GRADIO_SERVER_PORT": str(port), "NO_PROXY": "127.0.0.1,localhost"}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=settings, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                opener.open(address, timeout=10).close()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def measured(page: Page) -> dict[str, float]:
    """Frames a second, median and 95th percentile of the latency in milliseconds, and the frames the browser itself made."""
    page.evaluate(MOVE)
    page.wait_for_timeout(1500)
    times = page.evaluate(STEP, STEPS)
    dragged = page.evaluate(DRAG, SECONDS)
    latency = {"latency_ms": times[len(times) // 2], "latency_p95_ms": times[int(len(times) * 0.95)]}
    numbers = {"fps": dragged["fps"], "display_fps": dragged["frames"], **latency}
    return {name: round(value, 2) for name, value in numbers.items()}


def opened(browser: Browser, address: str, where: str) -> Page:
    """The digits page, drawing in the browser or on the server."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB").new_page()
    page.add_init_script(WATCH)
    if where == "server":
        page.route("**/ort-wasm*.wasm", lambda route: route.abort())
    begun = time.monotonic()
    page.goto(f"{address}/digits", timeout=PATIENCE)
    page.wait_for_function("window.paints.length > 0", timeout=PATIENCE)
    first = time.monotonic() - begun
    page.wait_for_selector(f'#where[data-where="{where}"]:not([data-loading])', timeout=PATIENCE)
    page.evaluate(f"window.opened = {{first: {first}, ready: {time.monotonic() - begun}}}")
    return page


def measure(address: str) -> dict[str, Any]:
    """Both ways of drawing."""
    answer: dict[str, Any] = {"load_average": round(os.getloadavg()[0], 1)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=["--no-sandbox", "--disable-gpu", "--no-proxy-server"])
        for where in ("browser", "server"):
            page = opened(browser, address, where)
            answer[where] = measured(page) | {f"{name}_s": round(value, 2) for name, value in page.evaluate("window.opened").items()}
            page.close()
        browser.close()
    return answer


def main() -> None:
    """Measure the app at the address given, or one started for this."""
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
        return
    with app() as address:
        print(json.dumps(measure(address)))


if __name__ == "__main__":
    main()
