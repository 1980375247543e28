"""The dialogue on the writing page: an answer says where it stands, in both languages, on a phone too."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE, Visit, scrolls_never_sideways

pytestmark = pytest.mark.browser


def test_an_answer_says_where_it_stands(visit: Visit) -> None:
    page = visit("/write#seed=3", size=WIDE)
    expect(page.locator("#talk-measured")).to_contain_text("BM25")
    page.locator("#said").fill("What is AI?")
    page.locator("#said").press("Enter")
    first = page.locator("#turns > li").first
    expect(first.locator(".said")).to_have_text("What is AI?")
    expect(first.locator(".note")).to_contain_text("chatterbot-corpus 1.3.3")
    expect(first.locator(".note")).to_contain_text("“What is AI?” (100 % alike)")
    expect(page.locator("#said")).to_have_value("")
    page.locator("#said").fill("a" * 20)
    page.locator("#talk button").click()
    expect(page.locator("#turns > li")).to_have_count(2)
    expect(page.locator("#turns > li").first.locator(".said")).to_have_text("a" * 20)


def test_in_chinese_on_a_phone(visit: Visit) -> None:
    page = visit("/write#seed=3", size=NARROW, language="zh")
    expect(page.locator("#talk-measured")).to_contain_text("BM25")
    page.locator("#talk button").click()
    expect(page.locator("#turns > li .said")).to_have_text("你的爱好是什么？")
    expect(page.locator("#turns > li .note").first).to_contain_text("相似度")
    page.locator("#turns details summary").click()
    scrolls_never_sideways(page, 390, 340)
