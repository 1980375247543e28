"""How usable the page stays while a job trains on the same machine: first byte to first picture of the digits page, idle and beside a job.

Prints one line of JSON. Run it on an idle machine.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench_page import PATIENCE, WATCH, app
from browser import installed
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
VISITS = 7
FIRST = "window.paints[0] - performance.getEntriesByType('navigation')[0].responseStart"


def visits(browser: Browser, address: str) -> list[float]:
    """Seconds from the first byte of the document to the first painted digit, of fresh visitors one after the other."""
    seconds = []
    for _ in range(VISITS):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(f"{address}/digits", timeout=PATIENCE)
        page.wait_for_function("window.paints.length > 0", timeout=PATIENCE)
        seconds.append(page.evaluate(FIRST) / 1000)
        context.close()
    return seconds


def job(command: list[str]) -> dict[str, Any]:
    """What `python -m ganapp ...` prints as JSON."""
    done = subprocess.run([sys.executable, "-m", "ganapp", *command], cwd=ROOT, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout)) if done.stdout.startswith("{") else {"text": done.stdout}


def training(folder: Path) -> str:
    """The id of a job of the preset "Good start" that is under way."""
    preset = json.loads((ROOT / "assets" / "presets.json").read_text(encoding="utf-8"))[0]["order"]
    order = folder / "order.json"
    order.write_text(json.dumps({**preset, "steps": 100_000}), encoding="utf-8")
    job(["train", str(order), "--detach"])
    started = next(iter((folder / "jobs").iterdir())).name
    while job(["jobs", "show", started, "--json"]).get("step", 0) < 50:
        time.sleep(1)
    return started


def measure() -> dict[str, Any]:
    """Medians, and their ratio."""
    with tempfile.TemporaryDirectory(prefix="beside-") as runs, sync_playwright() as playwright:
        os.environ["GANAPP_RUNS"] = runs
        browser = playwright.chromium.launch(executable_path=installed(), args=["--no-sandbox", "--disable-gpu", "--no-proxy-server"])
        with app() as address:
            visits(browser, address)  # the server loads what it needs, once
            idle = visits(browser, address)
            started = training(Path(runs))
            before = job(["jobs", "show", started, "--json"])
            busy = visits(browser, address)
            after = job(["jobs", "show", started, "--json"])
            job(["jobs", "delete", started])
        browser.close()
    medians = {"idle_s": statistics.median(idle), "beside_a_job_s": statistics.median(busy)}
    found = {name: round(value, 3) for name, value in medians.items()}
    return found | {"ratio": round(medians["beside_a_job_s"] / medians["idle_s"], 2), "steps_meanwhile": after["step"] - before["step"]}


if __name__ == "__main__":
    print(json.dumps(measure()))
