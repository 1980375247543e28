"""The laboratory, as a person finds it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ganapp.base import locales
from tests.browser.conftest import NARROW, Visit, Watched, scrolls_never_sideways

pytestmark = pytest.mark.browser
LINK = "/learn#data=ring&loss=relativistic&r1=0.3&g=16-8&seed=7&views=points-mesh&chapter=6"


def number(page: Page, name: str, language: str = "en") -> str:
    row = page.locator("#numbers div").filter(has=page.get_by_text(locales.text(f"learn.number.{name}", language), exact=True))
    return row.locator("dd").inner_text()


def plain(key: str, language: str = "en") -> str:
    """A sentence without the marks of its words."""
    return re.sub("<[^>]+>", "", locales.text(key, language))


def step_is(page: Page, step: int) -> None:
    expect(page.locator("#when-said")).to_have_text(locales.text("learn.rewind.at", step=f"{step:,}"))


def follow(page: Page, key: str, link: str, settings: dict[str, str]) -> None:
    """Another link in the open page: its chapter and its experiment are there, and stay in the address."""
    page.evaluate("link => (location.hash = link)", link)
    expect(page.locator("#chapter-title")).to_have_text(locales.text(f"learn.chapter.{key}.title"))
    expect(page.locator("#task-text")).to_have_text(plain(f"learn.chapter.{key}.task"))
    for name, value in settings.items():
        expect(page.locator(f"#set-{name}")).to_have_value(value)
    step_is(page, 0)
    page.wait_for_timeout(400)  # the address is written 200 ms after a change
    assert set(link.split("&")) <= set(page.url.split("#")[1].split("&"))


def test_a_link_gives_the_same_experiment_and_the_same_losses(watched: Watched) -> None:
    page = watched.visit(LINK)
    seen = []
    for _ in range(2):
        for _ in range(3):
            page.locator("#step").click()
        step_is(page, 3)
        seen.append((number(page, "d"), number(page, "g")))
        assert page.locator("#set-data").input_value() == "ring"
        assert page.locator("#set-loss").input_value() == "relativistic"
        expect(page.locator("[data-view=mesh]")).to_have_attribute("aria-pressed", "true")
        expect(page.locator("#chapter")).to_have_value("6")
        page.locator("#set-k").select_option("2")
        page.wait_for_function("location.hash.includes('k=2')")
        address = page.url.replace("&k=2", "")
        page.goto("about:blank")
        page.goto(address)
        page.wait_for_selector(".frame[data-live]:not([hidden])")
    assert seen[0] == seen[1]
    assert "–" not in seen[0]
    page.locator("#play").click()
    follow(page, "collapse", "chapter=5", {"data": "eight", "loss": "non_saturating"})
    expect(page.locator("#play")).to_have_text(locales.text("learn.drive.play"))
    expect(page.locator("#pace")).to_have_value("0")
    expect(page.locator("[data-view=mesh]")).to_have_attribute("aria-pressed", "false")
    follow(page, "saturation", "chapter=4", {"data": "blobs", "loss": "minimax"})
    expect(page.locator("[data-view=arrows]")).to_have_attribute("aria-pressed", "true")
    follow(page, "pictures", "chapter=9&data=moons&pace=10&views=mesh", {"data": "moons", "loss": "non_saturating"})
    expect(page.locator("#pace")).to_have_value("10")
    expect(page.locator("[data-view=points]")).to_have_attribute("aria-pressed", "false")


def test_a_link_to_a_digit_at_the_first_address_still_shows_the_digit(visit: Visit) -> None:
    page = visit("/#model=digits&seed=5&digit=7")
    page.wait_for_url("**/digits#*")
    page.wait_for_selector(".frame[data-live]:not([hidden])")
    assert "digit=7" in page.url


def test_half_steps_rewind_and_going_on_by_keyboard(visit: Visit) -> None:
    page = visit("/learn")
    page.locator("#step-d").focus()
    for _ in range(2):
        page.keyboard.press("Enter")
    step_is(page, 2)
    assert number(page, "updates") == "2, 0"
    page.locator("#step").focus()
    page.keyboard.press("Enter")
    step_is(page, 3)
    later = number(page, "d")
    page.locator("#when").focus()
    page.keyboard.press("ArrowLeft")
    step_is(page, 2)
    page.keyboard.press("End")
    step_is(page, 3)
    assert number(page, "d") == later


def test_playing_solves_the_first_task_and_the_tick_is_kept(watched: Watched) -> None:
    page = watched.visit("/learn", language="zh")
    page.locator("#play").click()
    expect(page.locator("#task-state")).to_have_text(locales.text("learn.story.done", "zh"))
    page.locator("#play").click()
    watched.go(page, "/learn")
    expect(page.locator("#task-state")).to_have_text(locales.text("learn.story.done", "zh"))
    expect(page.locator("#task")).to_have_class("task done")


def test_nothing_is_wider_than_a_phone(visit: Visit) -> None:
    page = visit("/learn", size=NARROW)
    scrolls_never_sideways(page, 390, 768, 1024, 1280)
    page = visit("/learn#g=64-64-64-64-64&d=64-64-64-64-64&views=points-field-density-mesh-arrows-trails-best", size=NARROW)
    scrolls_never_sideways(page, 390)
    for who in ("g", "d"):
        box = page.locator(f"[data-do={who}-drop]").bounding_box()
        assert box
        assert 0 <= box["x"] <= 390 - box["width"], "buttons beside a row that scrolls stay in sight"


@pytest.mark.slow
def test_the_python_file_gives_the_same_losses(visit: Visit, tmp_path: Path) -> None:
    page = visit("/learn#loss=relativistic&r1=0.5&r2=0.1&gp=0.2&batch=32&k=2&unit=tanh")
    with page.expect_download() as download:
        page.locator("#python").click()
    file = tmp_path / "experiment.py"
    download.value.save_as(file)
    done = subprocess.run([sys.executable, str(file), "50"], capture_output=True, text=True, check=True, timeout=120)
    rows = [[float(value) for value in line.split()] for line in done.stdout.splitlines()]
    code = """async (address) => {
      const { Run } = await import(address + "/js/parts/engine/run.js");
      const run = await Run.open({ loss: "relativistic", r1: 0.5, r2: 0.1, gp: 0.2, batch: 32, k: 2, unit: "tanh" }, null);
      for (let i = 0; i < 50; i++) run.advance();
      return run.losses.map(({ tick, d, g }) => [tick, d, g]);
    }"""
    ours = page.evaluate(code, page.evaluate("new URL(window.likeness.root, document.baseURI).href"))
    assert len(rows) == 50
    for mine, theirs in zip(ours, rows, strict=True):
        assert mine == pytest.approx(theirs, abs=1e-3)
