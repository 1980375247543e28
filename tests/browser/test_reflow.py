"""A laptop at 200 %, a window of 320 pixels, keys alone, a voice that reads: nothing is cut off, covered or in the wrong language."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Visit
from tests.browser.test_fits import SEEN

pytestmark = pytest.mark.browser
ZOOMED, SMALL = (640, 400), (320, 640)
BEYOND = """(inner) => [...document.querySelectorAll(inner)].filter((each) => each.checkVisibility())
  .filter((each) => { const { left, right } = each.getBoundingClientRect(); return left < 0 || right > innerWidth; }).length"""
RING = "(box) => [getComputedStyle(box).outlineStyle, getComputedStyle(box).outlineColor]"


def hidden(page: Page, key: str) -> list[object]:
    """What the focus comes to by this key, as often as it goes, and is not seen there."""
    found = []
    for _ in range(90):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement === document.body"):
            break
        if where := page.evaluate(SEEN):
            found.append(where)
    return found


@pytest.mark.parametrize("path", ["/", "/digits", "/how", "/history"])
def test_what_the_keyboard_comes_to_is_under_neither_bar(visit: Visit, path: str) -> None:
    page = visit(path, size=ZOOMED, reduced_motion="reduce")
    expect(page.locator("main h1")).to_be_visible()
    assert hidden(page, "Tab") == []
    page.evaluate("document.querySelector('.foot a:last-of-type').focus()")
    assert hidden(page, "Shift+Tab") == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_formulas_fit_the_smallest_window(visit: Visit, language: str) -> None:
    page = visit("/how", size=SMALL, language=language)
    assert page.locator("math mtd").count() == 6
    assert page.evaluate(BEYOND, "math *") == 0


def test_the_front_pages_poem_is_whole_in_the_smallest_window(visit: Visit) -> None:
    page = visit("/", size=SMALL)
    expect(page.locator(".poem span")).to_have_count(4)
    assert page.locator("[data-tile=write] .sheet").evaluate("(sheet) => sheet.scrollHeight <= sheet.clientHeight")


def test_the_ring_of_a_painted_picture_is_the_pictures(visit: Visit) -> None:
    page = visit("/write", size=NARROW)
    picture = page.locator("#paintings img").first
    expect(picture).to_be_visible()
    ring, inner = page.locator("#paintings .choose").first.bounding_box(), picture.bounding_box()
    assert ring is not None
    assert inner is not None
    assert ring["width"] - inner["width"] < 2


def test_plots_of_the_page_write_have_names_of_their_own(visit: Visit) -> None:
    page = visit("/write")
    expect(page.locator("section.plot:visible")).to_have_count(3)
    names = page.locator("section.plot > :is(h2, h3):visible").all_inner_texts()
    assert len(set(names)) == len(names) == 3


def test_a_box_to_tick_shows_the_focus_as_all_controls_do(visit: Visit) -> None:
    page = visit("/write")
    page.locator("#form").focus()
    page.keyboard.press("Tab")
    box = page.locator("#strict")
    expect(box).to_be_focused()
    ring = box.evaluate(RING)
    assert ring[0] == "solid"
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    page.keyboard.press("Tab")
    assert ring == page.locator("#temperature-number").evaluate(RING)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_words_of_the_page_listen_are_marked_with_their_language(visit: Visit, language: str) -> None:
    page = visit("/listen", language=language)
    expect(page.locator("#pad .tile:enabled")).to_have_count(8)
    for place in ("#pad .tile b", "#word option", "#to option:not([value=''])"):
        words = page.locator(place).evaluate_all("(all) => all.map((each) => [each.textContent.match(/[^0-9 ·]+/)[0], each.lang])")
        assert {lang for _, lang in words} == {"en", "zh"}
        assert [word for word, lang in words if (lang == "en") != word.isascii()] == []
