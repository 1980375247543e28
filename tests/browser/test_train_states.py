"""What the training page says of a run in every state, what can be done about it there, and the result that is used meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ganapp.base import locales
from ganapp.jobs import process, store
from ganapp.machine import processes
from tests.browser import madejobs
from tests.browser.conftest import NARROW
from tests.browser.madejobs import Told
from tests.browser.test_train import Open, answering, house, open_train
from tests.support import othermodels

__all__ = ["house", "open_train"]
pytestmark = pytest.mark.browser

KEY = "s" * 32
MAKING = 240_000  # milliseconds; a process that loads torch, on a machine that does other work as well
Running = Callable[..., str]


@pytest.fixture
def running(house: None) -> Iterator[Running]:
    """running("name", state="starting") -> the id of a job whose process lives and says that; it does nothing else."""
    children: list[subprocess.Popen[Any]] = []

    def made(name: str, state: str, step: int = 0, **settings: Any) -> str:
        child = process.humble([sys.executable, "-c", "import time; time.sleep(600)"], dict(os.environ))
        children.append(child)
        job = madejobs.made(Told(name, state="running", step=max(1, step), settings=settings), key=KEY)
        folder = store.select("id = ?", (job,))[0].folder
        if not step:
            for file in ("metrics.jsonl", "diagnostics.jsonl", "checkpoint.pt"):
                (folder / file).unlink()
        identity = processes.identity(child.pid) or ""
        said = {"state": state, "pid": child.pid, "identity": identity, "boot": processes.boot(), "step": step, "steps": 2000}
        said |= {"seconds": step / 20, "rate": 2.0, "eta": 600.0, "memory_mb": 300, "latest": {}, "heartbeat": time.time()}
        (folder / "status.json").write_text(json.dumps(said))
        store.update(job, pid=child.pid, identity=identity, boot=processes.boot(), started=time.time(), ended=0.0, step=0)
        return job

    yield made
    for child in children:
        process.end(child)


def folder(job: str) -> Path:
    return store.select("id = ?", (job,))[0].folder


def main_buttons(page: Page) -> list[str]:
    """Words of the filled buttons in sight."""
    return page.locator(".btn.main:visible").all_text_contents()


def test_before_its_first_step_a_run_says_what_it_does_and_stops_at_once(open_train: Open, running: Running) -> None:
    job = running("Loads", "starting")
    page = open_train(f"#run={job}", key=KEY)
    state = page.locator("#state")
    expect(state).to_contain_text("Getting ready: loading the pictures and building the networks. This usually takes less than a minute")
    expect(state).to_contain_text("So far a few seconds.")
    expect(page.locator("#jobs .st").first).to_have_text("Getting ready")
    # before the first point the sentence of the losses is that of this game, not an autoencoder's
    expect(page.locator("#losses")).to_contain_text("where both would stand")
    expect(page.locator("#losses")).not_to_contain_text("Nobody plays")
    expect(page.locator("#result .got")).to_be_hidden()
    page.get_by_role("button", name="Stop and keep").click()
    expect(state).to_have_text("Stopped before anything was saved. Resume begins anew.")
    expect(page.get_by_role("button", name="Resume", exact=True)).to_be_enabled()
    expect(page.locator("#board .blank")).to_have_text("This run ended before its first pictures.")
    said = json.loads((folder(job) / "status.json").read_text())
    assert not processes.alive(said["pid"], said["identity"])
    autoencoder = running("Autoencoder", "starting", architecture="vae", diagnosed=5000)
    page.evaluate(f"location.hash = '#run={autoencoder}'")
    expect(page.locator("#health-none")).to_have_text("It ends before its first check, at step 5,000.")
    expect(page.locator("#losses")).to_contain_text("Nobody plays against it")


def test_a_run_that_saves_says_how_long_and_can_be_left(open_train: Open, running: Running) -> None:
    """Asked to stop, in another tab even: the words and the way out are there for whoever looks, after a reload too."""
    job = running("Saves", "running", step=640)
    page = open_train(f"#run={job}", key=KEY)
    expect(page.get_by_role("button", name="Stop and keep")).to_be_enabled()
    page.get_by_role("button", name="Stop and keep").click()
    state = page.locator("#state")
    expect(state).to_contain_text("Saving and ending: it finishes its step, then writes checkpoint and result.")
    page.reload()
    expect(state).to_contain_text("Saving and ending")
    expect(state).to_contain_text("End now keeps what was saved at step 500.")
    expect(page.locator("#jobs .st").first).to_have_text("Saving")
    for button in page.locator("#acts button:visible").all():
        expect(button).to_be_enabled()
    page.get_by_role("button", name="End now").click()
    expect(state).to_have_text("Stopped at step 500 of 2,000, and saved.")


@pytest.mark.slow
def test_the_model_is_used_while_the_run_goes_on_and_found_again_after_leaving(open_train: Open, running: Running) -> None:
    job = running("Early", "running", step=640)
    other = madejobs.made(Told("Other", shared=True), key=KEY)
    page = open_train(f"#run={job}", key=KEY)
    expect(page.locator("#state")).to_contain_text("Step 640 of 2,000")
    expect(page.get_by_role("button", name="Use it")).to_be_hidden()
    assert main_buttons(page) == ["New run"]
    result = othermodels.coloured(folder(job) / "result")
    (result / "directions.json").unlink()
    config = json.loads((result / "config.json").read_text())
    (result / "config.json").write_text(json.dumps(config | {"training": {**config.get("training", {}), "steps": 500}}))
    expect(page.locator("#using")).to_have_text("You can already use the model from step 500.")
    use = page.locator("#acts .btn.main")
    assert main_buttons(page) == ["Use it"]
    assert use.bounding_box()["y"] < page.locator("#losses").bounding_box()["y"]  # type: ignore[index]
    use.click()
    expect(page.locator("#using p")).to_contain_text("You can leave this page: it goes on")
    expect(use).to_be_disabled()
    page.evaluate(f"location.hash = '#run={other}'")
    expect(page.locator("h1")).to_have_text("Other")
    expect(page.locator("#using")).to_be_hidden()
    page.reload()
    page.evaluate(f"location.hash = '#run={job}'")
    expect(page.locator("h1")).to_have_text("Early")
    expect(use).to_have_text("Open it", timeout=MAKING)
    (result / "config.json").write_text(json.dumps(config | {"training": {**config.get("training", {}), "steps": 750}}))
    expect(page.locator("#using p")).to_have_text("You can already use the model from step 750.")
    expect(use).to_have_text("Use it")  # the newer one; the one that is ready stays within reach
    page.get_by_role("link", name="Open the one from step 500, which is ready").click()
    page.wait_for_url("**/digits#model=own-early-*")


def test_a_model_that_cannot_be_made_is_told_to_whoever_comes_back(open_train: Open, running: Running) -> None:
    job = madejobs.made(Told("Broken", state="done", step=1000, steps=1000), key=KEY)
    result = othermodels.coloured(folder(job) / "result")
    weights = result / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-8])
    page = open_train(f"#run={job}", key=KEY)
    page.get_by_role("button", name="Use it").click()
    expect(page.locator("#trouble")).to_contain_text("Not opened", timeout=MAKING)
    expect(page.locator("#acts .btn.main")).to_be_enabled()


def test_the_start_stays_above_the_tabs_of_a_small_screen(open_train: Open, house: None) -> None:
    page = open_train("#new", key="h" * 32, size=NARROW)
    tabs = page.locator(".nav").bounding_box()["y"]  # type: ignore[index]
    for form in ("form", "sounds"):
        page.evaluate("(form) => (location.hash = form === 'form' ? '#new' : '#sounds')", form)
        expect(page.locator(f"#{form}")).to_be_visible()
        expect(page.locator("#begin")).to_be_visible()
        for place in (0, 300, page.evaluate("document.querySelector('#starting').offsetTop - 500")):
            page.evaluate("(place) => scrollTo(0, place)", place)
            box = page.locator("#begin").bounding_box()
            assert box is not None
            assert 0 < box["y"] <= tabs - box["height"], (form, place)


def test_of_what_can_be_started_one_button_stays_above_the_tabs_of_a_small_screen(open_train: Open) -> None:
    page = open_train(key="h" * 32, size=NARROW)
    ways = page.locator("#adding").get_by_role("link")
    expect(ways).to_have_count(4)
    page.locator("#runs").evaluate("(runs) => scrollTo(0, runs.getBoundingClientRect().top + scrollY - 760)")  # they lie below the window
    expect(ways.first).to_be_in_viewport(ratio=1)
    for each in ways.all()[1:]:
        expect(each).not_to_be_in_viewport()
    for each in ways.all():
        each.focus()
        expect(each).to_be_in_viewport(ratio=1)


def test_the_form_says_that_nothing_was_measured_until_somebody_asks(open_train: Open, house: None) -> None:
    """Another net's speed is never told: the sentence belongs to exactly the settings that are shown."""
    page = open_train("#new", key="g" * 32)
    said, button = page.locator("#estimate .say"), page.locator("#estimate .chip")
    unknown = locales.text("train.plan.unknown")
    expect(said).to_have_text(unknown)
    sent: list[dict[str, Any]] = []
    measured = {"step": 0.25, "pictures": 256, "show": 0, "diagnosis": 0, "ready": 0, "total": 350.0, "memory_mb": 420, "device": "cpu"}
    answering(page, "train_estimate", {**measured, "known": True, "runs": 0, "fits": True}, sent)
    button.click()
    expect(said).to_have_text("About 6 minutes and 420 MB on this machine, measured with these settings.")
    assert sent[-1].get("measure", True) is True
    asked = len(sent)  # the page's own question of its beginning may have come first
    page.unroute_all()
    answering(page, "train_estimate", {"known": False, "waits": False}, sent)
    steps = page.locator("[data-setting=steps]")
    steps.locator("input").fill("-5")  # what cannot be trained was not measured either
    expect(steps.locator(".note")).to_have_text("A whole number from 1 to 1,000,000,000.")
    expect(said).to_have_text(unknown)
    expect(button).to_be_hidden()
    steps.locator("input").fill("100")
    expect(button).to_be_visible()
    for choose in ("[data-preset=classic_2014]", "[data-data=fashion_mnist]"):
        page.locator(choose).click()
        expect(said).to_have_text(unknown)
        assert "6 minutes" not in page.locator("#plan").inner_text()
    page.locator("[data-setting=steps] input").fill("2000")
    page.wait_for_timeout(500)
    assert sent[-1]["order"]["steps"] == 2000
    assert [each.get("measure", True) for each in sent[asked:]] == [False] * (len(sent) - asked), "nothing is measured unasked"
