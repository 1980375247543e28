"""Pictures and sentences on the writing page: a scene is described, a link restores it, what is wrong is shown, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE, Visit, scrolls_never_sideways

pytestmark = pytest.mark.browser


def test_a_picture_is_described_and_a_link_restores_it(visit: Visit) -> None:
    page = visit("/write#seed=3", size=WIDE)
    expect(page.locator("#caption")).to_contain_text("black one")
    expect(page.locator("#caption-measured")).to_contain_text("1,000 pictures")
    page.locator("#scene-seed").fill("6")
    page.locator("#scene-seed").press("Enter")
    page.wait_for_function("location.hash === '#seed=3&scene=6'")
    told = page.locator("#caption").text_content()
    rows = page.locator("#caption-things tbody tr").count()
    page.locator("#describe button").click()
    expect(page.locator("#caption")).not_to_have_text(str(told))
    expect(page.locator("#scene-seed")).to_have_value("7")
    page.goto("about:blank")
    page = visit("/write#seed=3&scene=6", size=WIDE)
    expect(page.locator("#caption")).to_have_text(str(told))
    expect(page.locator("#caption-things tbody tr")).to_have_count(rows)


def test_in_chinese_on_a_phone(visit: Visit) -> None:
    page = visit("/write#seed=3", size=NARROW, language="zh")
    expect(page.locator("#caption")).to_contain_text("数字一")
    expect(page.locator("#caption-verdict")).to_have_text("句中所说全部属实。")
    scrolls_never_sideways(page, 390, 340)
