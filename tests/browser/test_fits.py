"""What is needed together is seen together at 1280 x 800, and nothing that has the focus is hidden."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from ganapp.base import locales
from scripts.bench_pages import WATCH
from tests.browser.conftest import NARROW, Visit, Watched

pytestmark = pytest.mark.browser
LAPTOP = (1280, 800)
# The element with the focus, or what stands for it on the screen, is on top in its own middle; else its id, class and place.
SEEN = """() => {
  const focused = document.activeElement;
  const covered = focused.matches(".vh, [type=radio], [type=file]") || getComputedStyle(focused).opacity === "0";
  const place = covered ? (focused.closest("label") ?? focused.parentElement) : focused;
  const box = place.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + Math.min(box.height, 40) / 2;
  const top = document.elementFromPoint(x, y);
  const seen = top && (place.contains(top) || top.contains(place)) && y > 0 && y < innerHeight;
  return seen ? null : [focused.id || focused.className || focused.value, Math.round(y)];
}"""


def bottom(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def with_photo(visit: Visit, slug: str, language: str = "en") -> Page:
    page = visit(f"/{slug}", size=LAPTOP, language=language)
    page.locator("#examples button").nth(1).click()
    expect(page.locator("#work")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    return page


def test_photo_and_tools_of_repair_fit_a_laptop(visit: Visit) -> None:
    page = with_photo(visit, "repair")
    for selector in (".easel canvas", ".easel .bar1", ".easel .bar2", "#mend"):
        assert bottom(page, selector) <= 800, selector
    shade = page.locator(".rp .last").evaluate("(last) => getComputedStyle(last, '::before').backgroundImage")
    assert shade.startswith("linear-gradient")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_strength_and_colours_are_seen_with_the_gallery(visit: Visit, language: str) -> None:
    page = with_photo(visit, "stylize", language)
    expect(page.locator("#gallery .tile").nth(3)).to_be_visible()
    top = page.locator("#do").bounding_box()
    assert top is not None
    for selector in ("#gallery", "#far", "#colours"):
        assert bottom(page, selector) <= top["y"], selector


@pytest.mark.parametrize("slug", ["repair", "stylize", "upscale"])
def test_nothing_that_has_the_focus_is_hidden(visit: Visit, slug: str) -> None:
    page = with_photo(visit, slug)
    page.locator(".rail").evaluate("(rail) => (rail.tabIndex = -1, rail.focus())")
    hidden = []
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("!document.activeElement.closest('.rail')"):
            break
        if found := page.evaluate(SEEN):
            hidden.append(found)
    assert hidden == []


def test_how_it_works_is_the_door_to_learn(visit: Visit) -> None:
    page = visit("/how")
    door = page.locator(".door .btn.main")
    expect(door).to_be_in_viewport()
    assert page.locator("a[href^='learn#chapter=']").count() == 5
    page.get_by_text(locales.text("how.door.collapse")).click()
    page.wait_for_selector(".frame[data-live] .le")
    expect(page.locator("#chapter")).to_have_value("5")


ARRIVED = {"digits": "#form .dial", "train": "#run:not([hidden]) #board canvas:not([hidden])", "history": "#none:not([hidden])"} | {
    "models": ".gallery .model",
    "gallery": "#works:not([aria-busy=true])",
}


@pytest.mark.parametrize("size", [LAPTOP, NARROW])
def test_hardly_anything_moves_while_a_page_arrives(watched: Watched, size: tuple[int, int]) -> None:
    page = watched.visit("/how", size=size)
    page.add_init_script(WATCH)
    moved = {}
    for slug in ("stylize", "repair", "digits", "train", "history", "made-by-machines", "models", "gallery"):
        watched.go(page, f"/{slug}")
        page.wait_for_selector(ARRIVED.get(slug, ".frame main:not([data-opening])"))
        page.wait_for_timeout(300)
        moved[slug] = page.evaluate("window.shift")
    assert {slug: far for slug, far in moved.items() if far >= 0.05} == {}


def test_the_sentence_before_a_page_is_in_the_language_chosen_here(visit: Visit) -> None:
    page = visit("/how", kept={"likeness-language": "zh"})
    held: list[Route] = []
    page.route("**/js/shell/start.js", lambda route: held.append(route))
    page.reload(wait_until="commit")
    wait = "getComputedStyle(document.documentElement, '::after').content"
    page.wait_for_function(
        f"document.querySelector('.gradio-container') && {wait} === JSON.stringify({locales.text('frame.wait', 'zh')!r})"
    )
    tracker = page.locator(".gradio-container > .main > [data-testid=status-tracker]")
    assert not any(each.is_visible() for each in tracker.all())
    page.wait_for_function("document.documentElement.dataset.wait")
    for route in held:
        route.continue_()
    page.wait_for_selector(".frame[data-live]:not([hidden])")
    assert page.evaluate(wait) == "none"


RATIO = """(button) => {
  const style = getComputedStyle(button);
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = (text) => text.match(/[0-9.]+/g).slice(0, 3).reduce((sum, c, i) => sum + linear(c / 255) * [0.2126, 0.7152, 0.0722][i], 0);
  const [a, b] = [light(style.color), light(style.backgroundColor)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""
PINNED = """() => [...document.querySelectorAll(".frame *")]
  .filter((each) => ["fixed", "sticky"].includes(getComputedStyle(each).position) && each.checkVisibility() && each.clientHeight)
  .map((each) => each.className)"""


@pytest.mark.parametrize("tone", ["light", "dark"])
def test_a_main_button_that_is_off_is_readable_under_the_pointer_and_away_before_a_photo(visit: Visit, tone: str) -> None:
    page = visit("/repair", size=LAPTOP, tone=tone, reduced_motion="reduce")
    button = page.locator("#mend")
    expect(button).to_be_disabled()
    button.hover(force=True)
    assert button.evaluate(RATIO) >= 4.5
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    expect(button).to_be_hidden()  # it would cover the photos to try


def test_a_low_window_pins_nothing_but_the_tabs(visit: Visit) -> None:
    page = visit("/repair", size=(640, 400))
    page.locator("#examples button").first.click()
    expect(page.locator("#work")).to_be_visible()
    expect(page.locator("#fill input:checked")).to_have_value("smooth")  # as scratches are filled
    page.evaluate("scrollTo(0, 300)")
    assert page.evaluate(PINNED) == ["nav"]
    page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    page.locator("#mend").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#save")).to_be_focused()
    page.locator("#back").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#forth")).to_be_focused()
