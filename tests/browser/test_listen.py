"""The page of sounds as a person uses it: pad, keys, sliders, morph, beat, file and link, in both languages, on a phone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from ganapp.base import locales
from ganapp.pictures.provenance import reading, xmp
from ganapp.sounds import files, measures
from tests.browser.conftest import NARROW, SLOW, WIDE, Visit, Watched, scrolls_never_sideways

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
AXE = (ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
HASH = "location.hash"


def ready(page: Page) -> None:
    page.wait_for_selector(".ls[data-ready]", timeout=2 * SLOW)


def whole(page: Page) -> None:
    """Net and vocoder are here, and all eight sounds are the vocoder's."""
    page.wait_for_selector(".ls[data-phase=vocoder]", timeout=2 * SLOW)


def number(page: Page, name: str) -> float:
    return float(page.locator(f"#found-{name}").inner_text().split(" ")[0].replace(",", "").replace("−", "-"))


def test_pad_sliders_and_file(visit: Visit, tmp_path: Path) -> None:
    page = visit("/listen", size=WIDE)
    ready(page)
    expect(page.locator("#pad .tile:enabled")).to_have_count(8)
    expect(page.locator("#where")).to_have_text(locales.text("listen.where.first", "en"))
    page.keyboard.press("3")
    expect(page.locator("#tile-3")).to_have_attribute("aria-current", "true")
    whole(page)
    before = {name: number(page, name) for name in ("length", "loudness", "brightness")}
    page.locator("#dials .dial").nth(0).locator("[type=number]").fill("1.6")
    page.keyboard.press("Tab")
    page.wait_for_function(f"Number.parseFloat(document.querySelector('#found-length').textContent) > {before['length'] * 1.3}")
    page.locator("#dials .dial").nth(2).locator("[type=number]").fill("-10")
    page.keyboard.press("Tab")
    page.wait_for_function(f"Number.parseFloat(document.querySelector('#found-loudness').textContent) < {before['loudness'] - 9}")
    assert number(page, "loudness") == pytest.approx(before["loudness"] - 10, abs=0.3)
    with page.expect_download() as download:
        page.locator("#save").click()
    download.value.save_as(tmp_path / "made.wav")
    blob = (tmp_path / "made.wav").read_bytes()
    assert (reading.read(blob).state, xmp.said(blob)["source"]) == ("Valid", "trainedAlgorithmicMedia")
    expect(page.locator("#done")).to_contain_text("signed")
    found = measures.measured(files.read(blob))
    assert found.length == pytest.approx(number(page, "length"), abs=0.011)
    assert found.loudness == pytest.approx(number(page, "loudness"), abs=0.1)
    assert b'"task":"speak"' in blob
    assert b'"phase":"vocoder"' in blob


def test_without_a_server_the_file_says_how_it_was_made(watched: Watched, tmp_path: Path) -> None:
    page = watched.visit("/listen", size=NARROW, language="zh")
    ready(page)
    page.context.set_offline(True)
    with page.expect_download() as download:
        page.locator("#save").click()
    expect(page.locator("#done")).to_have_text(locales.text("frame.origin.unreached", "zh"))
    watched.complaints[:] = [each for each in watched.complaints if "ERR_INTERNET_DISCONNECTED" not in each]
    download.value.save_as(tmp_path / "made.wav")
    blob = (tmp_path / "made.wav").read_bytes()
    said = xmp.said(blob)
    assert said["source"] == "trainedAlgorithmicMedia"
    assert json.loads(said["recipe"])["settings"]["model"] == "speak-digits"
    assert json.loads(said["recipe"])["settings"]["phase"] == "search"  # all that is here before the first press
    assert files.read(blob).seconds > 0.1


@pytest.mark.slow
def test_a_new_saying_a_morph_and_a_link_that_brings_them_back(visit: Visit) -> None:
    page = visit("/listen", size=WIDE)
    ready(page)
    page.keyboard.press("Shift+Digit2")
    page.wait_for_function("location.hash.includes('s2=')")
    expect(page.locator("#which")).to_have_text("Sound 2")
    assert page.locator("#seed").input_value() != "2"
    page.locator("#to").select_option("6")
    expect(page.locator("#tile-2 b")).to_contain_text("→")
    expect(page.locator("#morph .dial")).to_be_visible()
    page.locator("#steps button").nth(1).click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#steps .row:nth-child(2) button:nth-of-type(3)")).to_have_attribute("aria-pressed", "true")
    told = page.evaluate(HASH)
    pixels = "document.querySelector('#tile-2 .wave').toDataURL()"
    whole(page)
    expect(page.locator("#pad [aria-busy]")).to_have_count(0)
    drawn = page.evaluate(pixels)
    again = visit(f"/listen{told}", size=WIDE, language="zh")
    ready(again)
    assert again.evaluate(HASH) == told
    assert again.evaluate(pixels) == drawn
    expect(again.locator("#tile-2 b")).to_contain_text("→")


@pytest.mark.slow
def test_a_sentence_is_said_saved_and_brought_back_by_its_link(visit: Visit, tmp_path: Path) -> None:
    page = visit("/listen", size=NARROW)
    expect(page.locator("#sentence-packs")).to_contain_text("CC0-1.0")
    page.locator("#sentence-text").fill("我有三只猫。")
    page.keyboard.press("Enter")
    expect(page.locator("#sentence-told")).to_contain_text("wo2 you3 san1 zhi1 mao1", timeout=SLOW)
    expect(page.locator("#sentence-told")).to_contain_text("Never recorded")
    scrolls_never_sideways(page)
    with page.expect_download() as download:
        page.locator("#sentence-save").click()
    download.value.save_as(tmp_path / "made.wav")
    blob = (tmp_path / "made.wav").read_bytes()
    assert (reading.read(blob).state, xmp.said(blob)["source"]) == ("Valid", "trainedAlgorithmicMedia")
    again = visit(f"/listen{page.evaluate(HASH)}", size=NARROW, language="zh")
    expect(again.locator("#sentence-text")).to_have_value("我有三只猫。")
    again.locator("#sentence-text").fill("Hello")
    again.locator("#sentence-play").click()
    expect(again.locator("#sentence-told")).to_contain_text("packs add voice-en", timeout=SLOW)


def test_a_number_is_said(visit: Visit, tmp_path: Path) -> None:
    page = visit("/listen", size=WIDE)
    ready(page)
    page.locator("#digits").fill("4o2")
    page.keyboard.press("Enter")
    expect(page.locator("#number-told")).to_have_text("Write 1 to 12 digits from 0 to 9.")
    page.locator("#digits").fill("402")
    page.keyboard.press("Enter")
    expect(page.locator("#number-told")).to_contain_text("four zero two")
    with page.expect_download() as download:
        page.locator("#number-save").click()
    assert download.value.suggested_filename == "402.wav"
    download.value.save_as(tmp_path / "number.wav")
    assert files.read((tmp_path / "number.wav").read_bytes()).seconds > 0.6


def test_the_beat_by_keyboard(visit: Visit) -> None:
    page = visit("/listen", size=WIDE)
    ready(page)
    page.keyboard.press(" ")
    expect(page.locator("#beat-play")).to_have_attribute("aria-pressed", "true")
    page.wait_for_selector("#steps .now")
    page.keyboard.press(" ")
    expect(page.locator("#beat-play")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#steps .now")).to_have_count(0)


def test_on_a_phone_in_chinese(visit: Visit) -> None:
    page = visit("/listen", size=NARROW, language="zh")
    ready(page)
    expect(page.locator("h1")).to_have_text("语音")
    expect(page.locator("#tile-1 b")).to_have_text("七")  # the Chinese page begins with Mandarin
    scrolls_never_sideways(page, 390, 340)
    page.locator("#word").select_option("18")
    expect(page.locator("#tile-1 b")).to_have_text("八")
    expect(page.locator("#voice")).to_have_value("6")
    page.evaluate(AXE)
    report = page.evaluate("axe.run(document.querySelector('main.page'), {resultTypes: ['violations']})")
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in report["violations"]] == []


def test_the_net_comes_with_the_first_press_and_without_it_a_sentence_says_so(visit: Visit, watched: Watched) -> None:
    page = visit("/digits", size=WIDE)
    nets: list[Route] = []
    page.route("**/web.onnx", lambda route: nets.append(route))
    page.route("**/vocoder-8k/*", lambda route: route.abort())
    page.evaluate("location.href = '/listen'")
    ready(page)
    expect(page.locator("#pad .tile:enabled")).to_have_count(8)  # they are there, and are heard, before the net
    expect(page.locator("#where")).to_have_text(locales.text("listen.where.first", "en"))
    page.wait_for_timeout(300)
    assert not [each for each in nets if "speak-digits" in each.request.url]
    page.locator("#tile-2").click()
    expect(page.locator("#tile-2")).to_have_attribute("aria-current", "true")
    for _ in range(100):
        page.wait_for_timeout(50)
        if any("speak-digits" in each.request.url for each in nets):
            break
    for each in nets:
        each.abort()
    expect(page.locator("#oops")).to_contain_text("Load the page again", timeout=2 * SLOW)
    page.unroute("**/web.onnx")
    page.keyboard.press("Shift+Digit2")  # is tried again
    expect(page.locator("#oops")).to_be_hidden(timeout=2 * SLOW)
    expect(page.locator("#where")).to_have_text(locales.text("listen.where.search", "en"))
    page.unroute("**/vocoder-8k/*")
    for _ in range(10):  # a request that was under way is still refused; the next press tries again
        page.keyboard.press("Shift+Digit2")
        page.wait_for_timeout(2000)
        if page.locator(".ls[data-phase=vocoder]").count():
            break
    whole(page)
    expect(page.locator("#where")).to_have_text(locales.text("listen.where.here", "en"))
    watched.complaints.clear()


@pytest.mark.slow
def test_a_drawn_digit_is_read_aloud_and_comes_back_by_its_link(visit: Visit, tmp_path: Path) -> None:
    page = visit("/listen", size=WIDE)
    ready(page)
    expect(page.locator("#drawn-read")).to_be_disabled()
    sheet = page.locator("#sketch")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box is not None
    for i, (x, y) in enumerate([(0.3, 0.25), (0.7, 0.25), (0.45, 0.8)]):  # a seven
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=8)
        if i == 0:
            page.mouse.down()
    page.mouse.up()
    page.locator("#drawn-read").click()
    expect(page.locator("#drawn-told")).to_contain_text("said at", timeout=2 * SLOW)
    expect(page.locator("#drawn-heard")).to_be_visible()
    with page.expect_download() as download:
        page.locator("#drawn-save").click()
    download.value.save_as(tmp_path / "digit.wav")
    blob = (tmp_path / "digit.wav").read_bytes()
    assert b'"task":"listen"' in blob
    said = page.locator("#drawn-told").inner_text()
    told = page.evaluate(HASH)
    assert "drawn=" in told
    again = visit(f"/listen{told}", size=WIDE)
    ready(again)
    again.locator("#drawn-read").click()
    expect(again.locator("#drawn-told")).to_have_text(said, timeout=2 * SLOW)
    again.locator("#drawn-plain").click()
    expect(again.locator("#drawn-told")).to_contain_text("not speech")


def test_a_digit_of_the_digits_page_is_carried_here(visit: Visit) -> None:
    page = visit("/digits", size=WIDE)
    page.locator("#save").click()
    page.locator("#aloud").click(timeout=2 * SLOW)
    page.wait_for_url("**/listen**")
    expect(page.locator("#drawn-read")).to_be_enabled(timeout=2 * SLOW)
