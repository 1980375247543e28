"""The page of models: who trained one removes it there, after one more question; others are not offered to."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import expect

from ganapp.base import locales, paths
from ganapp.jobs import visitor
from tests.browser.conftest import NARROW, WIDE, Visit, scrolls_never_sideways
from tests.support import tinymodel

ONLY_SHIPPED = """(shipped) => document.querySelectorAll(".gallery .model, [data-administrator]").forEach((each) => {
  if (!each.textContent.includes(shipped)) each.remove(); })"""


def test_who_trained_a_model_removes_it(visit: Visit, app_runs: Path) -> None:
    model = app_runs / "models" / "own-cats-1a2b"
    tinymodel.generator(model)
    page = visit("/models")
    section = page.locator(".model").filter(has_text="own-cats-1a2b")
    expect(section).to_have_count(1)
    remove = section.get_by_role("button", name=locales.text("models.remove"), exact=True)
    expect(remove).to_have_count(0)
    key = page.evaluate("localStorage.getItem('likeness-visitor')")
    note = app_runs / "models-owners" / "own-cats-1a2b.json"
    note.parent.mkdir(exist_ok=True)
    note.write_text(json.dumps({"owner": visitor.of(key).owner, "job": "-"}))
    page.reload()
    remove.click()
    assert model.is_dir()
    expect(section).to_contain_text(locales.text("models.remove_note"))
    section.get_by_role("button", name=locales.text("models.remove_sure"), exact=True).click()
    expect(section).to_have_count(0)
    assert not model.exists()
    assert page.locator(".model").count() > 0


def test_each_trade_has_a_table_of_all_ways(visit: Visit) -> None:
    tables = [json.loads(path.read_text("utf-8")) for path in sorted((paths.assets() / "trades").glob("*.json"))]
    assert tables
    for size, language in ((WIDE, "en"), (NARROW, "zh")):
        page = visit("/models", size=size, language=language)
        page.get_by_text(locales.text("models.trades.title", language), exact=True).click()
        for table in tables:
            heading = page.get_by_role("heading", name=locales.text(f"models.task.{table['trade']}", language))
            section = page.locator("section.trade").filter(has=heading)
            expect(section.locator("tbody tr")).to_have_count(len(table["rows"]))
            expect(section).to_contain_text(f"python -m ganapp bench trade {table['trade']}")
            expect(section).to_contain_text(locales.text("models.trades.command", language))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_gallery_shows_pictures_and_leads_to_where_a_model_is_used(visit: Visit) -> None:
    page = visit("/models")
    digits = page.locator(".model").filter(has=page.locator(".id", has_text="digits").get_by_text("digits", exact=True))
    expect(digits.locator("img")).to_be_visible()
    expect(digits.locator("table")).to_be_hidden()
    expect(page.locator(".gallery .model").filter(has_text="stylize-starry-night").locator("> .say")).to_contain_text("lower is better")
    expect(digits.locator("> .say")).not_to_contain_text("better")
    heads = set(page.locator(".gallery .model thead th").all_text_contents())  # of nets for digits, photos, poems and sounds alike
    assert {locales.text(f"measures.table.{name}") for name in ("value", "real", "samples")} <= heads
    assert not [head for head in heads if re.search("digit|picture|photo", head, re.I)]
    digits.get_by_text(locales.text("models.details"), exact=True).click()
    expect(digits.locator("table")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.reload()
    expect(page.locator(".shelf .pack").first).to_be_visible()
    page.evaluate(ONLY_SHIPPED, locales.text("models.source.shipped"))
    assert page.evaluate("document.documentElement.scrollHeight") <= 3 * 800
    scrolls_never_sideways(page, NARROW[0])
    page.get_by_role("link", name=locales.text("models.try_name", model="The Starry Night"), exact=True).click()
    page.wait_for_url("**/stylize#style=stylize-starry-night")
