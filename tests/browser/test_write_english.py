"""English verse on the writing page: written there as the server writes it, letters kept, restored by a link; the paragraph."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Page, expect

from ganapp.tasks import stanza
from tests.browser.conftest import NARROW, SLOW, WIDE, Visit, scrolls_never_sideways

pytestmark = pytest.mark.browser
LINES = "#stanzas .line"
TEXT = f"[...document.querySelectorAll('{LINES}')].map(l => [...l.querySelectorAll('.word')].map(w => w.firstChild.data).join(' '))"
IDLE = "!('busy' in document.querySelector('#stanzas').dataset)"
WISHES = (
    {"seed": 1, "drafts": 4},
    {"seed": 4294967295, "letters": "LO*E", "scheme": "ABAB", "drafts": 4},
    {"seed": 6, "first": "The woods are dark and still at night", "drafts": 4},
    {"seed": 8, "strict": True, "metre": "pentameter", "temperature": 1.2, "drafts": 4},
)


def address(wish: dict[str, object]) -> str:
    told = urlencode({name: "true" if value is True else value for name, value in wish.items()})
    return f"/write#verse={quote(told)}"


def here(page: Page) -> None:
    """Writer and critic are in the page: ask until a stanza is written there."""
    for _ in range(40):
        page.locator("#stanzas button[type=submit]").click()
        page.wait_for_function(IDLE, timeout=SLOW)
        if page.evaluate("document.querySelector('#stanzas').dataset.where === 'browser'"):
            return
        page.wait_for_timeout(1000)
    raise AssertionError("no stanza was written in the page")


def test_the_page_writes_what_the_server_writes(visit: Visit) -> None:
    page = visit(address({"seed": 2, "drafts": 2}), size=WIDE)
    expect(page.locator(LINES)).to_have_count(4)
    expect(page.locator("#quatrains")).to_be_hidden()
    here(page)
    for wish in WISHES:
        served = stanza.run(stanza.Request(**wish))  # type: ignore[arg-type]
        page.evaluate("hash => { location.hash = hash }", address(wish).removeprefix("/write"))
        wanted = [line.text for line in served.lines]
        page.wait_for_function(f"wanted => JSON.stringify({TEXT}) === JSON.stringify(wanted)", arg=wanted, timeout=SLOW)
        assert page.evaluate("document.querySelector('#stanzas').dataset.where === 'browser'"), wish
        expect(page.locator("#stanzas .near").first).to_contain_text(served.lines[0].nearest)


@pytest.mark.slow
def test_a_link_restores_a_stanza_and_the_switch_leads_back(visit: Visit) -> None:
    page = visit(address({"seed": 3, "drafts": 2}), size=NARROW, language="zh")
    expect(page.locator(LINES)).to_have_count(4)
    page.locator("#stanzas [data-id=letters]").fill("LOVE")
    page.locator("#stanzas [data-id=letters]").blur()
    page.wait_for_function(f"{IDLE} && {TEXT}.map(l => l.replace(/\\W/g, '')[0]).join('') === 'LOVE'", timeout=SLOW)
    written, link = page.evaluate(TEXT), page.evaluate("location.hash")
    scrolls_never_sideways(page, 390, 340)
    again = visit("/write" + link, size=WIDE)
    again.wait_for_function(f"wanted => JSON.stringify({TEXT}) === JSON.stringify(wanted)", arg=written, timeout=SLOW)
    again.locator("#tongue label").first.click()
    expect(again.locator("#quatrains")).to_be_visible()
    expect(again.locator("#stanzas")).to_be_hidden()
    again.locator("#tongue label").nth(1).click()
    expect(again.locator(LINES)).to_have_count(4)


def test_what_cannot_be_is_said(visit: Visit) -> None:
    page = visit(address({"seed": 3, "drafts": 2}), size=WIDE)
    expect(page.locator(LINES)).to_have_count(4)
    page.locator("#stanzas [data-id=first]").fill("The qwertyuiop is here")
    page.locator("#stanzas [data-id=first]").blur()
    expect(page.locator("#stanzas [data-id=oops]")).to_contain_text("qwertyuiop")


@pytest.mark.slow
def test_a_paragraph_says_how_much_is_copied(visit: Visit) -> None:
    page = visit("/write", size=NARROW)
    page.locator("#theme").select_option("sea")
    expect(page.locator("#article-copied")).to_contain_text("runs of eight words", timeout=SLOW)
    english = page.locator("#paragraph").text_content()
    page.locator("#article-language label").nth(1).click()
    expect(page.locator("#article-copied")).to_contain_text("runs of eight characters", timeout=SLOW)
    assert page.locator("#paragraph").text_content() != english
    assert "article=sea" in page.evaluate("location.hash")
