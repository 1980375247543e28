"""The page of models: who trained one removes it there, after one more question; others are not offered to."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import expect

from ganapp.base import locales
from ganapp.jobs import visitor
from tests.browser.conftest import Visit
from tests.support import tinymodel


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
