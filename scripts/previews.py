"""Take the pictures that links to the pages are shown with: assets/pictures/previews/<slug>.jpg, 1200 x 630, from a running app.

python scripts/previews.py http://127.0.0.1:7860 [SLUG...]

What a picture shows was made by that app. Where nobody shares a network there yet, one is trained for the gallery and shared, without a
name, so that it has the one that the app gives it; it takes some minutes.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from ganapp.base import paths
from ganapp.ui.page import all_pages
from scripts.browser import installed

SIZE = (1200, 630)
CALM = 5000  # milliseconds until everything has been drawn
BUSY = 120_000  # milliseconds that a page may fetch and a slow machine may need
BEFORE = {"history": ("digits", "write", "listen")}  # pages on which something is made first, by their filled button
RUN = "data=fashion_mnist&steps=700"  # what the gallery shows, as a link to the training form
TRAINING = 3_600_000  # milliseconds that a run may take

READY = {  # what a page has once it has made all of it
    "listen": ".ls[data-ready]",
    "write": "#lines .line:nth-child(4)",
    "train": "#when[max='13']",
    "gallery": "#works:not([aria-busy=true])",
}


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(".frame[data-live]:not([hidden])", timeout=BUSY)
    page.wait_for_selector(READY.get(address.rpartition("/")[2], ".frame"), timeout=BUSY)
    page.wait_for_load_state("networkidle", timeout=BUSY)
    page.wait_for_timeout(CALM)


def made(page: Page, address: str, makers: tuple[str, ...]) -> None:
    """Press the filled button of these pages, and stay on each until its result is in the history, seen from a page beside it."""
    beside = page.context.new_page()
    open_page(beside, f"{address}/history")
    for count, maker in enumerate(makers, 1):
        open_page(page, f"{address}/{maker}")
        page.locator(".btn.main:visible").first.click()
        beside.wait_for_selector(f"#list > :nth-child({count})", timeout=BUSY)
    beside.close()


def shared(page: Page, address: str) -> None:
    """Train RUN and share it, where the gallery is empty."""
    open_page(page, f"{address}/gallery")
    if page.locator(".work").count():
        return
    open_page(page, f"{address}/train#new&{RUN}")
    page.get_by_label("Others may watch").check()
    page.locator("#begin").click()
    page.wait_for_function("location.hash.startsWith('#run=')")
    page.wait_for_function("document.querySelector('#state').textContent.startsWith('Done')", timeout=TRAINING)


def main(address: str, slugs: list[str]) -> None:
    folder = paths.assets() / "pictures" / "previews"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]}, locale="en-GB", color_scheme="light")
        page = context.new_page()
        for each in [each for each in all_pages() if not slugs or each.slug in slugs]:
            if each.slug in BEFORE:
                made(page, address, BEFORE[each.slug])
            if each.slug == "gallery":
                shared(page, address)
            open_page(page, f"{address}/{each.slug if each.place != 'front' else ''}")
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            picture.save(folder / f"{each.slug}.jpg", quality=80, optimize=True, progressive=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2:])
