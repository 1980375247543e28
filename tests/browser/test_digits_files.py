"""The digits page: what leaves it and comes back (links, PNG, GIF), and the ways to explore."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from ganapp.base import locales
from tests.browser.conftest import Visit, Watched
from tests.browser.test_digits import digits, drop, saved, settled, true_pixels

pytestmark = pytest.mark.browser

DRAWN = """(selector) => [...document.querySelectorAll(selector)].every((canvas) => {
  const [w, h] = [canvas.width, canvas.height];
  return canvas.getContext('2d').getImageData(w * 0.75, h * 0.75, w / 4, h / 4).data.some((value) => value);
})"""


def test_a_link_restores_every_part(visit: Visit) -> None:
    link = "#model=digits&seed=77&digit=4&truncation=0.7&to=9&blend=0.4&view=pixels&x.slant=-1.5&x.weight=0.5"
    page = digits(visit, link)
    expect(page.locator("#digit input:checked")).to_have_value("4")
    expect(page.locator("#to input:checked")).to_have_value("9")
    expect(page.locator("#blend")).to_have_attribute("open", "")
    expect(page.locator("#seed")).to_have_value("77")
    assert page.locator("#amount input[type=number]").input_value() == "0.40"
    assert page.locator("#truncation input[type=number]").input_value() == "0.70"
    assert page.locator("#hand .dial input[type=number]").first.input_value() == "-1.5"
    expect(page.locator('[data-view="pixels"]')).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(400)
    parts = dict(part.split("=") for part in page.url.split("#")[1].split("&"))
    assert parts == dict(part.split("=") for part in link[1:].split("&"))


def test_a_link_to_a_network_that_is_not_here_still_draws(visit: Visit) -> None:
    page = digits(visit, "#model=nobody-knows&seed=5&digit=7")
    expect(page.locator("#oops")).to_contain_text("nobody-knows")
    expect(page.locator("#digit input:checked")).to_have_value("7")
    assert settled(page).max() > 200


def test_bad_links_do_no_harm(visit: Visit) -> None:
    page = digits(visit, "#seed=-4&digit=77&truncation=zz&x.slant=99&x.nothing=1&z=!!!&to=a&blend=7")
    assert float(page.locator("#hand .dial input[type=number]").first.input_value()) == 3
    assert settled(page).max() > 200
    expect(page.locator("#oops")).to_be_hidden()


def test_a_png_remembers_how_it_was_made(visit: Visit, tmp_path: Path) -> None:
    page = digits(visit, "#seed=21&digit=8&x.slant=1.5&x.weight=-0.5&truncation=0.9")
    shown = settled(page)
    page.locator("#save").click()
    page.locator("#pixels input[value='32']").check(force=True)
    page.locator("#smooth input[value='pixels']").check(force=True)
    place = saved(page, tmp_path, "#download")
    picture = Image.open(place)
    assert picture.size == (32, 32)
    assert json.loads(picture.text["likeness"])["slant"] == 1.5  # type: ignore[attr-defined]
    there = digits(visit, "#seed=1&digit=0")
    drop(there, place)
    expect(there.locator("#seed")).to_have_value("21")
    expect(there.locator("#digit input:checked")).to_have_value("8")
    expect(there.locator('[data-view="pixels"]')).to_have_attribute("aria-pressed", "true")
    there.locator('[data-view="ink"]').click()
    there.wait_for_function("document.querySelector('#big').width > 32")
    assert np.abs(settled(there) - shown).max() <= 1
    paper = 255 - np.asarray(picture.convert("L"), np.int16)
    assert np.abs(true_pixels(there) - paper).max() <= 2


@pytest.mark.parametrize("pixels", [256, 1024])
def test_sizes_of_the_png(visit: Visit, tmp_path: Path, pixels: int) -> None:
    page = digits(visit)
    page.locator("#save").click()
    page.locator(f"#pixels input[value='{pixels}']").check(force=True)
    picture = Image.open(saved(page, tmp_path, "#download"))
    assert picture.size == (pixels, pixels)
    grey = np.asarray(picture.convert("L"))
    assert grey[0, 0] == 255
    assert grey.min() < 60


def test_the_link_is_copied(watched: Watched) -> None:
    page = digits(watched.visit, "#seed=4&digit=4", permissions=["clipboard-read", "clipboard-write"])
    page.locator("#save").click()
    page.locator("#copy").click()
    expect(page.locator("#copied")).to_have_text(locales.text("digits.save.copied"))
    page.locator("#copy").press("Escape")
    expect(page.locator("#saving")).to_be_hidden()
    expect(page.locator("#save")).to_be_focused()
    for touch in (lambda dial: dial.focus(), lambda dial: dial.click()):
        page.locator("#save").click()
        expect(page.locator("#saving")).to_be_visible()
        touch(page.locator("#hand input[type=range]").first)
        expect(page.locator("#saving")).to_be_hidden()  # it would cover the sliders
        page.locator("#save").focus()
    page.locator("#reset").click()
    page.wait_for_function("!location.hash.includes('x.')")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_morph_begins_with_a_three_and_an_eight(visit: Visit, motion: str) -> None:
    page = visit("/digits#seed=2&digit=5", reduced_motion=motion)
    page.locator("#between").scroll_into_view_if_needed()
    for end, digit in (("a", 3), ("b", 8)):
        expect(page.locator(f"[data-end={end}]")).to_have_attribute("aria-label", locales.text(f"digits.morph.label_{end}", digit=digit))
    expect(page.locator("#film canvas")).to_have_count(11)
    page.wait_for_function("!document.querySelector('#between').classList.contains('empty')")
    if motion == "reduce":
        page.wait_for_timeout(300)
        assert page.locator("#place").input_value() == "0"
        return
    page.wait_for_function("Number(document.querySelector('#place').value) > 3")
    page.locator("#play").click()
    expect(page.locator("#play")).to_have_text(locales.text("digits.morph.play"))


def test_morph_plays_pauses_and_saves(visit: Visit, tmp_path: Path) -> None:
    page = digits(visit, "#seed=2&digit=3")
    page.locator('[data-keep="a"]').click()
    page.locator("#digit input[value='8']").check(force=True)
    page.locator("#another").click()
    settled(page)
    page.locator('[data-keep="b"]').click()
    expect(page.locator("#film canvas")).to_have_count(11)
    page.locator("#play").click()
    page.wait_for_function("Number(document.querySelector('#place').value) > 40")
    page.locator("#play").click()
    expect(page.locator("#play")).to_have_text(locales.text("digits.morph.play"))
    stopped = page.locator("#place").input_value()
    page.wait_for_timeout(300)
    assert page.locator("#place").input_value() == stopped
    place = saved(page, tmp_path, "#gif")
    animation = Image.open(place)
    assert animation.format == "GIF"
    assert animation.n_frames == 60  # there and back, the ends once
    page.locator("#take-between").click()
    expect(page.locator("#to input:checked")).to_have_value("8")
    page.wait_for_function("location.hash.includes('z=')")


def test_a_board_is_one_tab_stop_and_a_click_takes_its_digit(visit: Visit, tmp_path: Path) -> None:
    page = digits(visit)
    page.locator("#way input[value='sheet']").check(force=True)
    page.wait_for_function(DRAWN, arg="#sheet10 canvas")
    expect(page.locator('#sheet10 button[tabindex="0"]')).to_have_count(1)
    page.locator("#sheet10 button").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#digit input:checked")).to_have_value("1")
    expect(page.locator("#seed")).to_have_value("2")
    assert Image.open(saved(page, tmp_path, "#sheet-png")).size == (1280, 1024)
    page.locator("#way input[value='plane']").check(force=True)
    page.wait_for_function(DRAWN, arg="#plane canvas")
    page.locator("#across").select_option("weight")
    page.locator("#plane button").nth(0).click()
    values = [page.locator("#hand .dial input[type=number]").nth(i).input_value() for i in range(2)]
    assert "-3.0" in values
    expect(page.locator("#plane button[aria-current]")).to_have_count(1)


def test_the_saved_smooth_picture_looks_like_the_page(visit: Visit, tmp_path: Path) -> None:
    page = digits(visit, "#seed=12&digit=2")
    shown = settled(page).astype(np.float32)
    page.locator("#save").click()
    picture = Image.open(io.BytesIO(saved(page, tmp_path, "#download").read_bytes())).convert("L").resize(shown.shape[::-1])
    paper = 255 - np.asarray(picture, np.float32)
    overlap = np.minimum(shown, paper).sum() / np.maximum(shown, paper).sum()
    assert overlap > 0.8
