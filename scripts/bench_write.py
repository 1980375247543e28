"""Time from press to poem on the page Write, by the clock, in headless Chromium: `python scripts/bench_write.py ADDRESS [--poems 20]`.

The first poem, which waits for the network to be loaded, is not counted. Prints the quickest, the middle and the slowest, in Chinese and in
English.
"""

from __future__ import annotations

import argparse
import shutil
import statistics

from playwright.sync_api import Page, sync_playwright

PRESSED = """([button, lines]) => new Promise((settle) => {
  const before = document.querySelector(lines).textContent, from = performance.now();
  new MutationObserver((_, seen) => {
    if (document.querySelector(lines).textContent === before) return;
    seen.disconnect();
    requestAnimationFrame(() => settle(performance.now() - from));
  }).observe(document.querySelector(lines), { childList: true, subtree: true, characterData: true });
  document.querySelector(button).click();
})"""


def timed(page: Page, button: str, lines: str, poems: int) -> list[float]:
    """Seconds from press to the painted poem, of each of so many."""
    seconds = []
    for _ in range(poems + 1):
        page.wait_for_timeout(400)
        seconds.append(page.evaluate(PRESSED, [button, lines]) / 1000)
    return seconds[1:]


def main() -> None:
    """Measure both languages of a running app."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("address")
    asked.add_argument("--poems", type=int, default=20)
    given = asked.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="en-US")
        for name, button, lines in (
            ("Chinese", "#quatrains [type=submit]", "#lines"),
            ("English", "#stanzas .do [type=submit]", "#stanzas [data-id=lines]"),
        ):
            page.goto(f"{given.address}/write")
            page.wait_for_timeout(5000)
            if name == "English":
                page.locator("#tongue label").last.click()
                page.wait_for_timeout(5000)
            seconds = timed(page, button, lines, given.poems)
            print(f"{name}: {min(seconds):.2f} / {statistics.median(seconds):.2f} / {max(seconds):.2f} s")
        browser.close()


if __name__ == "__main__":
    main()
