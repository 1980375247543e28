"""Steps and frames a second of the laboratory in headless Chromium, and the longest time its page was blocked: one line of JSON.

python scripts/bench_learn.py [http://127.0.0.1:7860]   where the app is running
"""

from __future__ import annotations

import json
import os
import sys

from browser import installed
from playwright.sync_api import sync_playwright

GAMES = {"non_saturating": "", "relativistic + R1 + R2": "loss=relativistic&r1=0.1&r2=0.1"}
SECONDS = 8
WATCH = """(seconds) => new Promise((done) => {
  let frames = 0, long = 0, longest = 0;
  new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (long += 1, longest = Math.max(longest, duration))))
    .observe({ type: "longtask" });
  const shown = () => Number(document.querySelector("#when").value), from = shown(), began = performance.now();
  const turn = (now) => {
    frames += 1;
    if (now - began < 1000 * seconds) return requestAnimationFrame(turn);
    const passed = (now - began) / 1000;
    done({ steps: (shown() - from) / passed, frames: frames / passed, long_tasks: long, longest_ms: longest });
  };
  requestAnimationFrame(turn);
})"""


def measured(address: str) -> dict[str, dict[str, float]]:
    """By game: full steps and frames a second, tasks of the page over 50 ms, and the longest of them in ms."""
    table = {}
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--no-proxy-server"]
        browser = playwright.chromium.launch(executable_path=installed(), args=flags)
        for name, link in GAMES.items():
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{address}/learn#{link}")
            page.wait_for_selector(".frame[data-live]:not([hidden])")
            page.click("#play")
            page.wait_for_timeout(2000)
            table[name] = page.evaluate(WATCH, SECONDS)
            page.close()
        browser.close()
    return table


if __name__ == "__main__":
    found = measured(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7860")
    print(json.dumps({"load": os.getloadavg()[0], "games": found}))
