"""The writing page as a person uses it: a poem, what was asked for, a link that restores it, by keyboard, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE, Visit, scrolls_never_sideways

pytestmark = pytest.mark.browser
TEXT = "[...document.querySelectorAll('#lines .line')].map(l => [...l.querySelectorAll('.sign')].map(s => s.firstChild.data).join(''))"


def test_first_characters_and_a_link_that_writes_the_poem_again(visit: Visit) -> None:
    page = visit("/write", size=WIDE)
    expect(page.locator("#lines .line")).to_have_count(4)
    page.locator("#heads").fill("春夏秋冬")
    page.locator("#heads").press("Enter")
    expect(page.locator("#lines .line:nth-child(2) .sign").first).to_contain_text("夏")
    written = page.evaluate(TEXT)
    assert [line[0] for line in written] == list("春夏秋冬")
    link = page.evaluate("location.hash")
    page.keyboard.press("Tab")
    page.locator("#another").click()
    page.wait_for_function("hash => location.hash !== hash", arg=link)
    page.evaluate("hash => { location.hash = hash }", link)
    page.wait_for_function(f"wanted => JSON.stringify({TEXT}) === wanted", arg=page.evaluate("w => JSON.stringify(w)", written))
    expect(page.locator("#heads")).to_have_value("春夏秋冬")


@pytest.mark.parametrize(("language", "begins"), [("en", "Written by a neural network"), ("zh", "由 Likeness 的神经网络写成")])
def test_a_saved_poem_says_in_its_last_line_who_wrote_it(visit: Visit, language: str, begins: str) -> None:
    page = visit("/write#seed=3", size=WIDE, language=language)
    expect(page.locator("#lines .line")).to_have_count(4)
    with page.expect_download() as download:
        page.locator("#save").click()
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    assert [line[:-1] for line in lines[:4]] == page.evaluate(TEXT)
    assert lines[5].startswith(begins)
    assert "/write#" in lines[5]
    assert "seed=3" in lines[5]


def test_what_cannot_be_is_said_and_the_poem_stays(visit: Visit) -> None:
    page = visit("/write#seed=3", size=WIDE, language="zh")
    expect(page.locator("#lines .line")).to_have_count(4)
    before = page.evaluate(TEXT)
    page.locator("#first").fill("太短")
    page.locator("#first").blur()
    expect(page.locator("#oops")).to_contain_text("七个字")
    assert page.evaluate(TEXT) == before
    page.locator("#first").fill("")
    page.locator("#first").blur()
    expect(page.locator("#oops")).to_be_hidden()


def test_on_a_phone_nothing_is_wider_than_the_screen(visit: Visit) -> None:
    page = visit("/write#seed=3", size=NARROW, language="zh")
    expect(page.locator("#lines .line")).to_have_count(4)
    scrolls_never_sideways(page, 390, 340)
    page.locator("body").press("n")
    page.wait_for_function("location.hash !== '#seed=3'")
    expect(page.locator("#plot svg")).to_be_visible()


def test_what_is_sent_before_the_page_listens_waits_for_it(visit: Visit) -> None:
    """Pressed the moment the page is there: the browser loads no other page, and the poem comes."""
    page = visit("/write")
    page.add_init_script("""
        sessionStorage.loads = Number(sessionStorage.loads ?? 0) + 1;
        const seen = new MutationObserver(() => {
            const frame = document.querySelector(".frame[data-live]");
            if (!frame) return;
            seen.disconnect();
            for (const form of ["#wish", "#describe"]) frame.querySelector(form).requestSubmit();
        });
        seen.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-live"] });
    """)
    page.reload()
    page.wait_for_selector("#lines .line:nth-child(4)")
    page.wait_for_selector(".frame main:not([data-opening])")
    assert page.evaluate("[sessionStorage.loads, location.search]") == ["1", ""]
