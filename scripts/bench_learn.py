"""Measure the laboratory in headless Chromium: steps and frames a second while it plays and draws, the longest task of the page's own
thread, and its engine beside TensorFlow.js on the same game. Prints one line of JSON. Run it on an idle machine.

    python scripts/bench_learn.py [address of a running app]

TensorFlow.js is fetched by npm into a folder that is removed again; without npm its rows are left out.
"""

from __future__ import annotations

import json
import mimetypes
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from bench_page import PATIENCE, app, tasks
from browser import installed
from playwright.sync_api import Browser, Page, Route, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 8
GAMES = {
    "non-saturating": "",
    "relativistic + R1 + R2": "loss=relativistic&r1=0.1&r2=0.1",
    "non-saturating, all views": "views=points-field-density-mesh-arrows-trails-best",
}
WATCH = """(seconds) => new Promise((done) => {
  const shown = () => Number(document.querySelector("#when").value), from = shown(), began = performance.now();
  let frames = 0;
  const turn = (now) => {
    frames += 1;
    if (now - began < 1000 * seconds) return requestAnimationFrame(turn);
    const passed = (now - began) / 1000;
    done({ steps: (shown() - from) / passed, frames: frames / passed });
  };
  requestAnimationFrame(turn);
})"""

TFJS = ("@tensorflow/tfjs@4.22.0", "@tensorflow/tfjs-backend-wasm@4.22.0")
OTHERS = {"TensorFlow.js 4.22, wasm": "wasm", "TensorFlow.js 4.22, cpu": "cpu"}
OWN = """async ([plain, seconds]) => {
  const { Game } = await import("/js/parts/engine/game.js");
  const game = await Game.open({}, plain ? null : await WebAssembly.compileStreaming(fetch("/js/parts/engine/kernels.wasm")));
  for (let i = 0; i < 50; i++) game.step();
  const began = performance.now();
  let steps = 0;
  for (; performance.now() - began < 1000 * seconds; steps++) game.step();
  return steps / seconds;
}"""
# The same game: 2 -> 32 -> 32 -> 2 against 2 -> 32 -> 32 -> 1, leaky units, batch 128, Adam, non-saturating; its data lie ready.
THEIRS = """async ([backend, seconds]) => {
  await tf.setBackend(backend);
  await tf.ready();
  const layer = (inputs, size) => [tf.variable(tf.randomNormal([inputs, size], 0, (2 / inputs) ** 0.5)), tf.variable(tf.zeros([size]))];
  const net = (sizes) => sizes.slice(1).map((size, l) => layer(sizes[l], size));
  const through = (layers, x) => layers.reduce((h, [w, b], l) => h.matMul(w).add(b).leakyRelu(l + 1 < layers.length ? 0.2 : 1), x);
  const [G, D] = [net([2, 32, 32, 2]), net([2, 32, 32, 1])];
  const [forG, forD] = [tf.train.adam(0.001, 0.5, 0.999), tf.train.adam(0.001, 0.5, 0.999)];
  const real = Array.from({ length: 8 }, () => tf.randomNormal([128, 2]));
  const step = (i) => tf.tidy(() => {
    const z = tf.randomNormal([128, 2]), x = real[i % 8];
    forD.minimize(() => through(D, x).neg().softplus().mean().add(through(D, through(G, z)).softplus().mean()), false, D.flat());
    forG.minimize(() => through(D, through(G, z)).neg().softplus().mean(), false, G.flat());
  });
  for (let i = 0; i < 5; i++) step(i);
  await G[0][0].data();
  const began = performance.now();
  let steps = 0;
  for (; performance.now() - began < 1000 * seconds; steps++) step(steps);
  await G[0][0].data();
  return steps / ((performance.now() - began) / 1000);
}"""


def longest_task(done: list[dict[str, Any]]) -> dict[str, float]:
    """In milliseconds: the longest by the clock, which other programs lengthen, and by the processor's time."""
    return {"longest_ms": max(task["dur"] for task in done) / 1000, "longest_cpu_ms": max(task.get("tdur", 0) for task in done) / 1000}


def played(browser: Browser, address: str, link: str) -> dict[str, float]:
    """Full steps and frames a second of the page as it stands, steps for each second of the processor that its worker had, and the longest
    task of the page's own thread."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/learn#{link}", timeout=PATIENCE)
    page.wait_for_selector(".frame[data-live]:not([hidden])", timeout=PATIENCE)
    page.click("#play")
    page.wait_for_timeout(2000)
    speed: dict[str, float] = page.evaluate(WATCH, SECONDS)
    browser.start_tracing(page=page, categories=["toplevel", "disabled-by-default-lighthouse", "__metadata"])
    traced: dict[str, float] = page.evaluate(WATCH, SECONDS)
    trace = browser.stop_tracing()
    page.close()
    worked = sum(task.get("tdur", 0) for task in tasks(trace, "DedicatedWorker")) / 1e6
    return speed | {"steps_cpu": traced["steps"] * SECONDS / worked} | longest_task(tasks(trace, "CrRendererMain"))


def fetched(folder: Path) -> bool:
    """Put TensorFlow.js into the folder. Whether npm gave it."""
    npm = shutil.which("npm")
    if npm is None or subprocess.run([npm, "pack", "--silent", *TFJS], cwd=folder, stdout=subprocess.DEVNULL, check=False).returncode:
        return False
    for archive in folder.glob("*.tgz"):
        with tarfile.open(archive) as opened:
            for member in opened.getmembers():
                name = Path(member.name).name
                if Path(member.name).parent.name == "dist" and name.endswith((".min.js", ".wasm")):
                    (folder / name).write_bytes(opened.extractfile(member).read())  # type: ignore[union-attr]
    return True


def bench_page(browser: Browser, *folders: Path) -> Page:
    """An empty page whose files are those of the folders."""

    def answer(route: Route) -> None:
        path = route.request.url.split("/", 3)[3]
        file = next((folder / path for folder in folders if path and (folder / path).is_file()), None)
        kind = "text/html" if file is None else "application/wasm" if path.endswith(".wasm") else mimetypes.guess_type(path)[0]
        route.fulfill(body=file.read_bytes() if file else b"<!doctype html>", content_type=kind)

    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.route("http://bench.test/**", answer)
    page.goto("http://bench.test/")
    return page


def beside(browser: Browser) -> dict[str, float]:
    """Steps a second of the same game without drawing, by what computes it."""
    with tempfile.TemporaryDirectory() as scratch:
        page = bench_page(browser, ROOT / "assets", Path(scratch))
        own = {"the engine, WebAssembly": False, "the engine, plain JavaScript": True}
        table = {name: page.evaluate(OWN, [plain, SECONDS]) for name, plain in own.items()}
        if fetched(Path(scratch)):
            for script in ("tf.min.js", "tf-backend-wasm.min.js"):
                page.add_script_tag(url=f"http://bench.test/{script}")
            table |= {name: page.evaluate(THEIRS, [backend, SECONDS]) for name, backend in OTHERS.items()}
        page.close()
        return table


def measure(address: str) -> dict[str, Any]:
    """All of it, from a running app."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=["--no-sandbox", "--disable-gpu", "--no-proxy-server"])
        games = {name: played(browser, address, link) for name, link in GAMES.items()}
        table = {"load": load, "games": games, "beside": beside(browser)}
        browser.close()
    return table


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
    else:
        with app() as started:
            print(json.dumps(measure(started)))
