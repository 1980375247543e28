"""Take the animated picture of the README: assets/pictures/likeness.webp, some twenty seconds of a running app, page by page, as it is.

python scripts/animated.py http://127.0.0.1:7860

Nothing is staged but the hand: sliders and buttons are those that a visitor presses. Where an answer is waited for, the wait is left out.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from ganapp.base import paths
from scripts.browser import installed

VIEW = (1100, 688)  # CSS pixels
WIDE = 880  # pixels of the animation
BEAT = 220  # milliseconds a frame is shown
LIVE = ".frame[data-live]:not([hidden])"


class Camera:
    """Frames of one page after another."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.frames: list[Image.Image] = []
        self.shown: list[int] = []  # milliseconds of each frame

    def go(self, slug: str) -> None:
        self.page.goto(f"{self.address}/{slug}")
        self.page.wait_for_selector(LIVE)
        self.page.wait_for_timeout(1500)

    def take(self, beats: float = 1) -> None:
        """A frame that stays for so many beats."""
        self.page.evaluate("scrollTo(0, 0)")
        picture = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        self.frames.append(picture.resize((WIDE, round(WIDE * VIEW[1] / VIEW[0])), Image.Resampling.LANCZOS))
        self.shown.append(round(BEAT * beats))

    def film(self, count: int, pause: int) -> None:
        """So many frames, `pause` milliseconds apart."""
        for _ in range(count):
            self.page.wait_for_timeout(pause)
            self.take()

    def save(self, path: Path) -> None:
        first, *others = self.frames
        first.save(path, save_all=True, append_images=others, duration=self.shown, loop=0, quality=62, method=6, minimize_size=True)


def front(camera: Camera) -> None:
    camera.go("")
    for share in (0.15, 0.2, 0.25, 0.3):
        camera.page.mouse.move(VIEW[0] * share, VIEW[1] * 0.6)
        camera.film(2, 150)


def digits(camera: Camera) -> None:
    camera.go("digits#seed=23&digit=3")
    slider = camera.page.locator("#hand input[type=range]")
    camera.page.wait_for_function("document.querySelector('#nearest, #judge')?.innerText.length > 3")
    camera.page.wait_for_timeout(2500)
    camera.take(3)
    for which, key in ((0, "ArrowRight"), (1, "ArrowRight"), (0, "ArrowLeft")):
        slider.nth(which).focus()
        for _ in range(6):
            for _ in range(4):
                camera.page.keyboard.press(key)
            camera.film(1, 120)
    camera.take(2)


def learn(camera: Camera) -> None:
    camera.go("learn")
    camera.take(2)
    if camera.page.locator("#play").get_attribute("aria-pressed") != "true":
        camera.page.locator("#play").click()
    camera.film(12, 500)


def example(camera: Camera, slug: str, calm: int) -> None:
    """The first example of a page for photos, once it has been still for `calm` milliseconds."""
    camera.go(slug)
    camera.page.locator("#examples button").first.click()
    camera.page.wait_for_selector("#work:not([hidden])")
    camera.page.wait_for_timeout(calm)
    camera.take(3)


def pressed(camera: Camera, button: str) -> None:
    """What a page makes of its example."""
    camera.page.locator(button).click()
    camera.page.wait_for_selector("#save:not([hidden])", timeout=120_000)
    camera.page.wait_for_timeout(800)
    camera.take(6)


def repair(camera: Camera) -> None:
    example(camera, "repair", 1500)
    pressed(camera, "#mend")


def upscale(camera: Camera) -> None:
    example(camera, "upscale", 1000)
    pressed(camera, "#run")


def stylize(camera: Camera) -> None:
    example(camera, "stylize", 4000)
    for which in (1, 4, 7):
        camera.page.locator("#gallery label").nth(which).click()
        camera.page.wait_for_timeout(4000)
        camera.take(4)


def write(camera: Camera) -> None:
    camera.go("write")
    camera.page.locator(".btn.main:visible").first.click()
    camera.page.wait_for_timeout(2500)
    camera.take(8)


def listen(camera: Camera) -> None:
    camera.go("listen")
    camera.page.wait_for_timeout(2500)
    camera.take(8)


def train(camera: Camera) -> None:
    camera.go("train")
    camera.film(10, 500)


SCENES = (front, digits, learn, repair, upscale, stylize, write, listen, train)


def main(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": VIEW[0], "height": VIEW[1]}, locale="en-GB", color_scheme="light")
        camera = Camera(page, address)
        for scene in SCENES:
            scene(camera)
        browser.close()
    path = paths.assets() / "pictures" / "likeness.webp"
    camera.save(path)
    print(f"{len(camera.frames)} frames, {sum(camera.shown) / 1000:.1f} s, {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
