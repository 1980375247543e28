"""How long the page Listen takes for the samples of eight sounds, by the search alone and with the vocoder, in a headless Chromium: the
middle, least and most of some rounds, after three that nobody counts. By the clock, so the machine should have nothing else to do. Prints
both, with the load of the machine, and writes the section "Sounds in the page" of docs/benchmarks.md.

    python scripts/bench_listen.py [--rounds 20] [--workers 2] [--no-table]
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Route, sync_playwright

from ganapp.machine.processor import cores, name
from ganapp.ui.server import static
from scripts import sections
from scripts.browser import installed

SECTION, BAR = "## Sounds in the page", 0.5  # seconds
WAYS = {"search": "the search alone", "vocoder": "the vocoder"}
ORIGIN = "http://listen.invalid"  # nothing is served: Chromium is handed the app's files
MEASURE = """async ([rounds, workers]) => {
  Object.defineProperty(navigator, "hardwareConcurrency", { value: workers });
  const staticUrl = (path) => `/${path}`;
  const [{ Finder }, { First }] = await Promise.all([import("/js/listen/finder.js"), import("/js/listen/first.js")]);
  const finder = new Finder({ staticUrl, modelUrl: (id, file) => `/models/${id}/${file}` });
  const first = new First();
  await first.load({ staticUrl, language: () => "en" });
  const pictures = [...first.pictures.values()], shape = { length: 1, pitch: 0, loudness: 0, brightness: 0 };
  if (!(await finder.load(() => {}))) throw new Error("no vocoder");
  const once = async (phase) => {
    const since = performance.now();
    await Promise.all(pictures.map((picture) => finder.play(picture, shape, phase)));
    return (performance.now() - since) / 1000;
  };
  const found = { sounds: pictures.length, search: [], vocoder: [] };
  for (let round = -3; round < rounds; round++) for (const phase of ["search", "vocoder"]) {
    const seconds = await once(phase);
    if (round >= 0) found[phase].push(seconds);
  }
  return found;
}"""


def handed(route: Route) -> None:
    """A file of the app, or an empty page."""
    path = route.request.url.removeprefix(ORIGIN).lstrip("/")
    file = static.served().get(path)
    if file is None:
        return route.fulfill(status=404 if path else 200, content_type="text/html", body="<!doctype html>")
    return route.fulfill(body=static.body(file, set())[0], content_type=static.TYPES[file.suffix])


def measured(rounds: int, workers: int) -> dict[str, Any]:
    """Seconds of each round by both ways."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.route(f"{ORIGIN}/**", handed)
        page.goto(f"{ORIGIN}/")
        found: dict[str, Any] = page.evaluate(MEASURE, [rounds, workers])
        browser.close()
    return found


def section(found: dict[str, Any], rounds: int, workers: int, load: float) -> str:
    """The section of docs/benchmarks.md."""
    rows = []
    for way, said in WAYS.items():
        seconds = found[way]
        numbers = " | ".join(f"{each:.3f} s" for each in (statistics.median(seconds), min(seconds), max(seconds)))
        rows.append(f"| {said} | {numbers} | {'within' if statistics.median(seconds) < BAR else 'beyond'} |")
    said = (
        f"`python scripts/bench_listen.py` on {name()}, {cores()} cores: samples of {found['sounds']} sounds on the page Listen,\n"
        f"made by {workers} workers of a headless Chromium, by the clock; {rounds} rounds, load average {load:.1f} when it began.\n"
        f"The bar is {BAR} s."
    )
    head = "| way | middle | least | most | bar |\n|---|---|---|---|---|"
    return "\n".join([SECTION, "", said, "", head, *rows, ""])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--workers", type=int, default=cores())
    parser.add_argument("--no-table", action="store_true", help="do not write docs/benchmarks.md")
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    found = measured(asked.rounds, asked.workers)
    print(f"{name()}, {cores()} cores, load {load:.1f} when it began")
    print(f"{found['sounds']} sounds, {asked.workers} workers, {asked.rounds} rounds")
    for way in WAYS:
        seconds = found[way]
        print(f"{way}: {statistics.median(seconds):.3f} s ({min(seconds):.3f} to {max(seconds):.3f})")
    if not asked.no_table:
        sections.put(section(found, asked.rounds, asked.workers, load))


if __name__ == "__main__":
    main()
