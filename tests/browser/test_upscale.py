"""The upscale page as a person uses it: an example or files, what is to be expected, the work, the comparison, the files that come out."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from ganapp.base import locales
from tests.browser.conftest import NARROW, WIDE, Visit, Watched, stays_put
from tests.support import zips

SMALL = """[...document.querySelectorAll(".up button, .up summary, .up label:has(input)")]
  .filter((each) => each.offsetParent && each.getBoundingClientRect().height < 36).map((each) => each.id || each.textContent)"""
CENTRE = """() => { const c = document.querySelector("#viewer .window canvas");
  return [...c.getContext("2d").getImageData(c.width * 0.45, c.height / 2, 1, 1).data].slice(0, 3); }"""

pytestmark = pytest.mark.browser


def held(route: Route) -> None:
    """Keep a request to enlarge from coming to anything."""
    if '"fn_name":"upscale"' not in (route.request.post_data or ""):
        route.continue_()


def finished(page: Page) -> None:
    expect(page.locator("#busy")).to_be_hidden()
    expect(page.locator("#run")).to_be_enabled()


def pressed(page: Page) -> None:
    """By the keyboard, whose place goes along with the action."""
    page.keyboard.press("Enter")
    expect(page.locator("#cancel, #run:enabled").locator("visible=true").first).to_be_focused()
    finished(page)


def saved(page: Page, to: Path) -> Path:
    with page.expect_download() as download:
        page.locator("#save").click()
    download.value.save_as(to / download.value.suggested_filename)
    return to / download.value.suggested_filename


def compared_by_keys(page: Page) -> None:
    """The line, the zoom, the way about and the look before, without a pointer."""
    line, zoom = page.locator("#viewer .split input"), page.locator("[data-zoom=fit]")
    line.focus()
    page.keyboard.press("End")
    expect(line).to_have_value("100")
    page.keyboard.press("PageDown")
    expect(line).to_have_value("90")
    fitted = zoom.inner_text()
    page.keyboard.press("1")
    expect(zoom).to_have_text("100 %")
    page.keyboard.press("+")
    expect(zoom).to_have_text("125 %")
    for _ in range(4):  # until there is more than the window holds
        page.keyboard.press("+")
    expect(zoom).to_have_text("305 %")
    before = page.evaluate(CENTRE)
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_function(f"JSON.stringify(({CENTRE})()) !== JSON.stringify({before})")
    page.keyboard.press("0")
    expect(zoom).to_have_text(fitted)
    page.keyboard.down("b")
    expect(page.locator("#viewer .side.right")).to_be_hidden()
    page.keyboard.up("b")
    expect(page.locator("#viewer .side.right")).to_contain_text("480 × 320")
    for name in ("side", "difference", "crops"):
        page.locator(f".views input[value={name}]").focus()
        page.keyboard.press("Space")
        expect(page.locator("#viewer .crop").first).to_be_visible(visible=name == "crops")
    page.locator("#viewer .crop").first.focus()
    page.keyboard.press("Enter")
    expect(line).to_be_focused()
    expect(page.locator(".views input[value=line]")).to_be_checked()


def _ages(page: Page) -> None:
    """What is to be expected is dimmed while the server works it out for settings that have changed; it is the old one's until then."""
    waiting: list[Route] = []
    hold = [True]

    def slow(route: Route) -> None:
        waiting.append(route) if hold[0] and '"fn_name":"upscale_plan"' in (route.request.post_data or "") else route.continue_()

    page.route("**/component_server/", slow)
    facts = page.locator(".facts")
    page.locator("#times label").nth(1).click()
    expect(facts).to_have_attribute("aria-busy", "true")
    expect(page.locator("#fact-becomes")).to_have_text("480 × 320")
    while not waiting:
        page.wait_for_timeout(20)
    hold[0] = False
    for route in waiting:
        route.continue_()
    expect(facts).to_have_attribute("aria-busy", "false")
    page.unroute("**/component_server/", slow)
    expect(page.locator("#fact-becomes")).to_have_text("720 × 480")
    page.locator("#times label").first.click()
    expect(page.locator("#fact-becomes")).to_have_text("480 × 320")


def test_from_an_example_to_a_file_of_the_exact_size(watched: Watched, tmp_path: Path) -> None:
    page = watched.visit("/upscale")
    expect(page.locator("#run")).to_be_disabled()
    page.locator("#examples button").first.click()
    expect(page.locator("#fact-size")).to_have_text("240 × 160")
    expect(page.locator("#fact-becomes")).to_have_text("960 × 640")
    page.locator("#times label").first.click()
    expect(page.locator("#fact-becomes")).to_have_text("480 × 320")
    expect(page.locator("#fact-time")).to_contain_text("about")
    expect(page.locator("#fact-memory")).to_contain_text("about")
    _ages(page)
    page.set_viewport_size({"width": 1280, "height": 700})
    page.locator("#run").focus()
    stays_put(page, lambda: pressed(page))
    expect(page.locator("#done")).to_contain_text("480 × 320 pixels")
    for width in (390, 830):
        page.set_viewport_size({"width": width, "height": 844})
        expect(page.locator("#run")).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    compared_by_keys(page)
    file = saved(page, tmp_path)
    assert file.name == "cat-x2.png"
    assert Image.open(file).size == (480, 320)
    # Another size, taken back: what was there is kept.
    page.locator("#times input[value=own]").focus()
    page.keyboard.press("Space")
    page.locator("#width").fill("300")
    expect(page.locator("#fact-becomes")).to_have_text("300 × 200")
    page.locator("[name=form][value=jpeg]").check(force=True)
    expect(page.locator("#done")).to_contain_text("The settings have changed since.")
    page.route("**/component_server/", held)
    page.locator("#run").click()
    expect(page.locator("#busy")).to_be_visible()
    page.locator("#cancel").click()
    finished(page)
    expect(page.locator("#oops")).to_be_hidden()
    expect(page.locator("#done")).to_contain_text("480 × 320 pixels")
    page.unroute("**/component_server/", held)
    page.locator("#run").click()
    expect(page.locator("#done")).to_contain_text("300 × 200 pixels")
    file = saved(page, tmp_path)
    assert (file.name, Image.open(file).format, Image.open(file).size) == ("cat-300w.jpg", "JPEG", (300, 200))
    # What cannot be is told before it is tried, and a model that is not there is refused by its name.
    page.locator("#width").fill("100000")
    expect(page.locator("#plan")).to_contain_text("1920")
    expect(page.locator("#run")).to_be_disabled()
    page.locator("#times label").first.click()
    page.locator("#other summary").click()
    page.locator("#model").fill("nobody")
    page.keyboard.press("Enter")
    expect(page.locator("#oops")).to_contain_text("nobody")
    page.locator("#model").fill("upscale-x2-fidelity")
    page.keyboard.press("Enter")
    expect(page.locator("#model-facts")).to_contain_text("Enlarges 2 ×, 3 channels.")
    expect(page.locator("[name=kind][value=own]")).to_be_checked()
    expect(page.locator("#plan")).to_be_hidden()


PACKED = {"id": "upscale-x2-fidelity", "source": "pack", "title": {"en": "Drawings", "zh": "插画"}, "strength": False, "denoise": False}


def with_a_pack(route: Route) -> None:
    """The page's list of models, with one of them as if a pack had brought it, and what is told of it."""
    asked = route.request.post_data or ""
    if '"fn_name":"upscale_model"' in asked:
        answer = route.fetch()
        return route.fulfill(response=answer, json=answer.json() | {"makers": "Wang and others 2021"})
    if '"fn_name":"data"' not in asked:
        return route.continue_()
    answer = route.fetch()
    listed = answer.json()
    assert isinstance(listed, list)
    return route.fulfill(response=answer, json=[PACKED if each["id"] == PACKED["id"] else each for each in listed])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_more_enlargers_are_to_be_had_is_said_as_long_as_none_is_here(visit: Visit, language: str) -> None:
    page = visit("/upscale", language=language)
    more = page.get_by_role("link", name=locales.text("upscale.character.more", language), exact=True)
    expect(more).to_be_visible()
    page.route("**/component_server/", with_a_pack)
    page.reload()
    expect(page.locator("#kind label .title")).to_have_count(1)
    expect(more).to_be_hidden()
    page.unroute("**/component_server/")
    page.reload()
    more.click()
    expect(page.locator("#packs")).to_be_in_viewport()
    expect(page.locator(".pack:not(.trade)").filter(has_text="real-esrgan").first).to_be_visible()


def test_a_model_of_a_pack_has_a_row_of_its_own(watched: Watched) -> None:
    page = watched.visit("/upscale")
    page.route("**/component_server/", with_a_pack)
    page.reload()
    row = page.locator("#kind label", has_text="Drawings")
    own, photo = page.locator("#own-model"), page.locator("[name=kind][value=photo]")
    expect(row).to_be_visible()
    page.locator("#examples button").first.click()
    expect(page.locator("#fact-becomes")).to_have_text("960 × 640")
    photo.focus()
    for _ in range(3):  # past faithful and the best one
        page.keyboard.press("ArrowDown")
    expect(row.locator("input")).to_be_checked()
    expect(page.locator("#model-facts")).to_contain_text("Enlarges 2 ×, 3 channels.")
    expect(page.locator("#model-facts")).to_contain_text("Made by Wang and others 2021.")
    expect(own).to_be_hidden()
    expect(page.locator("#dials .dial").first).to_be_hidden()
    assert "model=upscale-x2-fidelity" in page.url
    page.locator("#times label").first.click()
    expect(page.locator("#fact-becomes")).to_have_text("480 × 320")
    expect(page.locator("#fact-time")).to_contain_text("about")
    page.locator("#run").click()
    expect(page.locator("#done")).to_contain_text("480 × 320 pixels")
    page.reload()  # the link says it
    expect(row.locator("input")).to_be_checked()
    page.locator("#kind label").first.click()
    expect(photo).to_be_checked()
    expect(own).to_be_hidden()
    expect(page.locator("#model-facts")).to_be_empty()
    page.locator("#other summary").click()
    page.locator("#model").fill("upscale-x4-photo")
    page.keyboard.press("Enter")
    expect(own).to_be_visible()
    expect(page.locator("[name=kind][value=own]")).to_be_checked()


def without_the_best(route: Route) -> None:
    """The page's list of models, as it is where that one isn't shipped."""
    if '"fn_name":"data"' not in (route.request.post_data or ""):
        return route.continue_()
    answer = route.fetch()
    return route.fulfill(response=answer, json=[each for each in answer.json() if each["id"] != "upscale-x4-best"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_best_one_is_offered_where_it_is_and_says_its_time(visit: Visit, language: str) -> None:
    page = visit("/upscale", language=language)
    row, own = page.locator("#best"), page.locator("[name=kind][value=best]")
    expect(row).to_have_text(locales.text("upscale.character.best", language))
    page.locator("#examples button").first.click()
    row.click()
    expect(own).to_be_checked()
    expect(page.locator("#fact-time")).to_contain_text(re.compile(r"\d"))
    expect(page.locator("#dials .dial").first).to_be_visible()
    page.locator("#times label").first.click()
    page.locator("#run").click()
    expect(page.locator("#done")).to_contain_text("480 × 320")
    assert "kind=best" in page.url
    page.route("**/component_server/", without_the_best)
    page.reload()  # the link asks for what is not here
    expect(page.locator("[name=kind][value=photo]")).to_be_checked()
    expect(row).to_be_hidden()


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A picture, a file that is none, and a zip of two pictures of one name, one of them broken."""
    levels = np.random.default_rng(0).integers(0, 256, (8, 12, 3), np.uint8)
    picture = io.BytesIO()
    Image.fromarray(levels).save(picture, "PNG")
    (tmp_path / "one.png").write_bytes(picture.getvalue())
    (tmp_path / "notes.png").write_bytes(b"no picture")
    with zipfile.ZipFile(tmp_path / "more.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/one.png", picture.getvalue())
        archive.writestr("猫.png", picture.getvalue())
        archive.writestr("a/broken.jpg", picture.getvalue()[:40])
        archive.writestr("readme.txt", "not looked at")
    return [tmp_path / name for name in ("one.png", "notes.png", "more.zip")]


def test_several_pictures_with_broken_ones_on_a_small_screen(visit: Visit, files: list[Path], tmp_path: Path) -> None:
    page = visit("/upscale#by=factor&factor=1.5&kind=fidelity", size=NARROW, language="zh", has_touch=True)
    page.wait_for_selector("#examples button")
    expect(page.locator("#factor")).to_have_value("1.5")
    expect(page.locator("#dials .dial").first).to_be_hidden()
    page.locator("#pictures").set_input_files(files)
    rows = page.locator("#list li")
    expect(rows).to_have_count(5)
    expect(page.locator("#list li[data-state=failed]")).to_have_count(2)
    expect(rows.nth(1)).to_contain_text(locales.text("batch.error.not_a_picture", "zh", name="notes.png"))
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    page.route("**/component_server/", held)
    page.locator("#run").tap()
    page.locator("#cancel").tap()
    expect(page.locator("#list li[data-state=stopped]")).to_have_count(3)
    page.unroute("**/component_server/", held)
    page.locator("#run").tap()
    finished(page)
    expect(page.locator("#list li[data-state=done]")).to_have_count(3)
    expect(page.locator("#tally")).to_have_text(locales.text("upscale.done.all", "zh", done=3, count=5))
    with zipfile.ZipFile(saved(page, tmp_path)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["one-x1.5-2.png", "one-x1.5.png", "猫-x1.5.png"]
        assert {Image.open(io.BytesIO(archive.read(name))).size for name in archive.namelist()} == {(18, 12)}
    rows.nth(1).get_by_role("button").last.tap()
    expect(rows).to_have_count(4)


def test_a_zip_says_of_each_file_what_became_of_it(visit: Visit, tmp_path: Path) -> None:
    jpeg, png = io.BytesIO(), io.BytesIO()
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8))
    picture.save(jpeg, "JPEG")
    picture.save(png, "PNG")
    names = {"旅行\\照片.jfif": jpeg, "damaged.png": png, "locked.png": png, "x.psd": png, "Thumbs.db": png, "__MACOSX\\._x.png": png}
    path = zips.named(tmp_path / "in.zip", {name.encode("gbk"): blob.getvalue() for name, blob in names.items()})
    zips.locked(zips.damaged(path, "damaged.png"), "locked.png")
    page = visit("/upscale")
    page.wait_for_selector("#examples button")
    page.locator("#pictures").set_input_files(path)
    rows = page.locator("#list li")
    expect(rows).to_have_count(3)
    expect(rows.nth(0).locator("b")).to_have_text("照片.jfif")
    expect(rows.nth(0)).to_have_attribute("data-state", "waiting")
    for place, key in ((1, "damaged"), (2, "locked")):
        expect(rows.nth(place)).to_contain_text(locales.text(f"batch.error.{key}", "en", name=f"{key}.png"))
    expect(page.locator("#oops")).to_contain_text(locales.text("batch.error.left_out", "en", names="x.psd", name="in.zip"))
