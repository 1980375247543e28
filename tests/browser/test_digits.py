"""The digits page, shaped: sliders by hand and by keyboard, both ways of drawing, links, files, languages, and small screens."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from ganapp.base import locales, paths
from tests.browser.conftest import NARROW, SLOW, Visit, Watched, scrolls_never_sideways
from tests.conftest import ROOT

pytestmark = pytest.mark.browser

AXE = (ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
LEVELS = """(id) => {  // side and all levels of a canvas, as text: a list of numbers takes a hundred times as long to send
  const c = document.querySelector(id), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  let text = '';
  for (let i = 0; i < d.length; i += 8192) text += String.fromCharCode(...d.subarray(i, i + 8192));
  return [c.width, btoa(text)];
}"""
STILL = """async (id) => {  // resolves when the canvas has not changed for 300 ms
  const c = document.querySelector(id);
  const look = () => new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer);
  for (let before = look(), calm = 0; calm < 3; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = look();
    calm = now.length === before.length && now.every((level, i) => level === before[i]) ? calm + 1 : 0;
    before = now;
  }
}"""
ENGLISH = """() => [...document.querySelectorAll('.dg *')].filter((each) => each.checkVisibility() && !each.children.length)
  .map((each) => each.textContent).filter((words) => /[a-z]{3}/i.test(words))"""


def ready(page: Page, where: str = "browser") -> Page:
    """The page once it draws, where it should, and the notes in the margin have come."""
    page.wait_for_selector(f'#where[data-where="{where}"]:not([data-loading])', timeout=2 * SLOW)
    page.wait_for_function("document.querySelector('#big').getAttribute('aria-label') !== document.querySelector('h1').textContent")
    expect(page.locator("#judge .num")).not_to_have_text("–")
    return page


def digits(visit: Visit, link: str = "", **settings: object) -> Page:
    return ready(visit(f"/digits{link}", **settings))


def levels(page: Page, canvas: str = "#big") -> np.ndarray:
    """What stands on a canvas, (side, side, 4)."""
    side, text = page.evaluate(LEVELS, canvas)
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(-1, side, 4).astype(np.int16)


def ink(page: Page, canvas: str = "#big") -> np.ndarray:
    """Opacity of the ink on a canvas, (side, side)."""
    return levels(page, canvas)[..., 3]


def settled(page: Page) -> np.ndarray:
    """The big picture, once it has come to rest."""
    page.evaluate(STILL, "#big")
    return ink(page)


def true_pixels(page: Page) -> np.ndarray:
    page.locator('[data-view="pixels"]').click()
    page.wait_for_function("document.querySelector('#big').width === 32")
    return settled(page)


def slider(page: Page, name: str = "slant") -> object:
    return page.get_by_role("slider", name=locales.text(f"digits.slider.{name}", "en"), exact=True)


def test_a_drag_changes_the_picture_and_the_number_follows(visit: Visit) -> None:
    page = digits(visit)
    before = settled(page)
    box = slider(page).bounding_box()  # type: ignore[attr-defined]
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    for part in np.linspace(0.5, 0.9, 12):
        page.mouse.move(box["x"] + box["width"] * part, y)
    page.mouse.up()
    after = settled(page)
    assert np.abs(after - before).mean() > 2
    number = page.locator("#hand .dial").first.locator("input[type=number]")
    assert float(number.input_value()) == pytest.approx(2.4, abs=0.35)
    # The last position counts: a fresh page at the same coordinate draws the same picture.
    page.locator('[data-view="pixels"]').click()
    shown = settled(page)
    page.wait_for_function("location.hash.includes('x.slant')")
    again = digits(visit, "#" + page.url.split("#")[1])
    assert np.abs(settled(again) - shown).max() <= 1


def test_what_a_slider_measures_is_what_it_changes(visit: Visit) -> None:
    page = digits(visit, "#seed=5&digit=1")
    slants = []
    for value in (-2, 2):
        page.locator("#hand .dial input[type=number]").first.fill(str(value))
        page.keyboard.press("Tab")
        picture = settled(page).astype(float)
        rows, columns = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]]
        dy, dx = (axis - (axis * picture).sum() / picture.sum() for axis in (rows, columns))
        slants.append(-(picture * dx * dy).sum() / (picture * dy * dy).sum())
    assert slants[1] - slants[0] > 0.2  # leans further right, by the moments of its ink


def test_keys_move_a_slider_and_the_picture(visit: Visit) -> None:
    page = digits(visit)
    before = settled(page)
    slider(page).focus()  # type: ignore[attr-defined]
    page.keyboard.press("Home")
    assert page.locator("#hand .dial input[type=number]").first.input_value() == "-3.0"
    low = settled(page)
    assert np.abs(low - before).mean() > 1
    page.keyboard.press("ArrowRight")
    assert page.locator("#hand .dial input[type=number]").first.input_value() == "-2.9"
    page.keyboard.press("End")
    assert np.abs(settled(page) - low).mean() > 1
    expect(page.locator("#strip button[aria-current]")).to_have_attribute("aria-label", "Slant 3.0")


def test_each_digit_has_its_own_sliders(visit: Visit) -> None:
    """At least eight with a name; one that another digit has not keeps its value until that digit is there again."""
    page = digits(visit, "#seed=5&digit=9&x.loop=2")
    shown = page.locator("#hand .dial:visible, #form .dial:visible")
    assert shown.count() >= 8
    nines = settled(page)
    expect(slider(page, "loop")).to_have_value("2")  # type: ignore[arg-type]
    page.locator("#way input[value='plane']").check(force=True)
    names = page.locator("#across option").all_text_contents()
    assert locales.text("digits.slider.loop", "en") in names
    page.locator("#digit label").nth(3).click()
    expect(slider(page, "loop")).to_have_count(0)  # type: ignore[arg-type]
    expect(slider(page, "flourish")).to_be_visible()  # type: ignore[arg-type]
    assert shown.count() >= 8
    assert locales.text("digits.slider.loop", "en") not in page.locator("#across option").all_text_contents()
    slider(page, "flourish").focus()  # type: ignore[attr-defined]
    page.keyboard.press("End")
    expect(page.locator("#strip-heading")).to_have_text(locales.text("digits.strip.heading", name=locales.text("digits.slider.flourish")))
    page.locator("#digit label").nth(9).click()
    expect(slider(page, "loop")).to_have_value("2")  # type: ignore[arg-type]
    assert np.abs(settled(page) - nines).max() <= 1


AT_ONCE = """() => {
  const put = CanvasRenderingContext2D.prototype.putImageData, slider = document.querySelector("#hand input[type=range]");
  return new Promise((done) => {
    let frames = 0;
    const count = () => (frames += 1, requestAnimationFrame(count));
    requestAnimationFrame(count);
    CanvasRenderingContext2D.prototype.putImageData = function (...values) {
      put.apply(this, values);
      if (this.canvas.id === "big") done(frames);
    };
    slider.value = 2.5;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
}"""


def test_a_picture_is_drawn_with_its_event_and_not_a_frame_later(visit: Visit) -> None:
    page = digits(visit)
    page.wait_for_timeout(400)
    assert page.evaluate(AT_ONCE) == 0


def test_digit_keys_are_one_tab_stop_and_answer_arrows(visit: Visit) -> None:
    page = digits(visit)
    page.locator("#digit input:checked").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#digit input:checked")).to_have_value("4")
    expect(page.locator("#big")).to_have_attribute("aria-label", locales.text("digits.sheet.label", "en", digit=4))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#digit') === null")


def test_browser_and_server_draw_the_same(watched: Watched) -> None:
    link = "#seed=11&digit=5&to=8&blend=0.35&truncation=0.8&x.slant=1.2&x.weight=-1"
    here = true_pixels(digits(watched.visit, link))
    page = watched.visit("/how")
    page.route("**/ort-wasm*.wasm", lambda route: route.abort())
    watched.go(page, f"/digits{link}")
    there = true_pixels(ready(page, "server"))
    watched.complaints[:] = [each for each in watched.complaints if "ERR_FAILED" not in each]
    assert here.shape == there.shape == (32, 32)
    assert here.max() > 200
    assert np.abs(here - there).max() <= 2


def test_without_webassembly_the_server_draws_and_says_so(watched: Watched) -> None:
    page = watched.visit("/how")
    page.route("**/ort-wasm*.wasm", lambda route: route.fulfill(status=200, content_type="application/wasm", body=b"not wasm"))
    watched.go(page, "/digits")
    ready(page, "server")
    expect(page.locator("#where")).to_have_text(locales.text("digits.state.server"))
    before = settled(page)
    slider(page).focus()  # type: ignore[attr-defined]
    page.keyboard.press("Home")
    assert np.abs(settled(page) - before).mean() > 1
    watched.complaints[:] = [each for each in watched.complaints if "WebAssembly" not in each]


def test_the_words_change_and_nothing_else_does(visit: Visit) -> None:
    page = digits(visit, "#seed=3&digit=6&x.slant=1")
    before = settled(page)
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("数字")
    expect(page.locator("#hand label").first).to_have_text("倾斜")
    expect(page.locator("#strip-heading")).to_have_text("沿“倾斜”变化")
    expect(page.locator("#judge .say")).to_contain_text("判别器认为")
    expect(page.locator("#where")).to_have_text(locales.text("digits.state.browser", "zh"))
    assert page.locator("#hand .dial input[type=number]").first.input_value() == "1.0"
    assert np.array_equal(settled(page), before)
    english = page.evaluate(ENGLISH)
    assert [each for each in english if "PNG" not in each and "GIF" not in each] == []


def test_another_hand_reset_and_back(visit: Visit) -> None:
    page = digits(visit, "#seed=9&digit=2&x.slant=2")
    first = settled(page)
    page.locator("#reset").click()
    plain = settled(page)
    assert np.abs(plain - first).mean() > 1
    page.wait_for_function("!location.hash.includes('x.slant')")
    page.locator("#another").click()
    assert np.abs(settled(page) - plain).mean() > 1
    page.wait_for_function("!location.hash.includes('seed=9&')")
    page.go_back()
    expect(page.locator("#digit input:checked")).to_have_value("2")
    page.wait_for_function("location.hash.includes('seed=9&')")
    assert np.abs(settled(page) - plain).max() <= 1


SERVER = re.compile(r"/component_server")


def cut(page: Page) -> None:
    """From now on the server cannot be reached."""
    page.route(SERVER, lambda route: route.abort())


def saved(page: Page, tmp_path: Path, press: str) -> Path:
    with page.expect_download() as waiting:
        page.locator(press).click()
    place = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(place)
    return place


DROP = """async ([name, type, text]) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  const target = document.querySelector('.sheet');
  const options = { dataTransfer: data, bubbles: true, cancelable: true };
  for (const event of ['dragenter', 'dragover', 'drop']) target.dispatchEvent(new DragEvent(event, options));
}"""


def drop(page: Page, file: Path, kind: str = "image/png") -> None:
    page.evaluate(DROP, [file.name, kind, base64.b64encode(file.read_bytes()).decode()])


def test_the_strip_moves_its_slider(visit: Visit) -> None:
    page = digits(visit)
    page.locator("#strip button").first.click()
    assert page.locator("#hand .dial input[type=number]").first.input_value() == "-3.0"
    expect(page.locator("#strip button[aria-current]")).to_have_count(1)
    second = page.locator("#hand .dial").nth(1).locator("input[type=range]")
    second.focus()
    page.keyboard.press("End")
    expect(page.locator("#strip-heading")).to_have_text(locales.text("digits.strip.heading", name=locales.text("digits.slider.weight")))
    page.wait_for_function("[...document.querySelectorAll('#strip canvas')].every((canvas) => canvas.width === 128)")


def test_the_discriminator_shows_what_it_looks_at(visit: Visit) -> None:
    page = digits(visit)
    expect(page.locator("#judge .say")).to_contain_text("in 100")
    expect(page.locator("#near .note")).to_contain_text("Distance")
    expect(page.locator("#veil")).to_be_hidden()
    page.locator("#gradient").click()
    expect(page.locator("#veil")).to_be_visible()
    expect(page.locator("#legend")).to_have_text(locales.text("digits.state.gradient"))
    page.locator("#gradient").click()
    expect(page.locator("#veil")).to_be_hidden()
    _ages(page)


def _ages(page: Page) -> None:
    """A verdict of an older picture is dimmed as long as the server thinks about the one that is shown."""
    waiting: list[Route] = []
    hold = [True]

    def slow(route: Route) -> None:
        asked = (route.request.post_data_json or {}).get("fn_name")
        waiting.append(route) if hold[0] and asked in ("discriminate", "nearest") else route.continue_()

    page.route(SERVER, slow)
    notes = [page.locator("#judge"), page.locator("#near")]
    shown = notes[0].locator(".num").inner_text()
    slider(page).focus()  # type: ignore[attr-defined]
    page.keyboard.press("Home")
    for note in notes:
        expect(note).to_have_attribute("aria-busy", "true")
        page.wait_for_function("(note) => Number(getComputedStyle(note).opacity) < 0.6", arg=note.element_handle())
    assert notes[0].locator(".num").inner_text() == shown, "the old words stay, and are seen to be old"
    page.wait_for_timeout(300)  # the hand has rested, so the server has been asked
    hold[0] = False
    for route in waiting:
        route.continue_()
    for note in notes:
        expect(note).to_have_attribute("aria-busy", "false")
        page.wait_for_function("(note) => Number(getComputedStyle(note).opacity) === 1", arg=note.element_handle())


def test_the_other_network_is_one_press_away(visit: Visit) -> None:
    page = digits(visit, "#seed=6&digit=5")
    before = settled(page)
    page.locator("#network label", has=page.locator("input[value='digits-classic']")).click()
    page.wait_for_function("location.hash.includes('model=digits-classic')")
    ready(page)
    assert np.abs(settled(page) - before).mean() > 1
    expect(page.locator("#network-say")).to_have_text(locales.text("digits.network.digits-classic"))
    expect(page.locator("#oops")).to_be_hidden()


def test_an_unreachable_server_is_told_in_its_place_and_the_sliders_go_on(watched: Watched) -> None:
    page = digits(watched.visit)
    cut(page)
    before = settled(page)
    slider(page).focus()  # type: ignore[attr-defined]
    page.keyboard.press("End")
    assert np.abs(settled(page) - before).mean() > 1
    expect(page.locator("#judge .say")).to_have_text(locales.text("frame.unreachable"))
    page.locator("#save").click()
    page.locator("#download").click()
    expect(page.locator("#oops")).to_contain_text(locales.text("digits.error.kept"))
    watched.complaints[:] = [each for each in watched.complaints if "ERR_FAILED" not in each]


@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_small_screens(visit: Visit, language: str) -> None:
    page = digits(visit, size=NARROW, language=language)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    second = page.locator("#form .dial").first
    second.scroll_into_view_if_needed()
    page.evaluate("window.scrollBy(0, 200)")
    box = page.locator(".sheet").bounding_box()
    assert box is not None
    assert 50 <= box["y"] <= 70  # pinned under the header
    expect(page.locator("#mini")).to_be_visible()
    for target in page.locator(".dg .btn:visible, #digit label, .dg .chip:visible").all():
        assert target.bounding_box()["height"] >= 43.5  # type: ignore[index]


def test_no_width_scrolls_sideways(visit: Visit) -> None:
    scrolls_never_sideways(digits(visit), 768, 900, 1024, 1280, 1440)


@pytest.mark.parametrize("mode", ["shape", "draw"])
def test_axe_finds_nothing(visit: Visit, mode: str) -> None:
    page = digits(visit, reduced_motion="reduce")
    page.locator(f"#mode input[value='{mode}']").check(force=True)
    if mode == "shape":
        page.locator("#save").click()
        for fold in ("#blend", "#more", "#start"):
            page.locator(f"{fold} summary").click()
    settled(page)
    page.evaluate(AXE)
    for tone in ("light", "dark"):
        page.emulate_media(color_scheme=tone)  # type: ignore[arg-type]
        page.wait_for_function("tone => document.body.classList.contains('dark') === (tone === 'dark')", arg=tone)
        report = page.evaluate("axe.run(document.querySelector('main.page'), {resultTypes: ['violations']})")
        assert [f"{each['id']}: {[node['html'][:160] for node in each['nodes']]}" for each in report["violations"]] == [], tone


def test_ink_is_dark_on_paper_and_light_in_the_dark(visit: Visit) -> None:
    page = digits(visit)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.body.classList.contains('dark')")
    settled(page)
    values = levels(page).reshape(-1, 4)
    inked = values[values[:, 3] > 250]
    assert len(inked) > 100
    assert (inked[:, :3] > 200).all()


def test_every_sentence_stands_in_both_languages() -> None:
    english, chinese = (json.loads((paths.assets() / "locales" / language / "digits.json").read_text()) for language in locales.LANGUAGES)

    def keys(node: dict[str, object], prefix: str = "") -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for key, value in node.items():
            if isinstance(value, dict):
                found |= keys(value, f"{prefix}{key}.")
            else:
                found[prefix + key] = {part.split("}")[0] for part in str(value).split("{")[1:]}
        return found

    assert keys(english) == keys(chinese)


def test_the_page_asks_for_nothing_it_may_not(visit: Visit) -> None:
    """Files of the page come from the one versioned address, so browsers may keep them for ever."""
    page = visit("/how")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page.url.replace("/how", "/digits"))
    ready(page)
    ours = [url for url in asked if re.search(r"/static/[0-9a-f]{16}/", url)]
    assert any(url.endswith("/js/digits/page.js") for url in ours)
    assert any(url.endswith("/models/digits/web.onnx") for url in ours)
    assert len({url.split("/static/")[1].split("/")[0] for url in ours}) == 1
