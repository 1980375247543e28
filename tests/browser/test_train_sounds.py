"""Training on sounds as a person does it: the set, one's own files, samples that are pressed and heard, in both languages, on a phone."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from ganapp.base import locales
from ganapp.jobs import store, visitor
from ganapp.jobs.store import Job
from ganapp.pictures import images
from ganapp.pictures.provenance import reading
from ganapp.sounds import files, mel, pictured
from ganapp.training.data import clips
from tests.browser.conftest import NARROW, SLOW, WIDE, scrolls_never_sideways
from tests.browser.madejobs import KEY
from tests.browser.test_shell import AXE
from tests.browser.test_train import Open, answering, drawn, house, open_train
from tests.training.test_sounds_recipe import tone

__all__ = ["house", "open_train"]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def run(house: None) -> str:
    """A run of Mandarin digits that is done: its sheet of step 20 holds the recordings themselves, that of step 10 half as loud ones."""
    del house
    told = clips.load("mandarin_digits")
    assert told.labels is not None
    now = time.time()
    job = Job("50f7d05e5a", "Ten digits", visitor.of(KEY).owner, "sounds", 20, "cpu", now, now, state="done", step=20)
    for step, gain in ((10, 3.0), (20, 0.0)):
        path = job.folder / "samples" / f"{step:07}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        images.sheet(pictured.shown((told.pictures[told.labels.argsort()] - gain).repeat_interleave(8, 0))).save(path)
    (job.folder / "order.json").write_text(json.dumps({"recipe": "sounds", "steps": 20, "settings": {}}))
    with store.changing() as db:
        store.insert(job, db)
    return job.id


def test_a_sample_is_pressed_heard_and_saved(open_train: Open, run: str, tmp_path: Path) -> None:
    page = open_train(f"#run={run}", size=WIDE)
    drawn(page)
    expect(page.locator("#hearing .say")).to_have_text(locales.text("train.hearing.press"))
    page.locator(".cells button").nth(7 * 8).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#hearing .say")).to_contain_text("The judge hears 七", timeout=SLOW)
    expect(page.locator("#hearing .say")).to_contain_text("Sound 57 at step 20")
    assert page.locator("#hearing").get_attribute("data-played") == "1"
    page.locator("#followed-row button:enabled").first.click()
    expect(page.locator("#hearing .say")).to_contain_text("Sound 57 at step 10", timeout=SLOW)
    page.locator(".cells button").nth(7 * 8).click()
    expect(page.locator(".cells button[aria-current]")).to_have_count(1)  # a second press plays it again
    with page.expect_download() as saved:
        page.locator("#hear-save").click()
    saved.value.save_as(tmp_path / "heard.wav")
    blob = (tmp_path / "heard.wav").read_bytes()
    assert saved.value.suggested_filename == "Ten-digits-10-57.wav"
    assert reading.read(blob).state == "Valid"
    assert files.read(blob).rate == mel.RATE
    expect(page.locator("#health-how")).to_have_text(locales.text("train.health.sounds_judged"))


def test_the_form_takes_sounds_of_ones_own_and_starts(open_train: Open, tmp_path: Path) -> None:
    page = open_train("#sounds", key="s" * 32, language="zh", size=NARROW)
    expect(page.locator("h1")).to_have_text(locales.text("train.sounds.title", "zh"))
    page.locator("#sounds input[value=sounds]").check()
    page.locator("#begin").click()
    expect(page.locator("#refused p")).to_have_text(locales.text("train.sounds.first", "zh"))
    (tmp_path / "cover.png").write_bytes(b"\x89PNG")
    for i in range(5):
        for kind, low in (("kick", 100), ("snare", 700)):
            (tmp_path / f"{kind}-{i}.wav").write_bytes(tone(low + 20 * i))
    page.locator("#sound-files").set_input_files(sorted(tmp_path.iterdir()))
    report = page.locator("#sounds .report")
    expect(report).to_contain_text("有 10 个声音可用", timeout=4 * SLOW)
    expect(report).to_contain_text("2 个类别：kick，snare")
    expect(report).to_contain_text(locales.text("errors.not_a_sound", "zh"))
    scrolls_never_sideways(page)
    page.evaluate(AXE)
    assert page.evaluate("axe.run('#sounds').then(({ violations }) => violations.map(({ id }) => id))") == []
    sent: list[dict[str, Any]] = []
    answering(page, "train_start", {"error": {"key": "busy", "en": "Later.", "zh": "稍后。"}}, sent)
    page.locator("#sounds [value=good]").check()
    page.locator("#begin").click()
    expect(page.locator("#refused p")).to_have_text("稍后。")
    order = sent[0]["order"]
    assert (order["recipe"], order["steps"], order["settings"]["data"]) == ("sounds", 1000, "sounds")
    assert order["settings"]["source"].startswith("upload:")


@pytest.mark.slow
def test_a_voice_is_trained_from_the_form_heard_and_used_on_listen(open_train: Open, tmp_path: Path) -> None:
    """The whole way, with the real training and the real finishing; the shortest length of the form is cut on the wire."""
    page = open_train("#sounds", key="v" * 32, size=WIDE)
    page.route(re.compile("/component_server"), shortened)
    page.locator("#sounds-name").fill("Little voice")
    page.locator("#begin").click()
    expect(page.locator("#state")).to_contain_text("Done: 24 steps", timeout=20 * SLOW)
    drawn(page, 2 * SLOW)
    page.locator(".cells button").nth(3).click()
    expect(page.locator("#hearing .say")).to_contain_text("Sound 4 at step 24", timeout=2 * SLOW)
    page.locator("#acts .btn.main").click()
    page.wait_for_url("**/listen#model=*", timeout=10 * SLOW)  # it is opened when it is made
    page.wait_for_selector(".ls[data-ready]", timeout=4 * SLOW)
    expect(page.locator("#speaker select option:checked")).to_contain_text("Little voice")
    page.keyboard.press("Shift+Digit1")
    page.wait_for_selector(".ls[data-phase=vocoder]", timeout=4 * SLOW)
    with page.expect_download() as saved:
        page.locator("#save").click()
    saved.value.save_as(tmp_path / "said.wav")
    blob = (tmp_path / "said.wav").read_bytes()
    assert reading.read(blob).state == "Valid"
    assert b'"phase":"vocoder"' in blob
    assert files.read(blob).seconds > 0.1


def shortened(route: Route) -> None:
    """A training of 24 steps in the place of the one that is asked for."""
    asked = route.request.post_data_json or {}
    if asked.get("fn_name") != "train_start":
        return route.fallback()
    asked["data"]["order"] |= {"steps": 24, "every": 12}
    return route.continue_(post_data=json.dumps(asked))
