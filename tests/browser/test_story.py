"""The story's own training: from the settings of the laboratory to a digit of one's own network, its sentence and its sound."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from ganapp.base import locales
from tests.browser.conftest import SLOW
from tests.browser.test_train import Open, drawn, house, open_train
from tests.browser.test_train_form import SMALL, TRAINED, fill, started

__all__ = ["house", "open_train"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]  # trains a network; test_onward.py walks the same way with one that is there


def test_a_network_is_trained_used_captioned_and_heard(open_train: Open, house: None) -> None:
    page = open_train("#new&loss=hinge&r1=1", key="s" * 32)
    expect(page.locator("[data-setting=loss] select")).to_have_value("hinge")
    fill(page, SMALL)
    page.locator("[data-setting=name] input").fill("From the story")
    started(page)
    drawn(page, TRAINED)
    expect(page.locator("#state")).to_contain_text("Done: 60 steps", timeout=TRAINED)
    page.get_by_role("button", name=locales.text("train.result.use"), exact=True).click()
    page.wait_for_url("**/digits#model=own-*", timeout=TRAINED)
    expect(page.locator("#network input:checked")).to_have_value(re.compile("^own-"))
    page.locator("#caption").click()
    page.wait_for_url("**/write#scenes")
    expect(page.locator("#caption-verdict")).to_have_text(locales.text("scenes.described.own"))
    page.locator("[data-story=hear]").click()
    page.wait_for_url("**/listen*")
    page.wait_for_selector(".ls[data-ready]", timeout=2 * SLOW)
    page.goto(page.url.split("/listen")[0] + "/history")
    expect(page.locator("#list .name").filter(has_text=re.compile("^From-the-story"))).to_have_count(1)
