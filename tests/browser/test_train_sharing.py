"""What is asked before a model of one's own pictures goes out: sharing and publishing, the test for copies, the explicit yes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from ganapp.base import locales, paths
from ganapp.jobs import store
from tests.browser import madejobs
from tests.browser.conftest import NARROW, WIDE, Watched, scrolls_never_sideways
from tests.browser.madejobs import KEY, Told
from tests.browser.test_train import answering
from tests.support import tinymodel

pytestmark = pytest.mark.browser
MEMORISED = {"key": "memorised", **{each: locales.text("errors.memorised", each, nearer="97%", ratio="0.10") for each in locales.LANGUAGES}}
FAILED = {"samples": 500, "training": 90, "ratio": 0.1, "nearer": 0.97, "passes": False}
PASSED = {"samples": 500, "training": 900, "ratio": 1.0, "nearer": 0.06, "passes": True}


@pytest.fixture(scope="module")
def job(app_runs: Path) -> Iterator[str]:
    """A run of own pictures, with a result."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANAPP_RUNS", str(app_runs))
        made = madejobs.made(Told("Mine", settings={"data": "pictures", "source": f"upload:{'0' * 32}"}))
        tinymodel.generator(paths.jobs() / made / "result")
        yield made
        with store.changing() as db:
            db.execute("DELETE FROM jobs WHERE id=?", (made,))


@pytest.mark.parametrize(("size", "language"), [(WIDE, "en"), (NARROW, "zh"), (NARROW, "en"), (WIDE, "zh")])
def test_a_run_that_repeats_its_pictures_is_shared_after_a_yes(watched: Watched, job: str, size: tuple[int, int], language: str) -> None:
    page = watched.visit(f"/train#run={job}", size=size, language=language, kept={"likeness-visitor": KEY})
    say = lambda key, **values: locales.text(f"train.{key}", language, **values)  # noqa: E731
    sent: list[dict[str, Any]] = []
    page.get_by_role("button", name=say("tool.share"), exact=True).click()
    panel = page.locator("form.ask:visible")
    expect(panel).to_contain_text(say("share.say"))
    expect(panel.locator("#share-anyway")).to_be_hidden()
    answering(page, "job_change", {"error": MEMORISED}, sent)
    panel.locator("[type=submit]").click()
    expect(panel.locator("#share-anyway")).to_be_visible()
    expect(panel).to_contain_text("97%")
    scrolls_never_sideways(page, size[0])
    panel.locator("#share-anyway").check()
    page.unroute_all(behavior="wait")
    answering(page, "job_change", {"job": {"id": job, "shared": True}, "memorising": FAILED}, sent)
    panel.locator("[type=submit]").click()
    expect(page.locator("#result [role=status]")).to_have_text(say("share.tested_failed"))
    assert [(each["action"], each["anyway"]) for each in sent] == [("share", False), ("share", True)]


@pytest.mark.parametrize(("size", "language"), [(WIDE, "en"), (NARROW, "zh")])
def test_a_model_is_published_with_what_was_found(watched: Watched, job: str, size: tuple[int, int], language: str) -> None:
    page = watched.visit(f"/train#run={job}", size=size, language=language, kept={"likeness-visitor": KEY})
    say = lambda key, **values: locales.text(f"train.{key}", language, **values)  # noqa: E731
    sent: list[dict[str, Any]] = []
    page.get_by_role("button", name=say("result.publish"), exact=True).click()
    page.locator("#to").fill("me/mine")
    page.locator("#publish-token").fill("hf_a_token_of_mine")
    expect(page.locator("#anyway")).to_be_hidden()
    answering(page, "job_publish", {"error": MEMORISED}, sent)
    page.locator("form.ask:visible [type=submit]").click()
    expect(page.locator("#anyway")).to_be_visible()
    expect(page.locator("form.ask:visible")).to_contain_text("97%")
    page.locator("#anyway").check()
    page.unroute_all(behavior="wait")
    answering(page, "job_publish", {"url": "https://huggingface.co/me/mine", "revision": "1", "memorising": PASSED}, sent)
    page.locator("form.ask:visible [type=submit]").click()
    expect(page.locator("#result [role=status]")).to_have_text(say("publish.tested", url="https://huggingface.co/me/mine", nearer="6%"))
    assert [each["anyway"] for each in sent] == [False, True]
