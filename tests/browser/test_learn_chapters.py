"""The chapters as a student reads them: figures, words, formulas, what can be taken away."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Response, expect

from ganapp.base import locales
from ganapp.pictures.provenance import xmp
from ganapp.ui.page import all_pages
from tests.browser.conftest import NARROW, WIDE, Visit, Watched
from tests.browser.test_learn import plain
from tests.browser.test_learn_tasks import LONG, chapter
from tests.browser.test_shell import AXE, speak
from tests.browser.test_train import drawn, house
from tests.browser.test_train_form import SMALL, TRAINED, fill, started

__all__ = ["house"]
pytestmark = pytest.mark.browser
# Drops a file, [name, content in base64], on an element.
DROP = """(element, [name, content]) => {
  const dataTransfer = new DataTransfer(), bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  dataTransfer.items.add(new File([bytes], name, { type: "application/zip" }));
  element.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}"""
# How strong the ink is along the middle of a canvas.
STRENGTH = """(canvas) => Array.from(canvas.getContext("2d").getImageData(0, canvas.height >> 1, canvas.width, 16).data)
  .filter((_, i) => i % 4 === 3)"""
KEYS = ["two", "terms", "best", "saturation", "collapse", "circling", "cure", "distance", "pictures", "mixed", "measure", "uses", "harms"]
WITHOUT_FIGURE = {"two", "collapse", "cure"}


def figure(page: Page, key: str) -> Locator:
    return page.locator(f"[data-figure={key}]")


def go(page: Page, key: str) -> None:
    page.locator("#chapter").select_option(str(KEYS.index(key) + 1))
    if key not in WITHOUT_FIGURE:
        figure(page, key).locator("canvas, table, dl").first.wait_for()


def numbers(text: str) -> list[float]:
    return [float(each.replace("\u2212", "-").replace(",", "")) for each in re.findall(r"[-\u2212]?\d[\d,]*\.?\d*", text)]


def values(place: Locator) -> list[float]:
    """The number of each term."""
    return [numbers(each)[0] for each in place.locator("dd").all_inner_texts()]


def soft(score: float) -> float:
    """log(1 + e^score)."""
    return float(np.logaddexp(0, score))


def pictures(place: Locator) -> list[str]:
    """Every sheet of maps as it is shown."""
    shown: list[str] = place.locator(".maps canvas").evaluate_all("all => all.map((each) => each.toDataURL())")
    return shown


@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("zh", NARROW)])
def test_every_chapter_shows_its_figure_formulas_and_task(visit: Visit, language: str, size: tuple[int, int]) -> None:
    page = visit("/learn", language=language, size=size)
    assert page.locator("#chapter option").count() == len(KEYS)
    for key in KEYS:
        go(page, key)
        expect(page.locator("#chapter-title")).to_have_text(locales.text(f"learn.chapter.{key}.title", language))
        expect(page.locator("#task-text")).to_have_text(plain(f"learn.chapter.{key}.task", language))
        assert page.evaluate(
            "[...document.querySelectorAll('.figure')].filter((each) => !each.hidden).map((each) => each.dataset.figure)"
        ) == ([] if key in WITHOUT_FIGURE else [key])
        named = page.evaluate("[...document.querySelectorAll('.le math')].map((each) => each.getAttribute('aria-label'))")
        assert all(words and "chapters.formula" not in words for words in named), key
        page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(f"text={locales.text('chapters.missing', language)}").count() == 0


def press(control: Locator) -> None:
    """Use a control of a figure once, whatever it is."""
    kind = control.evaluate("each => each.type")
    if kind in ("range", "number"):
        control.press("ArrowUp")
    elif kind == "select-one":
        for value in control.locator("option").evaluate_all("all => all.map(({ value }) => value)"):
            control.select_option(value)
    else:
        control.click()


@pytest.mark.slow
@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("zh", NARROW)])
def test_whatever_a_chapter_asks_the_server_for_is_there(watched: Watched, language: str, size: tuple[int, int]) -> None:
    """Each chapter opened by its link, played, every control of its figure used: no answer is a refusal, nothing is reported."""
    page = watched.visit("/learn", language=language, size=size)
    asked: list[str] = []
    refused: list[str] = []
    pages: set[str] = set()

    def answered(response: Response) -> None:
        asked.append(response.url)
        if response.status >= 400:
            refused.append(f"{response.status} {response.url}")

    page.context.on("response", answered)
    for number, key in enumerate(KEYS, 1):
        page.goto("about:blank")
        watched.go(page, f"/learn#chapter={number}")
        if page.locator("#play").is_visible():
            page.locator("#play").click()
            page.wait_for_function("Number(document.querySelector('#when').value) > 0")
            page.locator("#play").click()
        if key not in WITHOUT_FIGURE:
            figure(page, key).locator("canvas, table, dl").first.wait_for()
            for control in figure(page, key).locator("button:not([data-train]):not([data-make]), input, select").all():
                if control.is_visible() and control.is_enabled():
                    press(control)
        pages |= set(page.locator("main a[href]").evaluate_all("all => all.map(({ href }) => href.split('#')[0])"))
        page.wait_for_load_state("networkidle")
    page.context.remove_listener("response", answered)
    refused += [each for each in pages if each.startswith(watched.address) and not page.request.get(each).ok]
    wanted = ("kernels.wasm", "worker.js", "formulas.js", "measured.json", "directions.json", "blend_worker.js")
    assert all(any(file in each for each in asked) for file in wanted)
    assert refused == []


@pytest.mark.slow
def test_no_chapter_has_a_fault_of_access(visit: Visit) -> None:
    page = visit("/learn", reduced_motion="reduce")  # colours change at once: half-way between two tones nothing has contrast
    page.evaluate(AXE)
    faults = []
    for language, tone, size in (("en", "dark", WIDE), ("zh", "light", NARROW), ("zh", "dark", WIDE), ("en", "light", NARROW)):
        speak(page, language)
        page.emulate_media(color_scheme=tone)  # type: ignore[arg-type]
        page.wait_for_function("tone => document.body.classList.contains('dark') === (tone === 'dark')", arg=tone)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for key in KEYS:
            go(page, key)
            report = page.evaluate("axe.run(document.querySelector('main.page'), {resultTypes: ['violations']})")
            faults += [json.dumps([key, each["id"], [node["html"][:120] for node in each["nodes"]]]) for each in report["violations"]]
    assert faults == []


def test_terms_are_worked_out_at_the_place_that_the_keys_point_at(visit: Visit) -> None:
    page = visit("/learn#chapter=2")
    place = figure(page, "terms")
    expect(place.locator("[data-at]")).not_to_be_empty()
    page.locator("#plane").focus()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    expect(place.locator("[data-at]")).to_contain_text("(1.59, 0.00)")
    score = numbers(place.locator("[data-at]").inner_text())[2]
    assert values(place) == pytest.approx([soft(-score), soft(score), soft(-score)], abs=0.01)
    page.locator("#set-loss").select_option("least_squares")
    expect(place.locator("math").first).to_have_attribute("aria-label", locales.text("chapters.formula.least_squares_real"))
    page.wait_for_function("document.querySelector('[data-figure=terms] [data-at]').textContent")
    assert values(place)[2] == pytest.approx((score - 1) ** 2 / 2, abs=0.02)


def test_the_derivation_agrees_with_itself_while_the_run_stands(visit: Visit) -> None:
    page = visit("/learn#chapter=3")
    place = figure(page, "best")
    for _ in range(3):
        page.locator("#step").click()
    steps = {name: place.locator(f"[data-step={name}]") for name in ("place", "zero", "put", "split", "named", "now")}
    expect(steps["now"]).not_to_be_empty()
    found = {name: numbers(step.inner_text()) for name, step in steps.items()}
    x, p, q, _, _, cheapest, d = found["place"]
    assert cheapest == pytest.approx(min(0.999, max(0.001, p / (p + q))), abs=0.02)
    assert 0 <= d <= 1
    assert abs(x) < 1.6
    assert found["put"][0] == found["split"][-1] == found["named"][-1]
    assert found["split"][0] - found["split"][1].__abs__() - found["split"][2].__abs__() == pytest.approx(found["put"][0], abs=2e-3)
    assert found["now"][0] - found["now"][1] == pytest.approx(found["put"][0], abs=2e-3)
    assert found["now"][1] >= 0


def test_feature_maps_follow_the_slider(visit: Visit) -> None:
    page = visit("/learn#chapter=9")
    place = figure(page, "pictures")
    place.locator("canvas[data-side='32']").wait_for()
    assert place.locator(".maps figcaption").all_inner_texts()[0] == locales.text("chapters.features.layer", layer=1, maps=192, side=4)
    before = pictures(place)
    place.get_by_role("slider", name=locales.text("chapters.features.slant")).press("ArrowRight")
    moved = pictures(place)
    assert len(before) == len(moved) == 4
    assert all(old != new for old, new in zip(before, moved, strict=True))
    place.locator("select").select_option("7")
    assert pictures(place)[-1] != moved[-1]


def test_three_ways_to_learn_play_side_by_side(visit: Visit) -> None:
    page = visit("/learn#chapter=10")
    place = figure(page, "mixed")
    expect(page.locator("#play")).to_be_hidden()
    place.locator("[data-play]").click()
    expect(place.locator("[data-step]")).not_to_have_text(locales.text("learn.rewind.at", step="0"))
    place.locator("[data-play]").click()
    panels = place.locator("[data-kind]").all()
    for panel in panels:
        expect(panel.locator("dd")).to_have_count(4)
    rows = [panel.locator("dd").all_inner_texts() for panel in panels]
    assert [row[3] == "–" for row in rows] == [False, True, False]
    place.locator("select").select_option("moons")
    expect(place.locator("[data-step]")).to_have_text(locales.text("learn.rewind.at", step="0"))


def test_a_word_opens_its_card_by_key_and_both_languages_name_it(visit: Visit) -> None:
    page = visit("/learn#chapter=5")
    word = page.locator("#chapter-text [data-term=collapse]")
    word.focus()
    page.keyboard.press("Enter")
    card = page.locator("#term")
    expect(card).to_be_visible()
    expect(card).to_contain_text("Mode collapse 模式坍塌")
    expect(card).to_contain_text(locales.text("learn.term.collapse.say"))
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(word).to_be_focused()
    page.locator("#set-loss").select_option("wasserstein")
    for place, term in (("#task-text", "mode"), ("#loss-say", "critic")):
        page.locator(f"{place} [data-term={term}]").press("Enter")
        expect(card).to_contain_text(locales.text(f"learn.term.{term}.say"))
        page.keyboard.press("Escape")
    expect(page.locator("#loss-say")).to_have_text(plain("learn.loss_say.wasserstein"))
    page.locator(".words summary").first.click()
    assert page.locator("#glossary dt").count() == sum(key.startswith("learn.term.") for key in locales.words("en")) / 3
    used = {element.get_attribute("data-term") for element in page.locator("[data-term]").all()}
    assert all(locales.text(f"learn.term.{term}.also", "zh") for term in used if term)


def test_the_summary_is_one_sheet_with_the_ticks_of_before(visit: Visit, tmp_path: Path) -> None:
    page = visit("/learn", kept={"likeness-learn-solved": json.dumps({"two": "2026-11-01", "harms": "2026-11-02"})})
    page.locator("#summary").click()
    page.locator("#certificate-name").fill("<b>Ada</b>")
    expect(page.locator("#certificate-say")).to_contain_text("<b>Ada</b> has solved 2 of 13 tasks")
    expect(page.locator("#certificate-rows tr").first).to_contain_text("✓ 1 November 2026")
    expect(page.locator("#certificate-rows .note").first).to_have_text(plain("learn.chapter.two.task"))
    assert page.locator("#certificate-rows").inner_text().count("✓") == 2
    file = tmp_path / "summary.pdf"
    page.pdf(path=str(file), format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", file.read_bytes())) == 1
    page.emulate_media(media="print")
    expect(page.locator("#certificate h2")).to_be_visible()
    for hidden in ("#play", "#chapter", "#certificate-print", ".words", "header"):
        expect(page.locator(hidden).first).to_be_hidden()
    page.emulate_media(media="screen")
    page.locator("#certificate-close").click()
    expect(page.locator("#certificate")).to_be_hidden()
    expect(page.locator("#summary")).to_be_focused()


def test_ticks_of_the_first_edition_still_count(visit: Visit) -> None:
    page = visit("/learn", kept={"likeness-learn-solved": json.dumps(["two", "cure"])})
    expect(page.locator("#solved")).to_have_text(locales.text("learn.story.solved", solved=2, total=13))


def scans_of(page: Page, folder: Path) -> Path:
    """The zip file that the chapter of the uses makes."""
    with page.expect_download() as download:
        figure(page, "uses").locator("[data-make]").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def to_training(page: Page) -> None:
    """Follow the chapter's link to the training page, which is filled in."""
    figure(page, "uses").locator("[data-train]").click()
    page.wait_for_url("**/train#new*")
    page.wait_for_selector("[data-setting=size]", state="attached")


def test_a_folder_of_scans_and_a_training_page_filled_in_for_it(watched: Watched, tmp_path: Path) -> None:
    page = watched.visit("/learn#chapter=12")
    used = [each.slug for each in all_pages() if f"{each.slug}.use" in locales.words("en")]
    place = figure(page, "uses")
    expect(place.locator(".uses a")).to_have_text([locales.text(f"{slug}.name") for slug in used])
    assert place.locator(".uses a").evaluate_all("all => all.map((each) => each.getAttribute('href'))") == used
    file = scans_of(page, tmp_path)
    with zipfile.ZipFile(file) as scans:
        names = scans.namelist()
        assert xmp.said(scans.read(names[7]))["source"] == "algorithmicMedia"
        slices = np.stack([np.asarray(Image.open(io.BytesIO(scans.read(name))).convert("L")) for name in names])
    assert slices.shape == (600, 64, 64)
    assert len(np.unique(slices.reshape(600, -1), axis=0)) == 600
    assert slices[:, :3, :3].mean() < 20 < 45 < slices.mean() < 140  # dark around a head
    to_training(page)
    filled = {
        name: page.locator(f"[data-setting={name}] :is(input, select)").first.input_value()
        for name in ("size", "channels", "width", "batch", "steps")
    }
    assert filled == {"size": "64", "channels": "1", "width": "16", "batch": "16", "steps": "3000"}
    assert page.locator("input[name=data]:checked").input_value() == "pictures"
    assert page.locator("input[name=preset]:checked").input_value() == "small_data"


def test_a_link_to_the_training_page_with_nonsense_fills_in_what_fits(visit: Visit) -> None:
    page = visit("/train#new&preset=none&data=nothing&size=9999&channels=2&width=24&steps=x&loss=hinge")
    page.wait_for_selector("[data-setting=size]", state="attached")
    chosen = {
        name: page.locator(f"[data-setting={name}] :is(input, select)").first.input_value()
        for name in ("size", "channels", "width", "loss")
    }
    assert chosen == {"size": "32", "channels": "1", "width": "24", "loss": "hinge"}
    assert page.locator("[data-setting=steps] input").first.input_value() not in ("x", "")


@pytest.mark.slow
def test_the_folder_of_scans_is_dropped_and_trained_on(watched: Watched, house: None, tmp_path: Path) -> None:
    """As the chapter says, but for the size of the network and the number of steps."""
    page = watched.visit("/learn#chapter=12", kept={"likeness-visitor": "c" * 32})
    file = scans_of(page, tmp_path)
    to_training(page)
    page.locator(".drop.own").first.evaluate(DROP, [file.name, base64.b64encode(file.read_bytes()).decode()])
    expect(page.locator(".report").first).to_have_text(locales.text("train.data.used", used=600), timeout=TRAINED)
    expect(page.locator("[data-setting=channels] :is(input, select)").first).to_have_value("1")
    fill(page, {name: value for name, value in SMALL.items() if name != "batch"})
    started(page)
    drawn(page, TRAINED)
    expect(page.locator("#state")).to_contain_text("Done: 60 steps", timeout=TRAINED)
    assert np.std(page.locator("#board canvas").evaluate(STRENGTH)) > 5
    expect(page.locator("[data-lamp=memorising]")).to_have_count(1)


@pytest.mark.slow
@pytest.mark.parametrize("key", ["mixed", "harms", "uses"])
def test_a_task_with_a_figure_is_solved_by_its_controls_and_not_by_playing_alone(visit: Visit, key: str) -> None:
    page = chapter(visit, key)
    place = figure(page, key)
    place.locator("canvas").first.wait_for()
    solved = page.locator("#task-state")
    reached = (
        "([key, least]) => Number(document.querySelector(`[data-figure=${key}] [data-step]`).textContent.replace(/\\D/g, '')) >= least"
    )
    if key == "uses":
        page.locator("#play").click()
        page.wait_for_function("Number(document.querySelector('#when').value) >= 6000", timeout=LONG)
        expect(solved).to_have_text(locales.text("learn.story.open"))
        for name in "BD":
            place.locator(f"input[value={name}]").check()
    else:
        place.locator("[data-play]").click()
        page.wait_for_function(reached, arg=[key, 8000], timeout=LONG)
        expect(solved).to_have_text(locales.text("learn.story.open"))
        dial = locales.text("chapters.mixed.pull" if key == "mixed" else "chapters.copies.pool")
        box = place.locator(".dial").filter(has_text=dial).locator("input[type=number]")
        box.fill("100" if key == "mixed" else "500")
        box.press("Enter")
    expect(solved).to_have_text(locales.text("learn.story.done"), timeout=LONG)
