"""Pictures of sentences on the writing page: painted, read by the judge, restored by a link, refused in one sentence, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Visit, scrolls_never_sideways

pytestmark = pytest.mark.browser
SENTENCE = "A large red star at the top left."
PIXELS = """image => {
  const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL();
}"""


def painted(page: Page, n: int = 0) -> str:
    """The pixels of a painting; its file tells besides when it was made."""
    image = page.locator("#paintings img").nth(n)
    image.evaluate("image => image.decode()")
    return str(image.evaluate(PIXELS))


def test_a_sentence_is_painted_and_a_link_restores_it(visit: Visit) -> None:
    page = visit("/write#seed=3", size=WIDE)
    pictures, field = page.locator("#paintings img"), page.locator("#paint-sentence")
    expect(pictures).to_have_count(4)
    expect(page.locator("#paint-measured")).to_contain_text("sentences")
    field.fill(SENTENCE)
    field.press("Enter")
    page.wait_for_function("location.hash.includes('draw=1.A+large+red+star')")
    expect(page.locator("#paintings td").first).to_contain_text("star")
    first, told = painted(page), page.locator("#paintings .note").all_text_contents()
    field.press("Enter")  # the same again: further seeds
    expect(page.locator("#paint-seed")).to_have_value("5")
    expect(page.locator("#paintings figcaption").first).to_have_text("Seed 5")
    assert painted(page) != first
    page.goto("about:blank")
    page = visit("/write#seed=3&draw=1.A+large+red+star+at+the+top+left.", size=WIDE)
    expect(page.locator("#paint-sentence")).to_have_value(SENTENCE)
    expect(page.locator("#paintings .note")).to_have_text(told)
    assert painted(page) == first


def test_a_sentence_outside_the_world_is_refused_and_the_next_is_painted(visit: Visit) -> None:
    page = visit("/write#seed=3&draw=1.a+pink+cat", size=WIDE)
    oops = page.locator("#paint-oops")
    expect(oops).to_contain_text("“pink” is not a word of this small world")
    expect(page.locator("#paintings")).to_be_hidden()
    page.locator("#paint-sentence").fill("a red heart")
    page.locator("#paint button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#paintings img")).to_have_count(4)
    expect(oops).to_be_hidden()


def test_in_chinese_on_a_phone(visit: Visit) -> None:
    page = visit("/write#seed=3", size=NARROW, language="zh")
    expect(page.locator("#paint-sentence")).to_have_value("左上角有一个向右倾斜的红色大号数字七，下方有一个蓝色小号五角星。")
    page.locator("#paint-example").select_option("fourth")
    expect(page.locator("#paintings .note", has_text="画家读到的是").first).to_be_visible()
    scrolls_never_sideways(page, 390, 340)
