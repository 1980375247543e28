"""From the form to a run and its result: one real small training, and everything that the form refuses or asks for."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ganapp.base import locales, paths
from ganapp.jobs import store, visitor
from ganapp.metrics import vgg_weights
from tests.browser.conftest import NARROW, WIDE, Watched
from tests.browser.test_shell import AXE
from tests.browser.test_train import INKED, Open, answering, drawn, house, jobs, open_train

__all__ = ["house", "jobs", "open_train"]
pytestmark = pytest.mark.browser

TRAINED = 240_000  # milliseconds; a process that loads torch, and steps, on a machine that does other work as well
SMALL = {"steps": 60, "every": 20, "previews": 10, "diagnosed": 20, "width": 4, "latent": 8, "batch": 16}
OFFERS = [
    {"flavour": "cpu-basic", "title": "CPU Basic", "cpu": "2 vCPU", "memory": "16 GB", "accelerator": "", "dollars": 0.05},
    {"flavour": "t4-small", "title": "T4 small", "cpu": "4 vCPU", "memory": "15 GB", "accelerator": "1 x T4, 16 GB", "dollars": 0.4},
]


def fill(page: Page, values: dict[str, Any]) -> None:
    """Write settings into the form."""
    page.evaluate("document.querySelector('details.every').open = true")
    for name, value in values.items():
        page.locator(f"[data-setting={name}] input").fill(str(value))


def started(page: Page) -> None:
    page.locator("#begin").click()
    page.wait_for_function("location.hash.startsWith('#run=')")


@pytest.mark.slow
def test_from_nothing_to_a_result(open_train: Open, house: None) -> None:
    _trained(open_train(key="f" * 32))


@pytest.mark.slow  # two trainings more; test_train.py follows the advice of a run that is there, and the test below copies one
def test_from_nothing_to_a_result_and_on_by_advice(open_train: Open, house: None) -> None:
    page = open_train(key="e" * 32)
    _trained(page)
    _advised(page)
    _copied(page)


def _trained(page: Page) -> None:
    """The first run of a visitor, from the form to its files."""
    expect(page.locator("h1")).to_have_text(locales.text("train.recorded.title"))
    expect(page.locator(".btn.main:visible")).to_have_count(1)
    page.locator("#acts .btn.main:visible").click()
    expect(page.locator("h1")).to_have_text("New run")
    fill(page, SMALL)
    page.get_by_label("Name", exact=True).fill("My first")
    started(page)
    expect(page.locator("h1")).to_have_text("My first")
    page.evaluate("window.kept = [...document.querySelectorAll('#losses svg *, #board canvas, #jobs li')]")
    drawn(page, TRAINED)
    expect(page.locator("#state")).to_contain_text("Done: 60 steps", timeout=TRAINED)
    kept = page.evaluate("window.kept.filter((each) => each.isConnected).length / window.kept.length")
    assert kept > 0.9, "nodes are moved, not made anew"
    expect(page.locator("#when-said")).to_have_text("step 60")
    expect(page.locator("#progress")).to_have_attribute("aria-valuenow", "60")
    expect(page.locator("#jobs .st").first).to_have_text("Done")
    page.wait_for_function(f"({INKED})(document.querySelector('#jobs canvas'))")
    assert page.locator("#lamps .lamp").count() >= 3
    with page.expect_download() as loading:
        page.get_by_role("button", name="Download", exact=True).click()
    assert loading.value.suggested_filename == "My-first.zip"
    with zipfile.ZipFile(loading.value.path()) as archive:
        names = {Path(name).name for name in archive.namelist()}
    assert {"config.json", "model.safetensors"} <= names
    with page.expect_download() as loading:
        page.get_by_role("button", name="Settings file", exact=True).click()
    assert json.loads(Path(loading.value.path()).read_text())["settings"]["width"] == SMALL["width"]


def _advised(page: Page) -> None:
    """So small a run is ill; what its lamp advises is done by a copy that goes on."""
    before = page.url
    advice = page.locator("#lamps .btn:visible").first
    then = page.locator("#lamps .then:visible").first.text_content() or ""
    assert "A copy goes on from" in then
    advice.click()
    page.wait_for_function("(before) => location.href !== before", arg=before)
    expect(page.locator("h1")).to_have_text("My first (2)")
    expect(page.locator("#jobs li")).to_have_count(2)
    expect(page.locator("#state")).to_contain_text("Done", timeout=TRAINED)


def _copied(page: Page) -> None:
    """A copy with changes: the form knows the order, and what cannot change onward is locked."""
    page.get_by_role("button", name="Copy with changes").click()
    expect(page.locator("#form")).to_contain_text("A copy of My first (2)")
    expect(page.locator("[data-setting=width] input")).to_have_value("4")
    expect(page.locator("[data-setting=steps] input")).to_have_value("120")
    page.get_by_text("From its last good checkpoint").click()
    expect(page.locator("[data-setting=width] input")).to_be_disabled()
    fill(page, {"g_rate": 0.0004})
    started(page)
    expect(page.locator("#state")).to_contain_text("Done: 120 steps", timeout=TRAINED)
    job = store.select("id = ?", (page.url.split("run=")[1],))[0]
    order = json.loads((job.folder / "order.json").read_text())
    assert order["settings"]["g_rate"] == 0.0004
    assert job.parent


def test_a_copy_knows_its_order_and_locks_what_cannot_change_onward(open_train: Open, jobs: dict[str, str]) -> None:
    page = open_train(f"#run={jobs['ill']}")
    sent: list[dict[str, Any]] = []
    answering(page, "job_duplicate", {"job": {"id": jobs["other"]}}, sent)
    page.get_by_role("button", name="Copy with changes").click()
    expect(page.locator("#form")).to_contain_text("A copy of Ill")
    expect(page.locator("[data-setting=width] input")).to_have_value("32")
    expect(page.locator("[data-setting=steps] input")).to_have_value("2000")
    page.get_by_text("From its last good checkpoint").click()
    expect(page.locator("[data-setting=width] input")).to_be_disabled()
    fill(page, {"g_rate": 0.0004})
    page.locator("#begin").click()
    expect(page.locator("h1")).to_have_text("Wider")
    assert (sent[0]["id"], sent[0]["onward"], sent[0]["changes"]["settings"]["g_rate"]) == (jobs["ill"], True, 0.0004)


def test_what_the_form_refuses(open_train: Open, house: None) -> None:
    page = open_train("#new", key="g" * 32)
    expect(page.locator("#form [data-preset]")).to_have_count(5)
    fill(page, {"steps": "0"})
    steps = page.locator("[data-setting=steps]")
    expect(steps.locator(".note")).to_contain_text("A whole number from 1")
    page.locator("#begin").click()
    expect(steps.locator("input")).to_be_focused()
    assert "#new" in page.url
    fill(page, SMALL | {"r1": 0, "r2": 0})
    page.locator("[data-setting=loss] select").select_option(label="Wasserstein")
    expect(page.locator(".formula math")).to_have_count(1)
    expect(page.locator("#form")).to_contain_text("Arjovsky")
    page.locator("#estimate .chip").click(timeout=TRAINED)  # there when no measurement is under way
    expect(page.locator("#refused p")).to_contain_text("Wasserstein", timeout=TRAINED)
    fill(page, {"gp": 10})
    expect(page.locator("#refused")).to_be_hidden()
    page.locator("#estimate .chip").click(timeout=TRAINED)  # there when no measurement is under way
    expect(page.locator("#estimate .say")).to_contain_text("About", timeout=TRAINED)
    page.locator("[data-data=pictures]").click()
    page.locator("#begin").click()
    expect(page.locator("#refused p")).to_have_text(locales.text("train.plan.data_first"))
    assert not store.select("owner = ?", (visitor.of("g" * 32).owner,))


def picture(seed: int, colour: bool = True) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 255, (40, 40, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels if colour else pixels[..., 0]).save(buffer, "PNG")
    return buffer.getvalue()


def test_own_pictures_are_looked_through_one_by_one(open_train: Open, jobs: dict[str, str]) -> None:
    page = open_train("#new", key="p" * 32)
    shared = page.get_by_label("Others may watch")
    expect(shared).to_be_visible()
    page.locator("[data-data=pictures]").click()
    expect(shared).to_be_hidden()  # until it has ended and was tested for copies
    good = [{"name": f"{i}.png", "mimeType": "image/png", "buffer": picture(i)} for i in range(18)]
    broken = {"name": "broken.png", "mimeType": "image/png", "buffer": picture(1)[:60]}
    bad = [broken, {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"x"}]
    page.locator("#files").set_input_files([*good, *bad])  # type: ignore[list-item]
    told = page.locator(".data .report")
    expect(told).to_contain_text("18 pictures can be used.", timeout=TRAINED)
    expect(told.locator(".refused li")).to_have_count(2)
    expect(told).to_contain_text(locales.text("errors.not_a_picture"))
    page.get_by_role("button", name="中文").click()
    expect(told).to_contain_text(locales.text("errors.not_a_picture", "zh"))
    fill(page, SMALL | {"size": 16, "steps": 20})
    sent: list[dict[str, Any]] = []
    answering(page, "train_start", {"job": {"id": jobs["shared"]}}, sent)
    page.locator("#begin").click()
    expect(page.locator("h1")).to_have_text("For everybody")
    settings = sent[0]["order"]["settings"]
    assert (settings["data"], settings["size"]) == ("pictures", 16)
    assert settings["source"].startswith("upload:")


def test_a_rented_machine_gets_the_very_same_order(open_train: Open, house: None) -> None:
    page = open_train("#new", key="h" * 32)
    sent: list[dict[str, Any]] = []
    answering(page, "hub_offers", {"offers": OFFERS}, sent)
    page.get_by_text("On Hugging Face Jobs").click()
    page.locator("#begin").click()
    expect(page.locator("#refused p")).to_have_text(locales.text("train.where.no_token"))
    page.locator("#token").fill("hf_secret")
    page.get_by_role("button", name="Show machines").click()
    page.locator("#flavour").select_option("t4-small")
    page.locator("#hours").fill("3")
    expect(page.locator("#where")).to_contain_text("At most $1.20 for 3 hours.")
    expect(page.locator("#flavour option").nth(1)).to_have_text("T4 small, $0.40 an hour")
    orders: list[dict[str, Any]] = []
    refusal = {"error": {"key": "hub_refused", "en": "The Hub refused the request.", "zh": "Hub 拒绝了请求。"}}
    answering(page, "hub_start", refusal, orders)
    page.locator("#begin").click()
    expect(page.locator("#refused p")).to_have_text("The Hub refused the request.")
    [order] = orders
    assert (order["flavour"], order["hours"], order["token"]) == ("t4-small", 3, "hf_secret")
    first = json.loads((paths.assets() / "presets.json").read_text())[0]["order"]
    assert order["order"]["settings"]["data"] == "mnist"
    for key in ("recipe", "steps", "every", "previews"):
        assert order["order"][key] == first[key]
    assert "hf_secret" not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")


REDNESS = """async (image) => { await image.decode(); const c = document.createElement("canvas");
  c.width = image.naturalWidth; c.height = image.naturalHeight; const x = c.getContext("2d"); x.drawImage(image, 0, 0);
  const d = x.getImageData(0, 0, c.width, c.height).data; let sum = 0;
  for (let i = 0; i < d.length; i += 4) sum += d[i] - d[i + 2];
  return sum / (d.length / 4); }"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_painting_does_is_shown_before_anything_is_learnt(open_train: Open, tmp_path: Path, language: str) -> None:
    """A photograph in its style by the model for any picture; another painting shows another, no picture none."""
    page = open_train("#style", language=language)
    glimpse, red, before = page.locator("#style .glimpse"), [], ""
    expect(glimpse).to_be_hidden()
    for colours in ((210, 90, 30), (30, 90, 210)):
        levels = np.random.default_rng(0).integers(-40, 40, (20, 30, 1)).repeat(12, 0).repeat(12, 1) + np.array(colours)
        file = tmp_path / f"{colours[0]}.png"
        Image.fromarray(levels.clip(0, 255).astype(np.uint8)).save(file)
        page.locator("#painting").set_input_files(file)
        expect(page.get_by_text(locales.text("train.style.glimpse_say", language), exact=True)).to_be_visible()
        picture = glimpse.get_by_role("img", name=locales.text("train.style.glimpse", language), exact=True)
        expect(picture).not_to_have_attribute("src", before)
        red.append(picture.evaluate(REDNESS))
        before = picture.get_attribute("src") or ""
    assert red[0] - red[1] > 20, red


def test_a_style_of_ones_own(
    open_train: Open, house: None, watched: Watched, tmp_path: Path, app_runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form says what it needs, asks for a painting, refuses what is none, is for everybody's eyes, and sends what was chosen."""
    for name in ("features", "packs"):  # as the app has them
        monkeypatch.setenv(f"GANAPP_{name.upper()}", str(app_runs / name))
    page = open_train("#style", key="k" * 32, size=NARROW, language="zh", tone="dark", reduced_motion="reduce")
    start, told = page.locator("#style button[type=submit]"), page.locator("#style .say[role=status]")
    expect(page.locator("h1")).to_have_text(locales.text("train.style.title", "zh"))
    needs = page.locator("#style-needs")
    expect(needs).to_have_text(vgg_weights.sentence("zh"))
    expect(start).to_be_enabled(enabled=vgg_weights.state() != "missing")
    (app_runs / "features").mkdir()
    (app_runs / "features" / vgg_weights.FILE).touch()
    page.reload()
    expect(needs).to_be_hidden()
    expect(start).to_be_enabled()
    start.click()
    expect(told).to_have_text(locales.text("train.style.first", "zh"))
    page.locator("#painting").set_input_files({"name": "words.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(told).to_have_text(locales.text("train.style.unreadable", "zh"))
    painting = tmp_path / "Red hills.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)).save(painting)
    page.locator("#painting").set_input_files(painting)
    expect(page.locator("#style img.painting")).to_be_visible()
    expect(told).to_have_text("")
    expect(page.locator("#style-name")).to_have_value("Red hills")
    page.evaluate(AXE)
    for language, tone, size in (("zh", "dark", NARROW), ("en", "light", WIDE)):
        if language == "en":
            page.get_by_role("button", name="English", exact=True).click()
        page.emulate_media(color_scheme=tone)  # type: ignore[arg-type]
        page.wait_for_function("tone => document.body.classList.contains('dark') === (tone === 'dark')", arg=tone)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        report = page.evaluate("axe.run(document.querySelector('main.page'), {resultTypes: ['violations']})")
        assert [f"{each['id']}: {[node['html'][:160] for node in each['nodes']]}" for each in report["violations"]] == []
    sent: list[dict[str, Any]] = []
    answering(page, "style_train", {"job": {"id": "0" * 12}}, sent)
    page.locator("#style-name").fill(" My hills ")
    page.locator("#style [name=quality][value=fine]").check()
    start.click()
    page.wait_for_function("location.hash === '#run=000000000000'")
    assert (sent[0]["name"], sent[0]["quality"]) == ("My hills", "fine")
    assert sent[0]["painting"].startswith("data:image/jpeg;base64,")
    watched.complaints.clear()  # there is no such run
