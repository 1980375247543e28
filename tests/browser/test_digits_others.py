"""The digits page with networks that were trained here: coloured pictures without classes, grey ones in named classes, digits again."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from ganapp.base import locales
from tests.browser.conftest import NARROW, SLOW, Visit
from tests.browser.test_digits import AXE, STILL, levels, ready

pytestmark = pytest.mark.browser

OPAQUE = """(id) => [...document.querySelector(id).getContext("2d").getImageData(0, 0, 9, 9).data].every((v, i) => i % 4 < 3 || v)"""


def opened(visit: Visit, model: str, link: str = "", **settings: object) -> Page:
    """The page with a network that the server runs, once its picture is there."""
    page = visit(f"/digits#model={model}&seed=3{link}", **settings)
    page.wait_for_selector('#where[data-where="server"]:not([data-loading])', timeout=2 * SLOW)
    page.wait_for_function("[...document.querySelector('#big').getContext('2d').getImageData(0, 0, 9, 9).data].some((v) => v)")
    return page


def colours(page: Page, canvas: str = "#big") -> np.ndarray:
    """A canvas at rest, (side, side, 4)."""
    page.evaluate(STILL, canvas)
    return levels(page, canvas)


def test_a_coloured_network_without_classes(visit: Visit) -> None:
    page = opened(visit, "coloured")
    expect(page.locator("h1")).to_have_text("Coloured")
    for gone in ("#kinds", "#judge", "#near", "#modes", "#gradient", "#mini", "#hand", "#form"):
        expect(page.locator(gone)).to_be_hidden()
    said = [locales.text(f"digits.network.{key}") for key in ("trained", "missing.browser_packages")]
    expect(page.locator("#network-say")).to_have_text(" ".join(said))  # and what the model lacks
    expect(page.locator("#big")).to_have_attribute("aria-label", locales.text("digits.any.sheet.plain"))
    before = colours(page)
    assert (before[..., 3] == 255).all()  # opaque
    assert np.abs(before[..., 0] - before[..., 2]).max() > 5  # in colour
    slider = page.get_by_role("slider", name=locales.text("digits.slider.raw", number=1), exact=True)
    slider.focus()
    page.keyboard.press("End")
    assert np.abs(colours(page) - before).mean() > 1
    page.locator('[data-view="pixels"]').click()
    page.wait_for_function("document.querySelector('#big').width === 24")
    expect(page.locator("#legend")).to_have_text(locales.text("digits.any.state.pixels", size=24))


def test_morph_plane_and_sheet_of_a_coloured_network(visit: Visit) -> None:
    page = opened(visit, "coloured")
    page.locator("[data-keep=a]").click()
    page.locator("#another").click()
    page.locator("[data-keep=b]").click()
    expect(page.locator("#play")).to_be_enabled()
    page.wait_for_function("!document.querySelector('#between').classList.contains('empty')")
    page.wait_for_function("document.querySelector('#film').children[10].width > 64")
    start = colours(page, "#between")
    page.locator("#place").fill("100")
    assert np.abs(colours(page, "#between") - start).mean() > 1
    page.locator("#way input[value='plane']").check(force=True)
    page.wait_for_function(OPAQUE, arg="#plane canvas")
    page.locator("#way input[value='sheet']").check(force=True)
    expect(page.locator("#sheet10 button")).to_have_count(80)
    expect(page.locator("#sheet10 button").nth(13)).to_have_attribute("aria-label", locales.text("digits.any.sheet10.plain", seed=14))
    page.locator("#sheet10 button").nth(13).click()
    page.wait_for_function("location.hash.includes('seed=14&')")
    page.locator("#save").click()
    with page.expect_download() as waiting:
        page.locator("#download").click()
    assert waiting.value.suggested_filename == "coloured-14-1024.png"


def test_a_network_of_named_classes(visit: Visit) -> None:
    page = opened(visit, "named", "&digit=9")  # more than there are
    expect(page.locator("#digit")).to_be_hidden()
    assert page.locator("#kind option").all_text_contents() == ["cat", "dog", "bird", "fish"]
    expect(page.locator("#kind")).to_have_value("3")
    expect(page.locator("#judge .say")).to_contain_text("that this is a real picture")
    expect(page.locator("#near")).to_be_hidden()
    before = colours(page)
    page.locator("#kind").select_option("bird")
    expect(page.locator("#big")).to_have_attribute("aria-label", locales.text("digits.any.sheet.label", digit="bird"))
    assert np.abs(colours(page) - before).mean() > 1
    page.locator("#blend summary").click()
    page.locator("#kind-to").select_option("cat")
    page.wait_for_function("location.hash.includes('to=0')")
    page.locator("#blend summary").click()
    page.locator("#way input[value='sheet']").check(force=True)
    expect(page.locator("#sheet10 button")).to_have_count(32)
    page.locator("#sheet10 button").nth(5).click()
    expect(page.locator("#kind")).to_have_value("1")


def test_an_encoder_looks_for_a_drawing(visit: Visit) -> None:
    page = opened(visit, "named")
    page.locator("#mode input[value='draw']").check(force=True)
    assert page.locator("#read-as option").all_text_contents()[1:] == ["cat", "dog", "bird", "fish"]
    box = page.locator("#pad").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 250, box["y"] + 250, steps=4)
    page.mouse.up()
    expect(page.locator("#take")).to_be_enabled()
    expect(page.locator("#found-say")).not_to_have_text(locales.text("digits.draw.searching"))
    assert (colours(page, "#seen")[..., 3] == 255).all()
    page.locator("#take").click()
    page.wait_for_function("location.hash.includes('z=')")


def test_back_to_the_digits_nothing_is_left_behind(visit: Visit) -> None:
    page = opened(visit, "coloured")
    page.locator("#network input[value='digits']").check(force=True)
    ready(page)
    expect(page.locator("h1")).to_have_text(locales.text("digits.title"))
    expect(page.locator(".lead.only-shape")).to_have_text(locales.text("digits.lead.shape"))
    for there in ("#kinds", "#digit", "#judge", "#near", "#modes", "#gradient", "#hand"):
        expect(page.locator(there)).to_be_visible()
    expect(page.locator("#kind")).to_be_hidden()


def test_digits_trained_here_are_drawn_in_the_browser(visit: Visit) -> None:
    page = visit("/how")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page.url.replace("/how", "/digits#model=again&seed=3"))
    ready(page)
    assert any(re.search(r"/static/[0-9a-f]{16}/trained/again/web\.onnx$", url) for url in asked)


@pytest.mark.parametrize("language", locales.LANGUAGES)
@pytest.mark.parametrize("model", ["coloured", "named"])
def test_small_screens_in_both_languages(visit: Visit, model: str, language: str) -> None:
    page = opened(visit, model, size=NARROW, language=language, tone="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    expect(page.locator("#another")).to_have_text(locales.text("digits.any.action.another", language))
    heights = [box["height"] for target in page.locator(".dg .chip:visible").all() if (box := target.bounding_box())]
    assert all(43.5 <= height <= 45 for height in heights)  # one line each
    page.evaluate(AXE)
    report = page.evaluate("axe.run(document.querySelector('main.page'), {resultTypes: ['violations']})")
    assert [f"{each['id']}: {[node['html'][:160] for node in each['nodes']]}" for each in report["violations"]] == []
