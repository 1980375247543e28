"""The front page: four tiles that live without the server, doors that carry what is seen, and old links."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from ganapp.base import locales
from tests.browser.conftest import NARROW, Visit

pytestmark = pytest.mark.browser

PIXELS = """const c = document.querySelector(`[data-tile=${name}] canvas`);
  const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);"""
INK = f"(name) => {{ {PIXELS} return data.reduce((sum, value, i) => sum + value * (i % 997), 0); }}"
PAINTED = f"(name) => {{ {PIXELS} return data.some(Boolean); }}"
LINE = "document.querySelector('.photo').style.getPropertyValue('--at')"


def moving(page: Page, what: str, *values: str) -> bool:
    """Whether what is seen is another a moment later."""
    before = page.evaluate(what, *values)
    page.wait_for_timeout(400)
    return bool(page.evaluate(what, *values) != before)


def test_four_tiles_live_and_ask_the_server_for_nothing(visit: Visit) -> None:
    page = visit("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in ("digits", "learn"):
        page.wait_for_function(PAINTED, arg=name)
        assert moving(page, INK, name), name
    assert moving(page, LINE)
    poem = page.locator(".poem")
    first = poem.inner_text()
    page.get_by_role("button", name=locales.text("front.write.press")).click()
    assert poem.inner_text() != first
    expect(page.locator(".poem i.yet")).to_have_count(0)
    assert not [url for url in asked if "component_server" in url or "/gradio_api/call" in url]
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.evaluate("document.documentElement.scrollHeight") <= 800, "all four are seen at once"


def test_the_digit_follows_the_pointer_and_its_door_keeps_it(visit: Visit) -> None:
    page = visit("/")
    page.wait_for_function(PAINTED, arg="digits")
    box = page.locator("[data-tile=digits] .sheet").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 1, box["y"] + box["height"] / 2)
    left = page.evaluate(INK, "digits")
    assert not moving(page, INK, "digits")
    page.mouse.move(box["x"] + box["width"] - 1, box["y"] + box["height"] - 2)
    assert page.evaluate(INK, "digits") != left
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url("**/digits#*")
    assert "digit=8&to=9" in page.url
    assert "x.weight=" in page.url


def test_nothing_moves_where_motion_is_not_wanted(visit: Visit) -> None:
    page = visit("/", size=NARROW, reduced_motion="reduce")
    page.wait_for_function(PAINTED, arg="learn")  # what it has learnt unseen
    page.wait_for_function(PAINTED, arg="digits")
    assert not moving(page, INK, "learn")
    assert not moving(page, INK, "digits")
    assert not moving(page, LINE)


@pytest.mark.parametrize(("old", "now"), [("#model=digits&seed=5&digit=7", "digits"), ("#data=ring&seed=3", "learn")])
def test_links_from_before_there_was_a_front_page_still_lead_there(visit: Visit, old: str, now: str) -> None:
    page = visit("/how")
    page.goto(page.url.replace("/how", "/") + old)
    page.wait_for_url(f"**/{now}#*")
    assert old.split("&")[1] in page.url


def test_every_door_leads_to_its_page(visit: Visit) -> None:
    page = visit("/", size=NARROW, language="zh")
    doors = page.locator(".door")
    assert [door.get_attribute("href") for door in doors.all()] == ["digits", "learn", "repair", "write#seed=16"]
    doors.nth(3).press("Enter")
    page.wait_for_url("**/write#seed=*")
