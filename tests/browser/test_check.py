"""The page that says where a file comes from, as a person meets it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ganapp.base import locales
from ganapp.pictures import photo_file
from ganapp.pictures.photo import Photo
from ganapp.pictures.provenance.making import Making, Model
from ganapp.tasks import _origin
from tests.browser.conftest import NARROW, WIDE, Visit, scrolls_never_sideways
from tests.browser.test_shell import AXE

pytest.importorskip("c2pa")
pytestmark = pytest.mark.browser


def shot() -> Photo:
    ramp = np.add.outer(np.arange(288), np.arange(288)) * 0.3
    noise = np.random.default_rng(3).normal(0, 6, (288, 288, 3))
    return Photo(np.clip(ramp[..., None] + 40 + noise, 0, 255).astype(np.uint8), "RGB")


@pytest.fixture
def signed(app_runs: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A repair of the same installation as the app's."""
    monkeypatch.setenv("GANAPP_RUNS", str(app_runs))
    where = np.zeros((288, 288), np.bool_)
    where[8:280, 16:270] = True
    making = Making("edited", "repair", {"seed": 3}, (Model("repair", "ab" * 32),), b"the original", ((16, 8, 254, 272),))
    return _origin.written(shot(), making, lambda photo: photo_file.encode(photo), where)[0].blob


def drop(page: Page, blob: bytes, name: str = "picture.png") -> None:
    page.locator("#file").set_input_files({"name": name, "mimeType": "image/png", "buffer": blob})


@pytest.mark.parametrize(("size", "language"), [(WIDE, "en"), (NARROW, "zh")])
def test_a_signed_picture_says_all(visit: Visit, signed: bytes, size: tuple[int, int], language: str) -> None:
    page = visit("/check", size=size, language=language)

    def say(key: str) -> str:
        return locales.text(f"check.{key}", language)

    expect(page.locator("#ours")).to_have_text(say("ours.signed"))
    drop(page, signed)
    expect(page.locator("#verdict")).to_have_text(say("verdict.signed.title"))
    expect(page.locator("#verdict")).to_be_focused()
    facts = page.locator("#facts")
    said = ("signer.ours", "source.compositeWithTrainedAlgorithmicMedia", "action.c2pa_watermarked", "recipe.signed", "mark.same")
    for words in said:
        expect(facts).to_contain_text(say(words))
    expect(page.locator("#regions i")).to_have_count(1)
    page.locator("summary").press("Enter")
    expect(page.locator("#recipe")).to_contain_text('"repair"')
    page.evaluate(AXE)
    report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [each["id"] for each in report["violations"] if each["impact"] in ("serious", "critical")] == []
    page.get_by_role("button", name=locales.text("frame.other_language", language)).click()
    expect(page.locator("#verdict")).to_have_text(locales.text("check.verdict.signed.title", {"en": "zh", "zh": "en"}[language]))
    scrolls_never_sideways(page, 320, size[0])


def test_one_changed_byte_and_nothing_at_all(visit: Visit, signed: bytes) -> None:
    page = visit("/check")
    changed = bytearray(signed)
    changed[-40] ^= 1
    drop(page, bytes(changed))
    expect(page.locator("#verdict")).to_have_text(locales.text("check.verdict.broken.title"))
    expect(page.locator("#facts")).to_contain_text(locales.text("check.problem.assertion_dataHash_mismatch"))
    out = io.BytesIO()
    Image.fromarray(shot().pixels).save(out, "PNG")
    drop(page, out.getvalue())
    expect(page.locator("#verdict-say")).to_have_text(locales.text("check.verdict.nothing.say"))
    drop(page, b"no picture", "a.txt")
    expect(page.locator("#oops")).to_contain_text(locales.text("errors.check_form"))
    expect(page.locator("#answer")).to_be_hidden()
    page.keyboard.press("Tab")
