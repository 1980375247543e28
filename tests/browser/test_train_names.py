"""The training page tells runs apart and can be read: names of runs that nobody named, a name at a line covers no line, replay at a speed,
what has the focus is seen, photographs of a style run in the width there is."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from ganapp.base import locales, paths
from ganapp.jobs import store
from tests.browser import madejobs
from tests.browser.madejobs import Told
from tests.browser.test_train import IMPORT, Open, drawn, house, open_train

__all__ = ["house", "open_train"]
pytestmark = pytest.mark.browser
RATES = {"g_rate": 0.002, "d_rate": 0.002}
WAITS = """() => {
  window.waits = [];
  const plain = setTimeout;
  window.setTimeout = (work, ms, ...more) => (window.waits.push(ms), plain(work, ms, ...more));
}"""
OUTLINE = """(box) => {
  const probe = document.body.appendChild(Object.assign(document.createElement("i"), { style: "color: var(--accent)" }));
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(box);
  return [outlineStyle, outlineWidth, outlineColor === getComputedStyle(probe).color];
}"""
COVERED = """() => [...document.querySelectorAll('#losses .end')].some((label) => {
  const box = label.getBBox();
  return [...document.querySelectorAll('#losses path.main')].some((path) => {
    for (let at = 0, whole = path.getTotalLength(); at < whole; at += 2) {
      const { x, y } = path.getPointAtLength(at);
      if (x > box.x && x < box.x + box.width && y > box.y + 2 && y < box.y + box.height - 2) return true;
    }
    return false;
  });
})"""


@pytest.fixture(scope="module")
def unnamed(house: None) -> dict[str, str]:
    """Runs that nobody named: the first preset but for its width, and but for its width and loss."""
    told = {"wide": Told("", steps=1400, settings=RATES | {"width": 48}), "other": Told("", steps=1400, settings=RATES | {"loss": "hinge"})}
    return {word: madejobs.made(each) for word, each in told.items()}


def test_names_tell_runs_apart_in_the_language_of_the_reader(open_train: Open, unnamed: dict[str, str]) -> None:
    page = open_train(f"#run={unnamed['wide']}")
    title = page.locator("h1")
    expect(title).to_contain_text("Width 48")
    expect(title).to_contain_text("Good start")
    names = page.locator("#jobs b")
    expect(names.first).to_be_visible()
    shown = names.all_inner_texts()
    assert len(set(shown)) == len(shown)
    page.locator("[data-switch=language]").click()
    expect(title).to_contain_text("推荐设置")
    assert "Good start" not in " ".join(names.all_inner_texts())
    page.goto(page.url.split("#")[0] + f"#compare={unnamed['wide']},{unnamed['other']}")
    heads = page.locator("#compare .side h2")
    expect(heads.first).to_contain_text("推荐设置")
    assert heads.nth(0).inner_text() != heads.nth(1).inner_text()


def test_a_name_at_the_end_of_a_line_covers_no_line(open_train: Open, unnamed: dict[str, str]) -> None:
    page = open_train(f"#run={unnamed['wide']}")
    page.wait_for_selector("#losses path.main[d]")
    assert page.evaluate(COVERED) is False
    few = madejobs.made(Told("Few points", lines=3))  # the name lies beside no point, and could lie on the line between two
    log = [json.dumps({"step": step, "seconds": step, "g_loss": loss, "d_loss": 0.5}) for step, loss in ((1, 10), (780, 10), (1000, 0))]
    (store.select("id = ?", (few,))[0].folder / "metrics.jsonl").write_text("\n".join([*log, ""]), encoding="utf-8")
    page.evaluate(f"location.hash = '#run={few}'")
    expect(page.locator("h1")).to_have_text("Few points")
    expect(page.locator("#losses .end").first).to_have_text(re.compile(r"Generator [3-9]\."))
    assert page.evaluate(COVERED) is False
    across = "[[[0, 0], [100, 50]], [[0, 0], [10, 5]]].map((points) => scale.heights(points, 20, 60))"
    assert page.evaluate(f"async () => {{ const scale = await ({IMPORT})('scale.js'); return {across}; }}") == [[10, 30], None]
    assert page.evaluate(f"async () => (await ({IMPORT})('scale.js')).free(50, [[40, 60]], 0, 100)") == 34


def test_a_replay_has_a_speed(open_train: Open, unnamed: dict[str, str]) -> None:
    page = open_train(f"#run={unnamed['wide']}")
    drawn(page)
    speed = page.get_by_label("Speed of the replay")
    assert speed.locator("option").all_inner_texts() == ["0.5×", "1×", "2×", "4×"]
    page.evaluate(WAITS)
    for chosen, pause in (("0.5", 240), ("4", 30)):
        speed.select_option(chosen)
        page.get_by_role("button", name="Replay", exact=True).click()
        expect(page.locator("#when-said")).to_have_text("step 1,000")
        page.wait_for_function("pause => window.waits.includes(pause)", arg=pause)


def test_what_has_the_focus_is_seen_in_the_form(open_train: Open, house: None) -> None:
    page = open_train("#new")
    box = page.get_by_label("Others may watch")
    box.wait_for()
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    assert box.evaluate(OUTLINE) == ["solid", "2px", True]


def test_photographs_of_a_style_run_fit_the_window(open_train: Open, house: None) -> None:
    job = madejobs.made(Told("A painting"))
    store.update(job, recipe="stylize")
    folder = store.select("id = ?", (job,))[0].folder
    order = {"recipe": "stylize", "steps": 2000, "every": 250, "settings": {}}
    (folder / "order.json").write_text(json.dumps(order), encoding="utf-8")
    with Image.open(paths.assets() / "photographs" / "astronaut.webp") as photograph:
        tile = np.asarray(photograph.convert("RGB").resize((128, 128)))
    page_of = np.zeros((130, 1291, 3), np.uint8)
    for column in range(4):  # two photographs, each beside its painting; the other six columns stay black
        page_of[1:129, column * 129 + 1 : column * 129 + 129] = tile
    compared = page_of.copy()
    for column in (4, 5):  # two photographs, each with two paintings
        compared[1:129, column * 129 + 1 : column * 129 + 129] = tile
    (folder / "samples" / "beside").mkdir()
    for sheet in (folder / "samples").glob("*.png"):
        Image.fromarray(page_of).save(sheet)
        Image.fromarray(compared).save(folder / "samples" / "beside" / sheet.name)
    page = open_train(f"#run={job}", size=(1280, 800))
    page.wait_for_selector("#board canvas:not([hidden])")
    expect(page.get_by_label("Compared")).to_be_checked()
    expect(page.locator("#board .cells button")).to_have_count(6)
    expect(page.locator("#which-say")).to_contain_text("the model for any picture")
    page.locator("#which label", has_text="Photo and painting").click()
    expect(page.locator("#board .cells button")).to_have_count(4)
    slider = page.locator("#when").bounding_box()
    assert slider is not None
    assert slider["y"] + slider["height"] < 800


@pytest.mark.parametrize(("language", "size"), [("en", (1280, 800)), ("zh", (390, 844))])
def test_a_newcomer_sees_a_recorded_run(open_train: Open, house: None, language: str, size: tuple[int, int]) -> None:
    page = open_train(key="n" * 32, language=language, size=size)
    own = page.get_by_role("link", name=locales.text("train.recorded.start", language))
    expect(own).to_be_in_viewport()
    drawn(page)
    expect(page.locator("#when")).to_have_attribute("max", "13")  # the last of fourteen sheets, some seconds later
    expect(page.locator("[data-lamp=modes_covered] .val")).to_have_text("10 / 10")
    expect(page.locator("#losses .end")).to_have_count(2)
    expect(page.locator("#result")).to_be_hidden()
    page.locator("#play").click()
    expect(page.locator("#when-said")).to_contain_text("1,400")
    own.press("Enter")
    expect(page.locator("#form")).to_be_visible()
    expect(page.locator("h1")).to_be_focused()  # what had the focus is gone


def test_the_recording_is_small() -> None:
    folder = paths.assets() / "recordings" / "digits"
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert len(run["samples"][""]) == len(list((folder / "samples").glob("*.png")))
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 300_000
