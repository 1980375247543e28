"""The digits page, drawn on: pointer, keys, pictures, what is found, and the way back to the sliders."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ganapp.base import locales
from ganapp.digits import idx
from tests.browser.conftest import NARROW, Visit, Watched
from tests.browser.test_digits import SERVER, cut, digits, drop, ink, settled

pytestmark = pytest.mark.browser


def drawing(visit: Visit, **settings: object) -> Page:
    page = digits(visit, **settings)
    page.locator("#mode input[value='draw']").check(force=True)
    expect(page.locator("#pad")).to_be_visible()
    return page


def stroke(page: Page, points: list[tuple[float, float]]) -> None:
    """One stroke with the mouse; points in parts of the pad's side."""
    box = page.locator("#pad").bounding_box()
    assert box is not None
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*at[0])
    page.mouse.down()
    for point in at[1:]:
        page.mouse.move(*point, steps=2)
    page.mouse.up()


def ring() -> list[tuple[float, float]]:
    """A nought."""
    return [(0.5 + 0.2 * math.sin(a / 12 * 2 * math.pi), 0.5 - 0.3 * math.cos(a / 12 * 2 * math.pi)) for a in range(13)]


def found(page: Page) -> None:
    expect(page.locator("#take")).to_be_enabled()


def test_a_digit_that_is_written_is_found_and_can_be_shaped(visit: Visit) -> None:
    page = drawing(visit)
    expect(page.locator("#hint")).to_be_visible()
    expect(page.locator("#take")).to_be_disabled()
    stroke(page, ring())
    expect(page.locator("#hint")).to_be_hidden()
    found(page)
    expect(page.locator("#found-say")).to_contain_text("read as a 0")
    expect(page.locator("#judge-yours .say")).to_contain_text("in 100")
    page.locator("#take").click()
    expect(page.locator("#digit input:checked")).to_have_value("0")
    picture = settled(page).astype(float)
    side = picture.shape[0]
    middle = picture[int(side * 0.45) : int(side * 0.55), int(side * 0.45) : int(side * 0.55)]
    assert middle.mean() < 40 < picture[:, int(side * 0.25) : int(side * 0.75)].mean()  # a ring, with nothing in the middle
    page.wait_for_function("location.hash.includes('z=')")
    slider = page.locator("#hand .dial input[type=range]").first
    slider.focus()
    page.keyboard.press("End")
    assert np.abs(settled(page) - picture).mean() > 1
    # The drawing is still there.
    page.locator("#mode input[value='draw']").check(force=True)
    expect(page.locator("#hint")).to_be_hidden()


def test_undo_and_wipe(visit: Visit) -> None:
    page = drawing(visit)
    empty = ink(page, "#pad")
    stroke(page, ring())
    one = ink(page, "#pad")
    stroke(page, [(0.2, 0.2), (0.8, 0.8)])
    assert ink(page, "#pad").sum() > one.sum() > empty.sum() == 0
    page.locator("#undo").click()
    assert np.array_equal(ink(page, "#pad"), one)
    page.locator("#wipe").click()
    assert ink(page, "#pad").sum() == 0
    expect(page.locator("#hint")).to_be_visible()
    expect(page.locator("#found-say")).to_have_text(locales.text("digits.draw.waiting"))
    page.locator("#undo").click()
    assert np.array_equal(ink(page, "#pad"), one)
    found(page)


def test_a_digit_can_be_written_by_keyboard(visit: Visit) -> None:
    page = drawing(visit)
    page.locator("#pad").focus()
    page.keyboard.press("Space")
    expect(page.locator("#pen")).to_have_text(locales.text("digits.draw.pen_down"))
    for _ in range(4):
        page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("#pen")).to_have_text(locales.text("digits.draw.pen_up"))
    found(page)
    expect(page.locator("#found-say")).to_contain_text("read as a 1")
    page.keyboard.press("Control+z")
    expect(page.locator("#hint")).to_be_visible()


def test_a_real_digit_dropped_is_found(visit: Visit, tmp_path: Path) -> None:
    test = idx.load("mnist", "test")
    place = int(np.flatnonzero(test.labels == 7)[0])
    Image.fromarray(255 - test.pictures[place]).resize((280, 280)).save(tmp_path / "seven.png")
    page = digits(visit)
    drop(page, tmp_path / "seven.png")  # a picture that was not saved here: it is laid on the pad
    expect(page.locator("#pad")).to_be_visible()
    found(page)
    expect(page.locator("#found-say")).to_contain_text("read as a 7")
    expect(page.locator("#oops")).to_be_hidden()


def test_a_digit_can_be_named_by_its_writer(visit: Visit) -> None:
    page = drawing(visit)
    stroke(page, [(0.5, 0.2), (0.5, 0.8)])
    found(page)
    page.locator("#read-as").select_option("7")
    expect(page.locator("#closest")).to_have_attribute("aria-label", locales.text("digits.draw.found_label", digit=7))
    page.locator("#take").click()
    expect(page.locator("#digit input:checked")).to_have_value("7")


def test_what_is_not_a_digit_is_called_so(visit: Visit) -> None:
    page = drawing(visit)
    for x in (0.1, 0.5, 0.9):  # three bars
        stroke(page, [(x, 0.1), (x, 0.9)])
    expect(page.locator("#found-say")).to_have_text(locales.text("digits.draw.unsure"))


def test_what_is_no_picture_is_refused_in_its_place(visit: Visit, tmp_path: Path) -> None:
    """In words for people, and what is said to be kept is there: sliders, a drawing, a picture, or nothing."""
    page = digits(visit)
    oops, refused = page.locator("#oops p"), locales.text("digits.error.not_a_picture")
    (tmp_path / "notes.txt").write_text("not a picture")
    drop(page, tmp_path / "notes.txt", "text/plain")
    expect(oops).to_have_text(f"{refused} {locales.text('digits.error.kept')}")
    expect(page.locator("#big")).to_be_visible()
    page.locator("#mode input[value='draw']").check(force=True)
    drop(page, tmp_path / "notes.txt", "text/plain")
    expect(oops).to_have_text(refused)
    Image.new("RGB", (60, 60), (220, 0, 0)).save(tmp_path / "red.png")
    drop(page, tmp_path / "red.png")
    expect(oops).to_contain_text(locales.text("digits.error.kept_picture"))
    assert locales.text("digits.error.kept_drawing") not in oops.inner_text()
    drop(page, tmp_path / "notes.txt", "text/plain")  # what is said of this file is not taken back by what lies there
    page.wait_for_timeout(800)
    expect(oops).to_have_text(f"{refused} {locales.text('digits.error.kept_picture')}")
    grounds = page.locator(".chips.only-draw .chip").evaluate_all("(chips) => chips.map((chip) => getComputedStyle(chip).backgroundColor)")
    assert set(grounds) == {"rgb(255, 255, 255)"}, "words over a picture have a ground of their own"
    page.locator("#wipe").click()
    stroke(page, ring())
    found(page)
    drop(page, tmp_path / "notes.txt", "text/plain")
    expect(oops).to_have_text(f"{refused} {locales.text('digits.error.kept_drawing')}")
    expect(page.locator("#hint")).to_be_hidden()


def test_an_unreachable_server_keeps_the_drawing(watched: Watched) -> None:
    page = drawing(watched.visit)
    cut(page)
    stroke(page, ring())
    expect(page.locator("#oops")).to_contain_text(locales.text("digits.error.kept_drawing"))
    page.unroute(SERVER)
    page.get_by_role("button", name=locales.text("digits.error.again")).click()
    found(page)
    expect(page.locator("#oops")).to_be_hidden()
    watched.complaints[:] = [each for each in watched.complaints if "ERR_FAILED" not in each]


def test_a_finger_writes_on_a_small_screen(visit: Visit) -> None:
    page = drawing(visit, size=NARROW, has_touch=True)
    box = page.locator("#pad").bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(box["height"], abs=1)
    assert page.locator("#pad").evaluate("(pad) => getComputedStyle(pad).touchAction") == "none"
    pinned = "(take) => getComputedStyle(take.closest('.do')).position"
    assert page.locator("#take").evaluate(pinned) == "static", "what can't be pressed yet covers nothing"
    stroke(page, ring())
    found(page)
    assert page.locator("#take").evaluate(pinned) == "sticky"
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_nothing_covers_the_sentence_above_the_digit_on_a_small_screen(visit: Visit) -> None:
    page = digits(visit, size=NARROW, language="zh")
    lead, sheet = page.locator(".lead.only-shape").bounding_box(), page.locator(".dg .sheet").bounding_box()
    assert lead is not None
    assert sheet is not None
    shadow = page.locator(".dg .sheet").evaluate("(sheet) => getComputedStyle(sheet).boxShadow.match(/-?[0-9.]+px/g).map(parseFloat)")
    _, up, _, spread = shadow
    assert lead["y"] + lead["height"] <= sheet["y"] + up - spread
