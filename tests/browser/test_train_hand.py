"""A run driven by hand from the training page, in a real training process, and the lessons."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ganapp.base import locales
from ganapp.jobs import actions, lessons, process, store, visitor
from tests.browser import madejobs
from tests.browser.conftest import NARROW, Visit, scrolls_never_sideways
from tests.browser.madejobs import Told
from tests.browser.test_shell import AXE
from tests.browser.test_train import INKED, Open, house, open_train

__all__ = ["house", "open_train"]
pytestmark = pytest.mark.browser

KEY = "h" * 32
STARTS = 240_000  # milliseconds; a process that loads torch, on a machine that does other work as well
TINY: dict[str, Any] = {"width": 4, "latent": 8, "batch": 8, "lazy": 2}
SHOTS = os.environ.get("GANAPP_TEST_SHOTS", "")


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.fixture
def driven(house: None) -> Iterator[str]:
    """The id of a real, tiny run."""
    order = {"recipe": "gan", "steps": 5000, "every": 1000, "threads": 1, "device": "cpu", "settings": TINY}
    job = actions.submit(visitor.of(KEY), order, "By hand")
    yield job.id
    process.kill(store.select("id = ?", (job.id,))[0])
    store.update(job.id, state="stopped", pid=0)


def axe(page: Page) -> None:
    """No violation in the panel of the driver."""
    page.evaluate(AXE)
    page.evaluate("Promise.all(document.getAnimations().map((each) => each.finished.catch(() => null)))")  # colours come to rest
    found = page.evaluate("axe.run('.tr').then((result) => result.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]))")
    assert found == []


@pytest.mark.slow
def test_a_run_is_driven_by_hand_one_turn_at_a_time(open_train: Open, driven: str) -> None:
    page = open_train(f"#run={driven}", key=KEY)
    page.get_by_role("button", name="Drive it by hand").click()
    said = page.locator("#hand-said")
    expect(said).to_contain_text("Stopped after step", timeout=STARTS)
    expect(page.locator("#state")).to_contain_text("for you to drive it by hand")
    expect(page.locator("#hand-left")).to_contain_text("saves itself and makes room")
    expect(page.locator("[data-row=before]")).to_be_hidden()
    page.get_by_role("button", name="Step of D").click()
    expect(said).to_contain_text("D moved, with loss")
    expect(page.locator("[data-row=before]")).to_be_visible()
    for row in ("before", "after", "pull"):
        assert page.locator(f"[data-row={row}] canvas").evaluate(INKED)
    assert page.locator("#hand-scores circle").count() == 40
    page.locator("[data-act=generator]").focus()
    page.keyboard.press("Enter")
    expect(said).to_contain_text("G moved along the pull")
    page.get_by_role("button", name="Both", exact=True).click()
    expect(said).to_contain_text("D moved, with loss")
    expect(said).to_contain_text("then G, with loss")
    expect(page.locator("[data-act=both]")).to_be_enabled()
    shot(page, "hand-en")
    axe(page)
    page.reload()
    expect(said).to_contain_text("then G, with loss"), "who comes back finds it as it stood"
    page.get_by_role("button", name="Let it run").click()
    expect(page.locator("#hand-seen")).to_be_hidden()
    expect(page.locator("#state")).to_contain_text("left.")


# Every sentence that the page says of a turn: a stage may be over before one looks again.
HEARD = """window.heard = [], new MutationObserver(() => window.heard.push(document.querySelector("#hand-said").textContent))
  .observe(document.querySelector("#hand-said"), { childList: true, characterData: true, subtree: true })"""


@pytest.mark.slow
def test_slow_motion_on_a_phone_in_chinese(open_train: Open, driven: str) -> None:
    page = open_train(f"#run={driven}", key=KEY, language="zh", size=NARROW)
    words = locales.words("zh")
    page.get_by_role("button", name=words["train.hand.hold"]).click()
    said = page.locator("#hand-said")
    expect(said).to_contain_text("停在第", timeout=STARTS)
    slow = page.get_by_role("button", name=words["train.hand.slow"])
    page.evaluate(HEARD)
    slow.click()
    expect(page.locator("#hand .lit").first).to_be_visible()
    shot(page, "hand-slow-zh")
    stages = [words[f"train.hand.stage.{stage}"] for stage in ("judge", "move_d", "feel", "move_g")]
    page.wait_for_function("last => window.heard.includes(last)", arg=stages[-1])
    assert [each for each in dict.fromkeys(page.evaluate("window.heard")) if each in stages] == stages
    expect(slow).to_have_attribute("aria-pressed", "true")
    slow.click()
    expect(page.locator("#hand .lit")).to_have_count(0)
    expect(said).to_contain_text("第")
    scrolls_never_sideways(page, 390, 320)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_lesson_is_chosen_from_a_link_and_begins(open_train: Open, language: str, house: None) -> None:
    page = open_train("#lesson=strong", key=KEY, language=language, size=NARROW if language == "zh" else (1280, 900))
    words = locales.words(language)
    expect(page.locator("#lesson-name")).to_have_text(words["lessons.strong.name"])
    assert page.locator("#lesson-list a").count() == len(lessons.names())
    shot(page, f"lessons-{language}")
    axe(page)
    page.locator("#lesson-list a").first.click()
    expect(page.locator("#lesson-name")).to_have_text(words[f"lessons.{lessons.names()[0]}.name"])
    page.locator("#lesson-begin").click()
    expect(page.locator("#lesson-title")).to_have_text(words[f"lessons.{lessons.names()[0]}.name"])
    job = page.evaluate("location.hash").removeprefix("#run=")
    row = store.select("id = ?", (job,))[0]
    assert json.loads((row.folder / "order.json").read_text())["lesson"] == lessons.names()[0]
    process.kill(row)
    store.update(job, state="stopped", pid=0)


def lesson_run(name: str, ill: bool, cured: bool) -> str:
    """A job of a lesson that has ended, as its last diagnosis found it."""
    job = madejobs.made(Told(name, state="done", step=1000, steps=1000, ill=ill), key=KEY)
    folder = store.select("id = ?", (job,))[0].folder
    chosen = lessons.lesson(name)
    order = chosen.order | {"steps": 1000}
    if cured:
        order["settings"] = order["settings"] | chosen.changes["settings"]
    (folder / "order.json").write_text(json.dumps(order))
    return job


def test_the_symptom_is_named_and_one_press_heals(open_train: Open, house: None) -> None:
    page = open_train(f"#run={lesson_run('strong', ill=True, cured=False)}", key=KEY)
    state = page.locator("#lesson-state")
    expect(state).to_contain_text("There it is: ")
    expect(state).to_contain_text(f"{locales.text('diagnostics.critic.name')} 0.99, healthy up to 0.98")
    shot(page, "lesson-found")
    heal = page.get_by_role("button", name="Heal it")
    expect(heal).to_be_visible()
    page.evaluate(f"location.hash = '#run={lesson_run('strong', ill=False, cured=True)}'")
    expect(state).to_contain_text("Healed: ")
    expect(heal).to_be_hidden()


def test_every_lesson_is_reached_from_a_chapter(visit: Visit) -> None:
    page = visit("/learn#chapter=5")
    link = page.locator("#lesson")
    expect(link).to_contain_text(locales.text("lessons.collapse.name"))
    chapters = "import(new URL(`${window.likeness.root}/js/learn/tasks.js`, document.baseURI).href)"
    linked = page.evaluate(f"{chapters}.then(({{ CHAPTERS }}) => CHAPTERS.map(({{ lesson }}) => lesson).filter(Boolean))")
    assert set(linked) == set(lessons.names())
    page.locator("#chapter").select_option("1")
    expect(link).to_be_hidden()
    page.locator("#chapter").select_option("5")
    link.click()
    expect(page.locator("#lesson-name")).to_have_text(locales.text("lessons.collapse.name"))
