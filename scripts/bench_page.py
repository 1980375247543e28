"""Measure the digits page in a headless Chromium, drawn in the browser and on the server: the time from an input event to the painted
frame, frames a second while a slider is dragged, and what a frame costs the processor, which other work on the machine changes little.
Prints one line of JSON, in under two minutes. Run it on an idle machine.

    python scripts/bench_page.py [address of a running app]

latency_ms         of a hand that drags the slider's thumb, from the input event that the page is given to the frame that shows it; browsers
                   give such events at the beginning of a frame
any_moment_ms      of an event at any moment, which waits for the next frame first: half of one, 8 ms, is lost to that
fps, display_fps   pictures painted a second while a slider moves in every frame, and the frames the browser itself made
main_ms, all_ms    milliseconds of the processor for each of these pictures: of the page's thread, and of all of Chromium's processes
net_ms, draw_ms    milliseconds by the clock of the generator alone, and of putting its picture on the canvas alone
"""

from __future__ import annotations

import json
import math
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
ENDS = (("_ms", 0.5), ("_p95_ms", 0.95))
TASK = ("RunTask", "ThreadControllerImpl::RunTask")
PATIENCE = 180_000  # milliseconds until the page draws

# Notes when each picture put on the big canvas has been painted: a message that is posted in a frame is delivered once that frame's
# rendering is done. A picture that is put between two frames is painted in the next.
WATCH = """
window.paints = [];
let inside = 0;  // of the callbacks of a frame
const next = requestAnimationFrame.bind(window);
const after = (work) => {
  const channel = new MessageChannel();
  channel.port1.onmessage = work;
  channel.port2.postMessage(0);
};
window.requestAnimationFrame = (work) => next((now) => {
  inside += 1;
  after(() => (inside -= 1));
  return work(now);
});
const painted = () => after(() => window.paints.push(performance.now()));
const put = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...values) {
  put.apply(this, values);
  if (this.canvas.id !== "big") return;
  if (inside) painted();
  else next(painted);
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
  return { fps: paints.length / ((paints.at(-1) - start) / 1000), frames: events / seconds, paints: paints.length };
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
# Of a real drag: when each input event came to the page, and when the next picture was painted.
HAND = """() => {
  window.events = [];
  slider.addEventListener("input", () => events.push(performance.now()), { capture: true });
}"""
HANDED = """() => events.map((at) => [at, paints.find((paint) => paint > at)]).filter(([, paint]) => paint).map(([at, paint]) => paint - at)
  .sort((a, b) => a - b)"""
# The generator and the canvas alone, from the files that the page fetched.
ALONE = """async (times) => {
  const file = (end) => performance.getEntriesByType("resource").map(({ name }) => name).find((name) => name.endsWith(end));
  const [{ Engine }, { draw }] = await Promise.all(["js/digits/engine.js", "js/parts/ink.js"].map((end) => import(file(end))));
  const engine = new Engine({ latent: 64, classes: 10, channels: 1, size: 32 }, null, () => {});
  await engine.load(file("ort.wasm.min.mjs").replace("ort.wasm.min.mjs", ""), file("models/digits/web.onnx"));
  const canvas = document.createElement("canvas"), side = document.querySelector("#big").width;
  const spent = { net_ms: [], draw_ms: [] };
  for (let i = 0; i < times; i++) {
    const z = Float32Array.from({ length: 64 }, () => 2 * Math.random() - 1);
    const y = Float32Array.from({ length: 10 }, (_, k) => Number(k === i % 10));
    const begun = performance.now();
    const [picture] = await engine.paint([z], [y]);
    const there = performance.now();
    draw(canvas, picture, 32, { side });
    spent.net_ms.push(there - begun);
    spent.draw_ms.push(performance.now() - there);
    await new Promise((resolve) => setTimeout(resolve));
  }
  const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  return Object.fromEntries(Object.entries(spent).map(([name, values]) => [name, median(values)]));
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


def tasks(trace: bytes, thread: str) -> list[dict[str, Any]]:
    """What the threads of this name did, task by task."""
    events: list[dict[str, Any]] = json.loads(trace)["traceEvents"]
    threads = {(each["pid"], each["tid"]) for each in events if each["name"] == "thread_name" and each["args"]["name"].startswith(thread)}
    return [each for each in events if each["ph"] == "X" and each["name"] in TASK and (each["pid"], each["tid"]) in threads]


def percentile(values: list[float], share: float) -> float:
    """Of rising values."""
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


def by_hand(page: Page) -> list[float]:
    """Milliseconds from the input events of a real drag of the slider's thumb to the frames that show them, rising."""
    page.evaluate(HAND)
    box = page.evaluate("(({ x, y, width, height }) => [x, y, width, height])(slider.getBoundingClientRect())")
    middle = box[1] + box[3] / 2
    page.mouse.move(box[0] + box[2] / 2, middle)
    page.mouse.down()
    for i in range(STEPS * 2):
        page.mouse.move(box[0] + box[2] * (0.5 + 0.4 * math.sin(i / 9)), middle)
        page.wait_for_timeout(20)
    page.mouse.up()
    page.wait_for_timeout(300)
    times: list[float] = page.evaluate(HANDED)
    return times


def spent(browser: Browser) -> float:
    """Seconds of the processor that all of Chromium's processes have had."""
    return float(sum(each["cpuTime"] for each in browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]))


def dragged(page: Page) -> dict[str, float]:
    """Pictures a second while a slider moves in every frame, and what each cost the processor."""
    browser = page.context.browser
    assert browser is not None
    page.evaluate(DRAG, 1)
    began, first = spent(browser), page.evaluate(DRAG, SECONDS)
    all_ms = (spent(browser) - began) * 1000 / max(1, first["paints"])
    browser.start_tracing(page=page, categories=["toplevel", "disabled-by-default-lighthouse", "__metadata"])
    second = page.evaluate(DRAG, SECONDS)
    main = sum(task.get("tdur", 0) for task in tasks(browser.stop_tracing(), "CrRendererMain")) / 1000 / max(1, second["paints"])
    return {"fps": first["fps"], "display_fps": first["frames"], "main_ms": main, "all_ms": all_ms}


def measured(page: Page) -> dict[str, float]:
    """What the head of this file lists; times are medians, *_p95_ms 95th percentiles."""
    page.evaluate(MOVE)
    page.wait_for_timeout(1500)
    hand, moment = by_hand(page), page.evaluate(STEP, STEPS)
    latency = {
        f"{name}{end}": percentile(times, share) for name, times in (("latency", hand), ("any_moment", moment)) for end, share in ENDS
    }
    return {name: round(value, 2) for name, value in {**dragged(page), **latency}.items()}


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
            if where == "browser":
                answer["alone"] = page.evaluate(ALONE, 100)
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
