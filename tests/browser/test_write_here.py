"""Poems written in the page: the same as the server's for the same wishes, without it, and by it where the page cannot."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from ganapp.tasks import write
from tests.browser.conftest import SLOW, WIDE, Visit

pytestmark = pytest.mark.browser
TEXT = "[...document.querySelectorAll('#lines .line')].map(l => [...l.querySelectorAll('.sign')].map(s => s.firstChild.data).join(''))"
HERE = "document.querySelector('.wr').dataset.where === 'browser'"
WISHES = (
    {"seed": 1, "drafts": 4},
    {"seed": 4294967295, "heads": "春*秋冬", "rhyme": "an", "drafts": 4},
    {"seed": 6, "first": "月落乌啼霜满天", "drafts": 4},
    {"seed": 8, "strict": True, "form": "level", "temperature": 1.2, "script": "traditional", "drafts": 4},
)


def ready(page: Page) -> None:
    """Writer and critic are in the page: ask for poems until one is written there."""
    expect(page.locator("#lines .line")).to_have_count(4)
    for _ in range(30):
        page.locator("#another").click()
        page.wait_for_function("!('busy' in document.querySelector('.wr').dataset)", timeout=SLOW)
        if page.evaluate(HERE):
            return
        page.wait_for_timeout(1000)
    raise AssertionError("no poem was written in the page")


def asked(page: Page, wish: dict[str, object]) -> list[str]:
    """The poem that a link with the wish writes."""
    page.evaluate("hash => { location.hash = hash }", urlencode({name: "true" if value is True else value for name, value in wish.items()}))
    page.wait_for_function("seed => document.querySelector('#seed').value === seed", arg=str(wish["seed"]))
    page.wait_for_function("!('busy' in document.querySelector('.wr').dataset)", timeout=SLOW)
    return list(page.evaluate(TEXT))


def test_the_page_writes_what_the_server_writes(visit: Visit) -> None:
    page = visit("/write#seed=3", size=WIDE)
    ready(page)
    for wish in WISHES:
        served = write.run(write.Request(**wish))  # type: ignore[arg-type]
        assert asked(page, wish) == [line.text for line in served.lines], wish
        assert page.evaluate(HERE), wish
        expect(page.locator("#lines .near").first).to_contain_text(served.lines[0].nearest)
        shares = [int(re.search(r"\d+", text)[0]) for text in page.locator("#lines .meter span").all_text_contents()]  # type: ignore[index]
        assert shares == pytest.approx([100 * (line.real or 0) for line in served.lines], abs=0.51)


def test_what_the_page_cannot_write_the_server_answers(visit: Visit) -> None:
    page = visit("/write#seed=3", size=WIDE)
    ready(page)
    page.locator("#first").fill("太短")
    page.locator("#first").blur()
    expect(page.locator("#oops")).to_contain_text("seven")
