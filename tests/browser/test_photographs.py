"""Photos as people have them, in the browser: formats it can't decode, photos that are too large, and the camera of a phone."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image, features
from playwright.sync_api import Page, expect

from ganapp.base import locales, paths
from tests.browser.conftest import NARROW, Visit
from tests.pictures.test_photographs import written
from tests.support import turned

pytestmark = pytest.mark.browser


def given(page: Page, name: str, blob: bytes, where: str) -> None:
    page.locator(where).set_input_files({"name": name, "mimeType": "", "buffer": blob})


@pytest.mark.parametrize("kind", ["HEIF", "AVIF", "TIFF", "BMP"])
def test_repair_opens_it_upright(visit: Visit, kind: str) -> None:
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("Pillow without AVIF")
    page = visit("/repair")
    given(page, f"IMG.{kind.lower()}", written(kind, 6), "#photo")
    expect(page.locator("#fact-size")).to_contain_text("60 × 40" if kind == "BMP" else "40 × 60")
    expect(page.locator("#oops")).to_be_hidden()


def test_a_heic_is_enlarged(visit: Visit) -> None:
    page = visit("/upscale")
    given(page, "IMG.HEIC", written("HEIF", 6), "#pictures")
    expect(page.locator("#run")).to_be_enabled()
    page.locator("#run").click()
    expect(page.locator("#viewer .side.right")).to_contain_text("160 × 240", timeout=60_000)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("slug", "where"), [("repair", "#photo"), ("upscale", "#pictures")])
def test_a_photo_that_is_too_large_is_made_smaller(visit: Visit, slug: str, where: str, language: str) -> None:
    out = io.BytesIO()
    Image.fromarray(turned.stored()).resize((9000, 5600), Image.Resampling.NEAREST).save(out, "JPEG", quality=30)
    page = visit(f"/{slug}", language=language)
    given(page, "large.jpg", out.getvalue(), where)
    section = "repair" if slug == "repair" else "batch"
    words = json.loads((paths.ROOT / "assets" / "locales" / language / f"{section}.json").read_text(encoding="utf-8"))["error"]
    button = page.get_by_role("button", name=words["smaller"])
    expect(button).to_be_visible(timeout=30_000)
    expect(page.locator("#oops")).to_contain_text("5000" if language == "zh" else "50 megapixels")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#oops")).to_be_hidden(timeout=30_000)
    expect(page.locator("article")).to_contain_text("5,070")


def test_several_photos_that_are_too_large_are_made_smaller_at_once(visit: Visit, tmp_path: Path) -> None:
    for name in ("one.jpg", "two.jpg"):
        Image.fromarray(turned.stored()).resize((9000, 5600), Image.Resampling.NEAREST).save(tmp_path / name, "JPEG", quality=30)
    Image.fromarray(turned.stored()).save(tmp_path / "three.jpg", "JPEG")
    page = visit("/upscale", language="zh")
    page.locator("#pictures").set_input_files([tmp_path / name for name in ("one.jpg", "two.jpg", "three.jpg")])
    button = page.get_by_role("button", name=locales.text("batch.error.smaller_all", "zh"))
    expect(button).to_be_visible(timeout=60_000)
    expect(page.locator("#oops")).to_contain_text("有 2 张图片超过 20 MB 或 5000 万像素")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#oops")).to_be_hidden(timeout=60_000)
    expect(page.locator("#list li")).to_have_count(3)
    expect(page.locator("#list li[data-state=failed]")).to_have_count(0)


def test_what_the_browser_cannot_make_smaller_is_said(visit: Visit, tmp_path: Path) -> None:
    page = visit("/repair")
    (tmp_path / "large.heic").write_bytes(written("HEIF") + bytes(21 * 2**20))
    page.locator("#photo").set_input_files(tmp_path / "large.heic")
    page.locator("#oops .help").click()
    expect(page.locator("#oops")).to_contain_text("Save a smaller copy")


@pytest.mark.parametrize("slug", ["repair", "upscale", "stylize"])
def test_phones_have_a_camera(visit: Visit, slug: str) -> None:
    expect(visit(f"/{slug}").locator(".camera")).to_be_hidden()
    page = visit(f"/{slug}", size=NARROW, has_touch=True, is_mobile=True)
    expect(page.locator(".camera")).to_be_visible()
    expect(page.locator("#mend, #run")).to_be_hidden()  # there is nothing to do yet, and photos to try below
    assert page.locator("#camera").get_attribute("capture") == "environment"
    given(page, "photo.png", turned.png(), "#camera")
    expect(page.locator("article")).to_contain_text("60 × 40")
    expect(page.locator(".camera")).to_be_hidden()
