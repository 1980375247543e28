"""Measure every page in a headless Chromium, at 1280 and 390 pixels, cold and warm: first contentful paint and when its controls answer, in
milliseconds; layout shift; kilobytes received and requests before its first action. Starts an app of its own, unless it is given the
address of one; prints a table and writes the section "Pages" of docs/benchmarks.md. By the clock, so the machine should have nothing else
to do.

    python scripts/bench_pages.py [http://127.0.0.1:7860] [--no-table] [--only SLUG]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import BrowserContext, sync_playwright

from ganapp.machine.processor import cores, name
from ganapp.ui.page import all_pages
from scripts import sections
from scripts.browser import installed
from tests.conftest import ROOT, answers, direct, free_port

SIZES = ((1280, 800), (390, 844))
CALM, PATIENCE = 800, 20  # milliseconds without a request after which a page is at rest, and how often that is waited for at most
SHIFT, KILOBYTES = 0.05, 1000  # bars
ENGINES = ("digits", "learn")  # pages whose network or engine is in the bytes, which is told
SECTION = "## Pages"
WATCH = """window.shift = 0;
new PerformanceObserver((list) => list.getEntries().forEach((each) => { if (!each.hadRecentInput) window.shift += each.value; }))
  .observe({ type: "layout-shift", buffered: true });
const live = () => document.querySelector(".frame[data-live]:not([hidden])");
const turn = () => (live() ? (window.live = performance.now()) : requestAnimationFrame(turn));
turn();"""
COUNT = "performance.getEntriesByType('resource').length"
FOUND = """() => { const files = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const paint = performance.getEntriesByName("first-contentful-paint")[0].startTime, sent = files.map((each) => each.transferSize);
  return [paint, window.live, window.shift, sent.reduce((sum, each) => sum + each, 0) / 1000, files.length]; }"""
Row = tuple[str, int, list[float], list[float]]  # slug, width, cold, warm


def measured(context: BrowserContext, address: str) -> list[float]:
    """Paint and live in ms, shift, kilobytes, requests."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".frame[data-live]:not([hidden])")
    before = -1
    for _ in range(PATIENCE):
        page.wait_for_timeout(CALM)
        now = page.evaluate(COUNT)
        if now == before:
            break
        before = now
    found: list[float] = page.evaluate(FOUND)
    page.close()
    return found


@contextmanager
def served(address: str) -> Iterator[str]:
    """`address`, or that of an app that is started for this, in a folder of its own."""
    if address:
        yield address.rstrip("/")
        return
    with tempfile.TemporaryDirectory() as runs:
        port = free_port()
        environment = direct(dict(os.environ)) | {"GRADIO_SERVER_PORT": str(port), "GANAPP_RUNS": runs}
        with (Path(runs) / "app.log").open("w") as log:
            app = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            while not answers(f"http://127.0.0.1:{port}"):
                if app.poll() is not None:
                    raise RuntimeError((Path(runs) / "app.log").read_text()[-2000:])
                time.sleep(0.5)
            yield f"http://127.0.0.1:{port}"
        finally:
            app.terminate()
            app.wait()


def rows(address: str, only: str) -> Iterator[Row]:
    """Every page at every width."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=["--no-sandbox", "--disable-gpu"])
        for each in all_pages():
            for width, height in SIZES if not only or each.slug == only else ():
                context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
                context.add_init_script(WATCH)
                cold, warm = (measured(context, f"{address}/{each.slug}") for _ in range(2))
                context.close()
                yield each.slug, width, cold, warm
        browser.close()


def line(row: Row) -> str:
    """A row of the table."""
    slug, width, cold, warm = row
    cells = [f"{one:.{n}f} / {other:.{n}f}" for one, other, n in zip(cold, warm, (0, 0, 3, 0, 0), strict=True)]
    return f"| {slug} | {width} | {' | '.join(cells)} |"


def missed(found: list[Row]) -> list[str]:
    """What is not within the bars, each page once."""
    shifts = {slug for slug, _, cold, warm in found if max(cold[2], warm[2]) >= SHIFT}
    heavy = {slug for slug, _, cold, _ in found if cold[3] > KILOBYTES and slug not in ENGINES}
    return [f"layout shift of {slug}" for slug in sorted(shifts)] + [f"bytes of {slug}" for slug in sorted(heavy)]


def section(found: list[Row], load: float) -> str:
    """The section of docs/benchmarks.md."""
    over = missed(found)
    sent = {slug: max(cold[3] for other, _, cold, _ in found if other == slug) / 1000 for slug in ENGINES}
    engines = ", ".join(f"{slug} {megabytes:.1f} MB" for slug, megabytes in sent.items())
    said = (
        f"{SECTION}\n\n`python scripts/bench_pages.py` on {name()}, {cores()} cores: each page in a headless "
        "Chromium, first without and then with a cache,\n"
        f"until it is at rest; load average {load:.1f} when it began. The bars are {SHIFT} for layout shift and 1 MB "
        "before the first action; pages whose\n"
        f"bytes hold a network or an engine: {engines}. "
    ) + (f"Not within the bars: {', '.join(over)}." if over else "All others are within the bars.")
    head = "| page | width | paint, ms | answers, ms | shift | kB | requests |\n|---|---|---|---|---|---|---|"
    return "\n".join([said, "", head, *map(line, found), ""])


def main() -> int:
    """0 where every page is within the bars."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", nargs="?", default="")
    parser.add_argument("--no-table", action="store_true", help="do not write docs/benchmarks.md")
    parser.add_argument("--only", default="")
    asked, load = parser.parse_args(), os.getloadavg()[0]
    found: list[Row] = []
    with served(asked.address) as address:
        for row in rows(address, asked.only):
            print(line(row), flush=True)
            found.append(row)
    print(f"not within the bars: {', '.join(missed(found)) or 'none'}")
    if not asked.no_table and not asked.only:
        sections.put(section(found, load))
    return 1 if missed(found) else 0


if __name__ == "__main__":
    sys.exit(main())
