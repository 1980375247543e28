"""The gallery in a browser: cards, what each offers, taking down, many, none, a broken one, both languages, a phone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ganapp.base import locales, paths
from ganapp.jobs import gallery, store, visitor
from tests.browser import madejobs
from tests.browser.conftest import NARROW, Watched, scrolls_never_sideways
from tests.browser.madejobs import KEY, OTHER, Told
from tests.browser.test_shell import AXE
from tests.browser.test_train import answering

pytestmark = pytest.mark.browser
ADDRESSES = ("**/component_server*", "**/component_server/**")  # of the page's procedures
INKED = """(canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((v, i) => i % 4 === 3 && v > 40)"""


@pytest.fixture
def house(app_runs: Path) -> Iterator[None]:
    """This process looks at the app's own jobs, and removes what it put there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANAPP_RUNS", str(app_runs))
        yield
        with store.changing() as db:
            db.executemany("DELETE FROM jobs WHERE id=?", [(job.id,) for job in store.select()])


def made(name: str, key: str = OTHER, **fields: object) -> str:
    return madejobs.made(Told(name, **{"state": "done", "step": 500, "steps": 500, "shared": True, "result": True, **fields}), key)  # type: ignore[arg-type]


def opened(watched: Watched, **settings: object) -> Page:
    page = watched.visit("/gallery", kept={"likeness-visitor": KEY}, **settings)  # type: ignore[arg-type]
    expect(page.locator("#works")).not_to_have_attribute("aria-busy", "true")
    return page


def card(page: Page, job: str) -> Locator:
    return page.locator(f".work[data-id='{job}']")


def test_the_empty_gallery_says_how_one_comes_there(watched: Watched, house: None) -> None:
    page = opened(watched, language="zh", size=NARROW)
    expect(page.locator("#works")).to_contain_text(locales.text("gallery.empty.title", "zh"))
    expect(page.locator("#more")).to_be_hidden()
    page.get_by_role("link", name=locales.text("gallery.new", "zh")).click()
    page.wait_for_url("**/train#new")


def test_a_card_says_what_was_learnt_and_how_well_in_both_languages(watched: Watched, house: None) -> None:
    theirs = made("Ours <b>& theirs</b>", ill=True)
    page = opened(watched)
    place = card(page, theirs)
    expect(place.get_by_role("heading")).to_have_text("Ours <b>& theirs</b>")
    page.wait_for_function(f"({INKED})(document.querySelector('.work canvas'))")
    data, loss = locales.text("choices.data.mnist.name"), locales.text("losses.relativistic.name")
    expect(place).to_contain_text(f"{data}, DCGAN, {loss}, 32 × 32, 500 steps")
    expect(place).to_contain_text("Kinds covered: 10 / 10. Recall: 0.95. Coverage: 0.95. Problems: Balance.")
    expect(place.get_by_role("button", name=locales.text("gallery.remove"))).to_have_count(0)
    page.get_by_role("button", name="中文", exact=True).click()
    expect(place).to_contain_text(locales.text("choices.data.mnist.name", "zh"))
    expect(place).to_contain_text("500 步")
    expect(place).to_contain_text(locales.text("diagnostics.critic.name", "zh"))
    page.wait_for_function(f"({INKED})(document.querySelector('.work canvas'))")
    page.evaluate(AXE)
    for size in ((1280, 900), NARROW):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [each["id"] for each in report["violations"] if each["impact"] in ("serious", "critical")] == []
    scrolls_never_sideways(page, *(NARROW[0], 320))


def test_it_is_opened_and_copied_by_somebody_else(watched: Watched, house: None) -> None:
    theirs = made("Narrow", settings={"width": 12})
    page = opened(watched)
    card(page, theirs).get_by_role("link", name=locales.text("gallery.copy_name", name="Narrow")).click()
    page.wait_for_url(f"**/train#new={theirs}")
    expect(page.locator("#form")).to_contain_text("A copy of Narrow")
    expect(page.locator("[data-setting=width] input")).to_have_value("12")
    watched.go(page, "/gallery")
    sent: list[dict[str, Any]] = []
    answering(page, "job_use", {"model": "tiny", "address": "digits#model=tiny&seed=1", "fresh": True}, sent)
    card(page, theirs).get_by_role("button", name=locales.text("gallery.open_name", name="Narrow")).click()
    page.wait_for_url("**/digits#model=tiny*")
    assert sent[0]["id"] == theirs


def test_who_shared_it_takes_it_down_by_keyboard(watched: Watched, house: None) -> None:
    mine, other = made("Mine", KEY), made("Theirs")
    page = opened(watched)
    expect(page.locator(".work")).to_have_count(2)
    remove = card(page, mine).get_by_role("button", name=locales.text("gallery.remove"), exact=True)
    remove.focus()
    page.keyboard.press("Enter")
    expect(card(page, mine)).to_contain_text(locales.text("gallery.remove_note"))
    assert {each.job.id for each in gallery.listing(visitor.of(OTHER))} == {mine, other}
    page.keyboard.press("Enter")
    expect(page.locator(".work")).to_have_count(1)
    assert [each.job.id for each in gallery.listing(visitor.of(OTHER))] == [other]
    assert page.evaluate("document.activeElement.closest('.work') !== null"), "the keyboard stays in the list"


def test_many_come_page_by_page_and_a_broken_one_stands_among_them(watched: Watched, house: None) -> None:
    first = made("First")
    with store.changing() as db:
        for i in range(30):
            job = store.Job(
                f"{i:010x}", f"Row {i}", "somebody", "gan", 100, "cpu", float(i), float(i), state="done", shared=1, ended=time.time()
            )
            (job.folder / "result").mkdir(parents=True, exist_ok=True)
            (job.folder / "result" / "config.json").write_text("{" if i == 29 else "{}")
            store.insert(job, db)
    page = opened(watched, size=NARROW)
    expect(page.locator(".work")).to_have_count(24)
    expect(card(page, first)).to_be_visible()
    expect(card(page, f"{29:010x}")).to_contain_text(locales.text("gallery.unmeasured"))
    page.get_by_role("button", name=locales.text("gallery.more", shown=24, total=31)).click()
    expect(page.locator(".work")).to_have_count(31)
    expect(page.locator("#more")).to_be_hidden()


def test_own_pictures_that_were_not_tested_are_shown_to_their_owner_alone(watched: Watched, house: None) -> None:
    mine = made("Cats", KEY, settings={"data": "pictures", "source": paths.UPLOAD + "0" * 32})
    made("Dogs", settings={"data": "pictures", "source": paths.UPLOAD + "1" * 32})
    page = opened(watched)
    expect(page.locator(".work")).to_have_count(1)
    expect(card(page, mine)).to_contain_text(locales.text("gallery.waits.untested"))


def test_the_training_page_leads_there_and_says_what_stands_there(watched: Watched, house: None) -> None:
    mine = made("Mine", KEY, shared=False)
    page = watched.visit(f"/train#run={mine}", kept={"likeness-visitor": KEY})
    hung = page.get_by_role("link", name=locales.text("train.result.gallery"))
    expect(page.get_by_role("button", name="Share", exact=True)).to_be_visible()
    expect(hung).to_be_hidden()
    page.get_by_role("button", name="Share", exact=True).click()
    hung.click()
    page.wait_for_url("**/gallery")
    expect(card(page, mine)).to_contain_text(locales.text("gallery.yours"))


def test_the_gallery_says_so_when_the_server_is_gone(watched: Watched, house: None) -> None:
    page = watched.visit("/how")
    for address in ADDRESSES:
        page.route(address, lambda route: route.abort())
    watched.go(page, "/gallery")
    expect(page.locator("#works .oops")).to_contain_text(locales.text("frame.unreachable"))
    for address in ADDRESSES:
        page.unroute(address)
    page.get_by_role("button", name=locales.text("gallery.again")).click()
    expect(page.locator("#works")).to_contain_text(locales.text("gallery.empty.title"))
    watched.complaints[:] = [each for each in watched.complaints if "ERR_FAILED" not in each]
