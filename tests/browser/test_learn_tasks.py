"""Each chapter's task on the page itself, by its own controls: it can be solved, and neither waiting nor playing alone solves it where that
is not the task."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Page, expect

from ganapp.base import locales
from tests.browser.conftest import Visit, Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONG = 300_000  # milliseconds, for thousands of steps on a machine that does other work as well
CALM = {"rateD": 0.001, "rateG": 0.001, "beta1D": 0, "beta1G": 0, "r1": 1, "ema": 0.99}
WILD = {"rateD": 0.003, "rateG": 0.03, "beta1D": 0.9, "beta1G": 0.9}


def choose(page: Page, settings: Mapping[str, float | str]) -> None:
    for name, value in settings.items():
        page.locator(f"#set-{name}").select_option(str(value))


def play_to(page: Page, step: int) -> None:
    page.wait_for_function("step => Number(document.querySelector('#when').value) >= step", arg=step, timeout=LONG)


def narrow(page: Page) -> None:
    """A generator of one layer of two neurons."""
    page.locator("[data-do=g-drop]").click()
    for _ in range(7):
        page.locator("[data-do=g-0-less]").click()


def many_moves_of_d(page: Page) -> None:
    for _ in range(60):
        page.locator("#step-d").click()
    page.wait_for_function("document.querySelector('#when').value === '60'")
    choose(page, {"loss": "non_saturating"})


def first_calm_then_wild(page: Page) -> None:
    page.locator("#play").click()
    play_to(page, 3000)
    choose(page, WILD)


def mark_what_does_not_belong(page: Page) -> None:
    for name in ("B", "D"):
        page.locator(f"[data-figure=uses] input[value={name}]").check()


def turn(page: Page, figure: str, value: float) -> None:
    """The first dial of a figure."""
    number = page.locator(f"[data-figure={figure}] .dial input[type=number]").first
    number.fill(str(value))
    number.press("Enter")


def nothing(page: Page) -> None:
    """Only Play is pressed."""


WAYS: dict[str, Callable[[Page], None]] = {
    "two": nothing,
    "terms": lambda page: choose(page, {"k": 10}),
    "best": lambda page: choose(page, {"r1": 0.1, "beta1D": 0, "beta1G": 0}),
    "saturation": many_moves_of_d,
    "collapse": first_calm_then_wild,
    "circling": lambda page: choose(page, {"r1": 1}),
    "distance": lambda page: choose(page, {"gp": 1, "k": 5}),
    "measure": narrow,
    "cure": lambda page: choose(page, CALM),
    "pictures": lambda page: choose(page, {"r1": 0.1, "beta1D": 0, "beta1G": 0}),
    "mixed": lambda page: turn(page, "mixed", 100),
    "uses": mark_what_does_not_belong,
    "harms": lambda page: turn(page, "harms", 500),
}
STARTED = ("saturation", "collapse")  # the way itself plays
FIGURES = ("mixed", "harms")  # with games and a Play of their own
PLAYING_SOLVES = ("two", "pictures")


def chapter(visit: Callable[..., Page], key: str) -> Page:
    """The page at this chapter, opened by its title, its experiment set up."""
    page = visit("/learn")
    title = locales.text(f"learn.chapter.{key}.title")
    option = page.locator("#chapter option").filter(has_text=title)
    page.locator("#chapter").select_option(option.get_attribute("value"))
    expect(page.locator("#chapter-title")).to_have_text(title)
    page.wait_for_function("document.querySelector('#when').max === '0' && document.querySelector('#numbers').textContent")
    expect(page.locator("#task-state")).to_have_text(locales.text("learn.story.open"))
    return page


def player(key: str) -> str:
    return f"[data-figure={key}] [data-play]" if key in FIGURES else "#play"


def test_every_chapter_has_its_way(visit: Visit) -> None:
    titles = visit("/learn").locator("#chapter option").all_inner_texts()
    assert sorted(title.split(" ", 1)[1] for title in titles) == sorted(locales.text(f"learn.chapter.{key}.title") for key in WAYS)


@pytest.mark.parametrize("key", WAYS)
def test_a_task_is_solved_by_the_controls_of_the_page(watched: Watched, key: str) -> None:
    page = chapter(watched.visit, key)
    WAYS[key](page)
    if key not in STARTED:
        expect(page.locator("#task-state")).to_have_text(locales.text("learn.story.open"))
        page.locator(player(key)).click()
    expect(page.locator("#task-state")).to_have_text(locales.text("learn.story.done"), timeout=LONG)
    assert "✓" in page.locator("#chapter option:checked").inner_text()


@pytest.mark.parametrize("key", [key for key in WAYS if key not in PLAYING_SOLVES])
def test_playing_alone_does_not_solve_a_task(visit: Visit, key: str) -> None:
    page = chapter(visit, key)
    page.locator(player(key)).click()
    if key in FIGURES:
        step = f"Number(document.querySelector('[data-figure={key}] [data-step]').textContent.replace(/\\D/g, '')) >= 4000"
        page.wait_for_function(step, timeout=LONG)
    else:
        play_to(page, 8000)
    expect(page.locator("#task-state")).to_have_text(locales.text("learn.story.open"))
