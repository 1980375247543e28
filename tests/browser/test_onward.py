"""Results travel from page to page without a file, and work that was left is offered again."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Dialog, Error, Page, expect

from ganapp.base import locales
from tests.browser.conftest import NARROW, SLOW, Visit, Watched

SIZE = (120, 80)
MARK = """() => { const box = document.querySelector(".easel canvas").getBoundingClientRect();
  return [box.left + 0.4 * box.width, box.top + 0.5 * box.height, box.left + 0.6 * box.width]; }"""
KEPT = """() => new Promise((resolve) => { const asked = indexedDB.open("likeness"); asked.onsuccess = () => {
  const held = asked.result.transaction("work").objectStore("work").get(%r);
  held.onsuccess = () => { asked.result.close(); resolve(Boolean(held.result && (%s)(held.result))); }; }; })"""

pytestmark = pytest.mark.browser


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    pixels = np.random.default_rng(5).integers(60, 200, (SIZE[1], SIZE[0], 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "beach.png")
    return tmp_path / "beach.png"


def stroke(page: Page) -> None:
    """A stroke through the middle of the photo, by the mouse."""
    left, top, right = page.evaluate(MARK)
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(right, top, steps=4)
    page.mouse.up()


def marked(page: Page) -> None:
    page.locator("[data-tool=brush]").click()
    stroke(page)
    expect(page.locator("#mend")).to_be_enabled()


def mended(page: Page) -> None:
    marked(page)
    page.locator("#mend").click()
    expect(page.locator("#proof")).to_contain_text("0 of")
    expect(page.locator("#busy")).to_be_hidden()


def kept(page: Page, slug: str, holds: str) -> None:
    """The browser keeps the page's work, of which `holds` (a function of JavaScript) is true."""
    ended = time.monotonic() + SLOW / 1000
    while not page.evaluate(KEPT % (slug, holds)):  # a promise: wait_for_function takes it for an answer
        assert time.monotonic() < ended, f"{slug} keeps nothing of which {holds} is true"
        page.wait_for_timeout(100)


def enough(percent: float) -> str:
    """That all of this share is marked: what was kept in the middle of a stroke holds less."""
    return f"100 * marks.filter((each) => each > 127).length / marks.length > {percent - 0.1}"


def test_a_mended_photo_is_saved_by_one_press_and_carried_on(visit: Visit, photo: Path, tmp_path: Path) -> None:
    page = visit("/repair")
    page.locator("#photo").set_input_files(photo)
    expect(page.locator("#fact-size")).to_have_text("120 × 80")
    expect(page.locator("#onward")).to_be_hidden()
    mended(page)
    expect(page.locator("#save.main")).to_be_visible()
    expect(page.locator("#mend.soft")).to_be_disabled()
    with page.expect_download() as download:
        page.locator("#save").click()
    assert download.value.suggested_filename == "beach-repaired.png"
    marked(page)
    expect(page.locator("#mend.main")).to_be_visible()
    page.locator("[data-act=clear]").click()
    page.locator("[data-to=upscale]").click()
    page.wait_for_url("**/upscale")
    expect(page.locator("#fact-size")).to_contain_text("120 × 80")
    page.locator("#run").click()
    expect(page.locator("#save.main")).to_be_visible()
    expect(page.locator("#run.soft")).to_be_enabled()
    page.locator("[data-to=stylize]").click()
    page.wait_for_url("**/stylize")
    expect(page.locator("#fact-size")).to_have_text("480 × 320")
    page.reload()
    expect(page.locator("#drop")).to_be_visible()  # once only


def test_repairs_marks_and_settings_survive_a_reload(visit: Visit, photo: Path, tmp_path: Path) -> None:
    page = visit("/repair", size=NARROW)
    page.locator("#photo").set_input_files(photo)
    expect(page.locator("#fact-size")).to_have_text("120 × 80")
    page.locator("#edges input[type=number]").first.fill("11")
    page.locator("#edges input[type=number]").first.press("Enter")
    mended(page)
    marked(page)
    share = page.locator("#fact-marked").inner_text().replace("%", "").strip()
    kept(page, "repair", f"({{repairs, marks}}) => repairs.length === 1 && marks && {enough(float(share))}")
    page.reload()
    again = page.locator("#again")
    expect(again).to_contain_text("beach")
    page.get_by_role("button", name="中文").first.click()
    expect(again).to_contain_text(locales.text("onward.again.what", "zh", name="beach"))
    page.locator("#again-open").click()
    expect(page.locator("#steps li")).to_have_count(1)
    expect(again).to_be_hidden()
    expect(page.locator("#fact-marked")).to_have_text(re.compile(rf"^{re.escape(share)}\s?%$"))
    expect(page.locator("#edges input[type=number]").first).to_have_value("11")
    with page.expect_download() as download:
        page.locator("#save").click()
    download.value.save_as(tmp_path / "again.png")
    assert (np.asarray(Image.open(tmp_path / "again.png")) != np.asarray(Image.open(photo))).any()
    page.locator("#back").click()
    expect(page.locator("#steps li.undone")).to_have_count(1)


def test_pictures_and_results_survive_a_reload_and_can_be_forgotten(visit: Visit, photo: Path) -> None:
    page = visit("/upscale")
    page.locator("#examples button").first.click()
    page.locator("#clear").click()
    page.locator("#pictures").set_input_files(photo)
    page.locator("#run").click()
    expect(page.locator("#save.main")).to_be_visible()
    kept(page, "upscale", "(work) => work.items[0].blob instanceof Blob")
    page.reload()
    page.locator("#again-open").click()
    expect(page.locator("#done")).to_contain_text("480 × 320")
    expect(page.locator("#save.main")).to_be_visible()
    page.locator("[data-to=repair]").click()
    page.wait_for_url("**/repair")
    expect(page.locator("#fact-size")).to_have_text("480 × 320")
    page.go_back()
    page.wait_for_url("**/upscale")
    page.reload()
    page.locator("#again-forget").click()
    expect(page.locator("#again")).to_be_hidden()
    page.reload()
    expect(page.locator("#drop")).to_be_visible()
    expect(page.locator("#again")).to_be_hidden()


def test_marks_of_the_style_page_survive_a_reload(visit: Visit, photo: Path) -> None:
    page = visit("/stylize")
    page.locator("#pictures").set_input_files(photo)
    expect(page.locator("#fact-size")).to_have_text("120 × 80")
    page.locator("#where input[value=inside]").focus()
    page.keyboard.press("Space")
    page.locator("#easel canvas").scroll_into_view_if_needed()
    stroke(page)
    expect(page.locator("#share-marked")).to_contain_text("%")
    share = page.locator("#share-marked").inner_text()
    percent = float(share.split(" ")[0])
    assert percent > 0.5
    kept(page, "stylize", f"({{items: [{{marking: marks}}]}}) => marks && {enough(percent)}")
    page.reload()
    page.locator("#again-open").click()
    expect(page.locator("#fact-size")).to_have_text("120 × 80")
    expect(page.locator("#share-marked")).to_have_text(share)


def test_a_browser_that_keeps_nothing_asks_before_work_is_lost(watched: Watched, photo: Path) -> None:
    page = watched.visit("/repair")
    page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: {open() { throw new Error('none'); }}})")
    page.reload()
    page.locator("#photo").set_input_files(photo)
    expect(page.locator("#fact-size")).to_have_text("120 × 80")
    mended(page)
    page.wait_for_timeout(1200)
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.locator("[data-to=upscale]").click()
    expect(page.locator("#oops")).to_contain_text(locales.text("onward.error.not_kept"))
    with page.expect_download():
        page.locator("#save").click()
    page.locator("#another").click()
    expect(page.locator("#versions label")).to_have_count(2)
    page.reload()
    assert asked == ["beforeunload"]
    with page.expect_event("load"):
        page.reload()
    assert asked == ["beforeunload"], "an empty page is left without a question"


SHEET = """navigator.canShare = () => true;
navigator.share = async ({ files }) => { window.shared = [files[0].name, files[0].type, files[0].size]; };"""


def test_a_result_is_copied_and_shared_in_one_press(watched: Watched, photo: Path) -> None:
    page = watched.visit("/how", permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script(SHEET)
    watched.go(page, "/repair")
    page.locator("#photo").set_input_files(photo)
    expect(page.locator("#fact-size")).to_have_text("120 × 80")
    mended(page)
    place = page.locator("#onward")
    place.locator("[data-act=copy]").click()
    expect(place.get_by_role("status")).to_have_text(locales.text("onward.copied"))
    copied = "navigator.clipboard.read().then(([item]) => item.getType('image/png')).then(createImageBitmap).then(({ width }) => width)"
    assert page.evaluate(copied) == SIZE[0]
    place.locator("[data-act=share]").click()
    page.wait_for_function("window.shared")
    assert page.evaluate("window.shared.slice(0, 2)") == ["beach-repaired.png", "image/png"]


def test_a_digit_is_copied(watched: Watched) -> None:
    page = watched.visit("/digits#seed=4&digit=4", permissions=["clipboard-read", "clipboard-write"], language="zh")
    page.bring_to_front()
    page.locator("#save").click()
    place = page.locator("#travel")
    place.locator("[data-act=copy]").click()
    expect(place.get_by_role("status")).to_have_text(locales.text("onward.copied", "zh"))
    expect(place.locator("[data-act=share]")).to_have_count(0)  # no share sheet here


SHEET_OF_ALL = """navigator.canShare = () => true;
navigator.share = async ({ files, text, url }) => { window.shared = files ? [files[0].name, files[0].type] : [text, url]; };"""


def test_verse_is_copied_shared_and_kept(watched: Watched) -> None:
    page = watched.visit("/how", permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script(SHEET_OF_ALL)
    watched.go(page, "/write#seed=3")
    expect(page.locator("#lines .line")).to_have_count(4)
    page.locator("#heads").fill("春夏秋冬")
    page.locator("#heads").press("Enter")
    expect(page.locator("#lines .line:nth-child(2) .sign").first).to_contain_text("夏")
    place = page.locator("#travel")
    place.locator("[data-act=copy_text]").click()
    expect(place.get_by_role("status")).to_have_text(locales.text("onward.copied"))
    text = page.evaluate("navigator.clipboard.readText()")
    assert [line[0] for line in text.split("\n")] == list("春夏秋冬")
    place.locator("[data-act=copy_link]").click()
    expect(place.get_by_role("status")).to_have_text(locales.text("onward.copied_link"))
    link = page.evaluate("navigator.clipboard.readText()")
    place.locator("[data-act=share]").click()
    page.wait_for_function("window.shared")
    assert page.evaluate("window.shared") == [text, link]
    watched.go(page, "/history")
    expect(page.locator("#shown")).to_contain_text(text.split("\n")[0])
    page.locator("#open").click()
    page.wait_for_url(link)
    expect(page.locator("#lines .line:nth-child(2) .sign").first).to_contain_text("夏")


def test_a_painted_picture_is_sent_on_and_kept(watched: Watched) -> None:
    page = watched.visit("/write#draw=7.a red star", language="zh")
    expect(page.locator("#paintings .choose")).to_have_count(4)
    page.locator("#paintings .choose").nth(2).click()
    expect(page.locator("#paintings .choose").nth(2)).to_have_attribute("aria-pressed", "true")
    page.locator("#paint-travel [data-to=upscale]").click()
    page.wait_for_url("**/upscale")
    expect(page.locator("#fact-size")).to_contain_text("288 × 288")
    watched.go(page, "/history")
    expect(page.locator("#what")).to_have_text("painted-9.png")
    expect(page.locator("#shown img")).to_have_js_property("naturalWidth", 288)


def test_a_sound_is_shared_and_kept(watched: Watched) -> None:
    page = watched.visit("/how", permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script(SHEET_OF_ALL)
    watched.go(page, "/listen#s1=7_0_5")
    page.wait_for_selector(".ls[data-ready]", timeout=2 * SLOW)
    place = page.locator("#travel")
    place.locator("[data-act=share]").click()
    page.wait_for_function("window.shared")
    assert page.evaluate("window.shared") == ["seven-5.wav", "audio/wav"]
    place.locator("[data-act=copy_link]").click()
    expect(place.get_by_role("status")).to_have_text(locales.text("onward.copied_link"))
    assert "s1=7_0_5" in page.evaluate("navigator.clipboard.readText()")
    watched.go(page, "/history")
    expect(page.locator("#what")).to_have_text("seven-5.wav")
    expect(page.locator("#shown audio")).to_have_js_property("error", None)
    page.locator("#open").click()
    page.wait_for_url("**/listen#s1=7_0_5*")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_was_typed_on_write_and_the_pad_on_listen_come_back(watched: Watched, language: str) -> None:
    page = watched.visit("/write#seed=3", language=language)
    expect(page.locator("#lines .line")).to_have_count(4)
    page.locator("#said").fill("half a line")
    kept(page, "write", "({values}) => values.said === 'half a line'")
    page.reload()
    expect(page.locator("#said")).to_have_value("half a line")
    watched.go(page, "/write")
    expect(page.locator("#again")).to_be_visible()
    page.locator("#again-open").click()
    page.wait_for_url("**/write#seed=3*")
    expect(page.locator("#said")).to_have_value("half a line")
    watched.go(page, "/listen#s1=7_0_5")
    page.wait_for_selector(".ls[data-ready]", timeout=2 * SLOW)
    page.locator("#digits").fill("314")
    kept(page, "listen", "({values}) => values.digits === '314'")
    watched.go(page, "/listen")
    expect(page.locator("#again-what")).to_contain_text(locales.text("listen.pad.name", language))
    page.locator("#again-open").click()
    page.wait_for_url("**/listen#*s1=7_0_5*")
    expect(page.locator("#digits")).to_have_value("314")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_form_half_filled_comes_back(visit: Visit, language: str) -> None:
    page = visit("/train#new", language=language, size=NARROW)
    page.locator("[data-preset=classic_2014] input").check()
    page.locator("[data-setting=steps] input").fill("123")
    page.locator("[data-setting=name] input").fill("Halfway")
    kept(page, "train", "({called, order}) => called === 'Halfway' && order.steps === 123")
    page.reload()
    expect(page.locator("#again-what")).to_have_text(locales.text("onward.again.what", language, name="Halfway"))
    page.locator("#again-open").click()
    expect(page.locator("#again")).to_be_hidden()
    expect(page.locator("[data-preset=classic_2014] input")).to_be_checked()
    expect(page.locator("[data-setting=steps] input")).to_have_value("123")
    expect(page.locator("[data-setting=name] input")).to_have_value("Halfway")
    expect(page.locator("[data-setting=architecture] select")).to_have_value("mlp")


def crashed(watched: Watched, page: Page, path: str) -> Page:
    """Kill the page's process, and open `path` in a new tab of the same browser."""
    page.once("crash", lambda _: None)  # this tab is not handed to another test
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash")
    return watched.go(page.context.new_page(), path)


@pytest.mark.parametrize("slug", ["repair", "upscale", "stylize"])
def test_a_crash_loses_neither_photo_nor_settings(watched: Watched, photo: Path, slug: str) -> None:
    setting = {"repair": "", "upscale": "#factor=2", "stylize": "#strength=0.5"}[slug]
    page = watched.visit(f"/{slug}{setting}")
    page.locator("#photo, #pictures").first.set_input_files(photo)
    expect(page.locator("#fact-size")).to_contain_text("120 × 80")
    holds = "({settings}) => settings.grow === 4" if slug == "repair" else "({items}) => items.length === 1"
    if slug == "repair":
        marked(page)
        holds = f"({{marks}}) => marks && {enough(float(page.locator('#fact-marked').inner_text().replace('%', '').strip()))}"
    kept(page, slug, holds)
    fresh = crashed(watched, page, f"/{slug}{setting}")
    fresh.locator("#again-open").click()
    expect(fresh.locator("#fact-size")).to_contain_text("120 × 80")
    if slug == "repair":
        expect(fresh.locator("#mend")).to_be_enabled()
    fresh.close()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_story_is_walked_from_a_drawn_digit_to_its_sound(watched: Watched, language: str) -> None:
    """Every step but the training itself, in whose place a model trained here stands: tests/browser/test_story.py trains one."""
    page = watched.visit("/digits", language=language, size=NARROW)
    page.locator("#modes label").nth(1).click()
    box = page.locator("#pad").bounding_box()
    assert box
    x, y, side = box["x"] + box["width"] / 2, box["y"], box["height"]
    page.mouse.move(x, y + 0.15 * side)  # a one
    page.mouse.down()
    page.mouse.move(x, y + 0.85 * side, steps=8)
    page.mouse.up()
    expect(page.locator("#why")).to_have_attribute("href", re.compile(r"^learn#chapter=9&digit=1&z="))
    expect(page.locator("#why")).to_have_text(locales.text("onward.story.why", language))
    page.locator("#why").click()
    page.wait_for_url("**/learn#*z=*")
    expect(page.locator("#feature-digit")).to_have_value("1")  # the chapter takes apart the digit that was found
    own = page.locator("[data-story=own]")
    expect(own).to_have_text(locales.text("onward.story.own", language))
    page.locator("#set-loss").select_option("hinge")
    expect(own).to_have_text(locales.text("onward.story.own_these", language))
    own.click()
    page.wait_for_url("**/train#new&loss=hinge")
    expect(page.locator("[data-setting=loss] select")).to_have_value("hinge")
    watched.go(page, "/digits#model=again&seed=4&digit=4")
    page.locator("#save").click()
    page.locator("#caption").click()
    page.wait_for_url("**/write#scenes")
    expect(page.locator("#caption-verdict")).to_have_text(locales.text("scenes.described.own", language))
    hear = page.locator("[data-story=hear]")
    expect(hear).to_have_text(locales.text("onward.story.hear", language))
    expect(hear).to_have_attribute("href", re.compile(r"^listen#s1=4_"))
    hear.click()
    page.wait_for_url("**/listen#s1=4_*")
    page.wait_for_selector(".ls[data-ready]", timeout=2 * SLOW)
    expect(page.locator("#tile-1")).to_contain_text("four")
