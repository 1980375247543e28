"""The last results of all pages, kept in the browser: opened again, saved, sent on, deleted, within their room."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ganapp.base import locales
from tests.browser.conftest import NARROW, SLOW, Visit, Watched, scrolls_never_sideways
from tests.browser.test_onward import mended, photo

__all__ = ["photo"]
pytestmark = pytest.mark.browser

RESULTS = "import(new URL(`${window.likeness.root}/js/parts/onward/results.js`, document.baseURI).href)"
MADE = f"""async ([count, bytes]) => {{
  const {{ record }} = await {RESULTS};
  const made = [];
  for (let i = 0; i < count; i++) {{
    const file = new File([new Uint8Array(bytes)], `${{i}}.png`, {{ type: "image/png" }});
    const facts = {{ page: "digits", part: `test/${{i}}`, name: file.name, kind: "picture", link: `digits#seed=${{i}}` }};
    made.push(await record({{ ...facts, file, taken: true }}));
  }}
  return made.map((each) => each && [each.file, each.bytes]);
}}"""
HELD = f"""async () => {{ const {{ results, contents }} = await {RESULTS}; const all = await results();
  return Promise.all(all.map(async ({{ id, name, bytes }}) => [name, (await contents(id)).file?.size ?? 0, bytes])); }}"""


def made(page: Page, count: int, size: int = 10) -> list[Any]:
    """Keep so many results with files of so many bytes; whether each file was kept, and its bytes."""
    entered: list[Any] = page.evaluate(MADE, [count, size])
    return entered


def held(page: Page, name: str) -> None:
    """The browser keeps a result of this name; it is there a moment after the page shows it."""
    ended = time.monotonic() + SLOW / 1000
    while not any(each == name for each, _, _ in page.evaluate(HELD)):  # a promise: wait_for_function takes it for an answer
        assert time.monotonic() < ended, f"{name} is not kept"
        page.wait_for_timeout(100)


def names(page: Page) -> list[str]:
    return page.locator("#list .name").all_inner_texts()


def listed(page: Page, *expected: str) -> None:
    """Exactly these results are listed, the newest first."""
    expect(page.locator("#list .name")).to_have_text(list(expected))


@pytest.mark.slow
def test_results_of_pages_are_opened_again_with_their_photo_and_settings(watched: Watched, photo: Path) -> None:
    page = watched.visit("/upscale#factor=2")
    page.locator("#pictures").set_input_files(photo)
    page.locator("#run").click()
    held(page, "beach-x2.png")
    watched.go(page, "/repair")
    page.locator("#photo").set_input_files(photo)
    expect(page.locator("#fact-size")).to_have_text("120 × 80")
    mended(page)
    held(page, "beach-repaired")
    page.get_by_role("link", name=locales.text("history.name")).click()
    page.wait_for_url("**/history")
    listed(page, "beach-repaired", "beach-x2.png")
    with page.expect_download() as download:
        page.locator("#save").click()
    assert download.value.suggested_filename == "beach-repaired.png"
    assert Image.open(io.BytesIO(Path(download.value.path()).read_bytes())).size == (120, 80)
    page.locator("#open").click()
    page.wait_for_url("**/repair")
    expect(page.locator("#steps li")).to_have_count(1)
    page.go_back()
    page.locator("#list button").filter(has_text="beach-x2.png").click()
    expect(page.locator("#shown img")).to_have_js_property("naturalWidth", 240)
    page.locator("#open").click()
    page.wait_for_url("**/upscale#factor=2")
    expect(page.locator("#done")).to_contain_text("240 × 160")
    expect(page.locator("#save.main")).to_be_visible()
    watched.go(page, "/history")
    assert sorted(names(page)) == ["beach-repaired", "beach-x2.png"], "what is opened again is no new result"
    page.locator("#list button").filter(has_text="beach-x2.png").click()
    page.locator("[data-to=stylize]").click()
    page.wait_for_url("**/stylize")
    expect(page.locator("#fact-size")).to_have_text("240 × 160")


def test_a_digit_is_kept_once_it_rests_and_for_longer_once_it_was_taken(watched: Watched) -> None:
    page = watched.visit("/digits#seed=4&digit=4")
    page.locator("#big").wait_for()
    page.wait_for_timeout(2500)
    watched.go(page, "/history")
    listed(page)  # a digit that nobody touched is no result
    watched.go(page, "/digits#seed=4&digit=4")
    page.wait_for_function("document.querySelector('#where').textContent !== ''")
    page.locator("#save").click()
    with page.expect_download():
        page.locator("#download").click()
    held(page, "digit-4-4-1024.png")
    last = ""
    for _ in range(2):
        page.locator("#another").click()
        page.wait_for_function("seed => new URLSearchParams(location.hash.slice(1)).get('seed') !== seed", arg=last or "4")
        last = page.evaluate("new URLSearchParams(location.hash.slice(1)).get('seed')")
        held(page, f"digit-4-{last}-1024.png")
    watched.go(page, "/history")
    listed(page, f"digit-4-{last}-1024.png", "digit-4-4-1024.png")
    with page.expect_download() as download:  # drawn by the server: the page kept only what makes it
        page.locator("#save").click()
    assert Image.open(download.value.path()).size == (1024, 1024)
    page.locator("#list button").last.click()
    page.locator("#open").click()
    page.wait_for_url("**/digits#*seed=4*")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_results_are_deleted_and_put_back_by_keyboard(watched: Watched, language: str) -> None:
    page = watched.visit("/history", language=language, size=NARROW, reduced_motion="reduce")
    expect(page.locator("#none")).to_contain_text(locales.text("history.none.title", language))
    made(page, 3)
    page.reload()
    listed(page, "2.png", "1.png", "0.png")
    page.locator("#list button").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#what")).to_have_text("1.png")
    page.locator("#remove").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#gone")).to_have_text(locales.text("history.removed", language, name="1.png"))
    listed(page, "2.png", "0.png")
    expect(page.locator("#back")).to_be_focused()
    page.keyboard.press("Enter")
    listed(page, "2.png", "1.png", "0.png")
    page.locator("#clear").focus()
    page.keyboard.press("Enter")
    listed(page)
    expect(page.locator("#none")).to_be_visible()
    expect(page.locator("#back")).to_be_focused()
    page.reload()
    listed(page)
    scrolls_never_sideways(page, 390, 340)


def test_ten_places_and_a_room_in_bytes_are_held(visit: Visit) -> None:
    page = visit("/history")
    made(page, 12)
    kept = page.evaluate(HELD)
    assert [name for name, _, _ in kept] == [f"{i}.png" for i in range(11, 1, -1)]
    megabyte = 2**20
    assert all(whole for whole, _ in made(page, 6, 39 * megabyte))
    kept = page.evaluate(HELD)
    assert sum(size for _, _, size in kept) <= 200 * megabyte
    assert [name for name, size, _ in kept if size > 1000] == ["5.png", "4.png", "3.png", "2.png", "1.png"]
    page.evaluate(f"{RESULTS}.then(async ({{ results, forget }}) => forget((await results()).map(({{ id }}) => id)))")
    [[whole, size]] = made(page, 1, 41 * megabyte)
    assert (whole, size < 1000) == (False, True)
    page.reload()
    listed(page, "0.png")
    expect(page.locator("#facts")).to_contain_text(locales.text("history.left.file"))
    expect(page.locator("#save")).to_be_hidden()
    expect(page.locator("#room")).to_contain_text("1 of 10 places, 0.1 of 200 MB")


FULL = """const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (value, ...rest) {
  if (value.file instanceof Blob) throw new DOMException("full", "QuotaExceededError");
  return put.call(this, value, ...rest);
};
null"""  # the last value: a function would be called


def test_a_full_disk_keeps_what_makes_a_result_again(watched: Watched) -> None:
    page = watched.visit("/history")
    page.evaluate(FULL)
    [[kept, size]] = made(page, 1)
    assert (kept, size > 0) == (False, True)
    page.reload()
    listed(page, "0.png")
    page.locator("#open").click()
    page.wait_for_url("**/digits#*seed=0*")


def test_a_browser_without_a_store_says_so(watched: Watched) -> None:
    page = watched.visit("/history", language="zh")
    page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: {open() { throw new Error('none'); }}})")
    page.reload()
    expect(page.locator("#none")).to_contain_text(locales.text("history.none.off_title", "zh"))
    assert made(page, 1) == [None]


def test_two_tabs_show_the_same_results(watched: Watched) -> None:
    page = watched.visit("/history")
    other = page.context.new_page()
    watched.go(other, "/history")
    made(other, 2)
    listed(page, "1.png", "0.png")
    page.locator("#clear").click()
    made(other, 1)
    listed(page, "0.png")
    other.close()
