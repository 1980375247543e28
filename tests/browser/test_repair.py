"""The repair page as a person uses it: open, mark, mend, look, undo, save; by mouse, keys and finger."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Page, Route, expect

from ganapp.base import locales
from tests.browser.conftest import NARROW, Visit, Watched, stays_put

DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: "text/plain" }));
  document.querySelector(".rp").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""
COPY = """async () => {
  const canvas = new OffscreenCanvas(320, 200);
  canvas.getContext("2d").fillRect(40, 40, 60, 60);
  const blob = await canvas.convertToBlob({ type: "image/png" });
  await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
}"""
SHOWN = """(() => {
  const small = Object.assign(document.createElement("canvas"), { width: 40, height: 40 });
  small.getContext("2d").drawImage(document.querySelector(".easel canvas"), 0, 0, 40, 40);
  return small.toDataURL();
})()"""
SMALL = """[...document.querySelectorAll(".rp button, .rp summary, .rp .pick")]
  .filter((each) => each.offsetParent && each.getBoundingClientRect().height < 44).map((each) => each.id || each.textContent)"""

pytestmark = pytest.mark.browser


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """300 x 200, smooth, without two pixels alike; a file large enough to be sent only once."""
    y, x = np.mgrid[:200, :300]
    levels = np.stack([x % 256, y, (x + y) // 2], axis=2).astype(np.uint8)
    said = PngInfo()
    said.add_text("Comment", np.random.default_rng(0).bytes(100_000).hex())
    Image.fromarray(levels).save(tmp_path / "photo.png", pnginfo=said)
    return tmp_path / "photo.png"


def opened(visit: Visit, photo: Path, **settings: object) -> Page:
    page = visit("/repair", **settings)
    page.wait_for_selector("#examples button")  # the page's own script is there
    expect(page.locator("#replace")).to_be_hidden()  # there is nothing to replace
    page.locator("#photo").set_input_files(photo)
    expect(page.locator("#work")).to_be_visible()
    expect(page.locator("#replace")).to_be_enabled()
    page.locator("#other summary").click()
    page.locator("#model").fill("tinyrepair")
    page.locator("#model").blur()
    return page


def drag(page: Page, *points: tuple[float, float]) -> None:
    """A drag with the mouse; points in parts of the window."""
    page.locator(".easel canvas").scroll_into_view_if_needed()
    box = page.locator(".easel canvas").bounding_box()
    assert box is not None
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*at[0])
    page.mouse.down()
    for point in at[1:]:
        page.mouse.move(*point, steps=3)
    page.mouse.up()


def marked(page: Page) -> float:
    text = page.locator("#fact-marked").inner_text()
    return float(text.replace("%", ""))


def mended(page: Page) -> None:
    page.locator("#mend").click()
    expect(page.locator("#proof")).to_contain_text("0 of")
    expect(page.locator("#busy")).to_be_hidden()


def saved(page: Page, to: Path) -> np.ndarray:
    with page.expect_download() as download:
        page.locator("#save").click()
    download.value.save_as(to)
    return np.asarray(Image.open(to))


def test_mark_mend_compare_undo_and_save(visit: Visit, photo: Path, tmp_path: Path) -> None:
    page = opened(visit, photo)
    sent: list[int] = []

    def forgetting(route: Route) -> None:
        asked = route.request.post_data or ""
        if '"fn_name":"repair"' in asked:
            sent.append(len(asked))
        if len(sent) == 3 and '"fn_name":"repair"' in asked:
            route.fulfill(json={"error": {"key": "picture_forgotten"}})
        else:
            route.continue_()

    page.route("**/component_server/", forgetting)
    expect(page.locator("#fact-size")).to_have_text("300 × 200")
    expect(page.locator("#mend")).to_be_disabled()
    drag(page, (0.3, 0.5), (0.5, 0.5))
    assert 0.5 < marked(page) < 6
    mended(page)
    expect(page.locator("#split")).to_be_visible()
    share = page.locator("#share")
    share.focus()
    page.keyboard.press("End")
    expect(share).to_have_value("100")
    page.keyboard.press("PageDown")
    expect(share).to_have_value("90")
    before, after = np.asarray(Image.open(photo)), saved(page, tmp_path / "mended.png")
    differs = (before != after).any(axis=2)
    assert differs.sum() > 20
    rows, columns = np.flatnonzero(differs.any(1)), np.flatnonzero(differs.any(0))
    assert (rows[0] > 80, rows[-1] < 120, columns[0] > 70, columns[-1] < 170) == (True,) * 4
    expect(page.locator("#saved")).to_contain_text("0 of")
    # A second repair works on the first; undone, it is gone from the file too.
    page.locator("[data-tool=rectangle]").click()
    expect(page.locator("#split")).to_be_hidden()
    drag(page, (0.7, 0.2), (0.8, 0.3))
    mended(page)
    expect(page.locator("#steps li")).to_have_count(2)
    page.locator("#another").click()
    expect(page.locator("#versions label")).to_have_count(2)
    assert [size > 200_000 for size in sent] == [True, False, False, True], "sent once, then named, and again where it was forgotten"
    page.locator("#back").click()
    expect(page.locator("#steps li.undone")).to_have_count(1)
    assert marked(page) > 0  # its marks are back
    assert np.array_equal(saved(page, tmp_path / "again.png"), after)
    page.locator("#forth").click()
    expect(page.locator("#steps li.undone")).to_have_count(0)


def test_tools_keys_and_marks(visit: Visit, photo: Path, tmp_path: Path) -> None:
    page = opened(visit, photo)
    page.locator(".easel canvas").focus()
    page.keyboard.press("Space")
    expect(page.locator(".easel [role=status]")).to_have_text(locales.text("painter.ring.down"))
    for _ in range(6):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Space")
    line = marked(page)
    assert line > 0.5
    page.keyboard.press("e")
    expect(page.locator("[data-tool=eraser]")).to_have_attribute("aria-pressed", "true")
    size = float(page.locator("[name=size]").input_value())
    page.keyboard.press("]")
    assert float(page.locator("[name=size]").input_value()) > size
    page.keyboard.press("z")
    assert marked(page) == 0
    page.keyboard.press("y")
    assert marked(page) == line
    page.keyboard.press("Control+z")
    page.keyboard.press("l")
    drag(page, (0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4))
    assert marked(page) == pytest.approx(4, abs=0.5)
    with page.expect_download() as download:
        page.locator("#export").click()
    download.value.save_as(tmp_path / "mask.png")
    grow = page.locator("#grow").inner_text()
    assert not [label for label in page.locator("#edges label").all_inner_texts() if grow.lower() in label.lower()], "two things, two words"
    page.locator("#grow").click()
    assert marked(page) > 4.5
    page.locator("#invert").click()
    assert marked(page) > 90
    page.locator("[data-act=clear]").click()
    assert marked(page) == 0
    page.locator("#mask").set_input_files(tmp_path / "mask.png")
    expect(page.locator("#fact-marked")).not_to_have_text("0.0 %")
    assert marked(page) == pytest.approx(4, abs=0.5)
    page.keyboard.press("1")
    # The photo is smaller than its window, and never shown smaller than that.
    expect(page.locator("[data-act=fit]")).not_to_have_text("100 %")
    for _ in range(6):
        page.locator("[data-act=in]").click()
    assert float(page.locator("[data-act=fit]").inner_text().replace("%", "").replace(",", "")) > 1000
    page.locator("[data-act=fit]").click()


def test_what_is_no_picture_is_refused_and_everything_kept(visit: Visit, photo: Path) -> None:
    page = opened(visit, photo, language="zh")
    drag(page, (0.3, 0.5), (0.5, 0.5))
    share = page.locator("#fact-marked").inner_text()
    page.evaluate(DROP, ["notes.txt", "no picture"])
    expect(page.locator("#oops")).to_contain_text(locales.text("repair.error.not_a_picture", "zh"))
    expect(page.locator("#fact-marked")).to_have_text(share)
    page.locator("#model").fill("nobody")
    page.locator("#model").blur()
    page.locator("#mend").click()
    expect(page.locator("#oops")).to_contain_text("nobody")
    expect(page.locator("#oops")).to_contain_text(locales.text("repair.error.kept_marks", "zh"))
    expect(page.locator("#mend")).to_be_enabled()


def test_nothing_jumps_and_every_sentence_belongs_to_what_is_shown(visit: Visit, photo: Path) -> None:
    """Mend and Save stay where the hand is, at every width; what was said of one photo, or of other marks, is not said of the next."""
    page = opened(visit, photo)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("#scratches").click()
    expect(page.locator("#found")).to_have_text(locales.text("repair.found.none"))
    drag(page, (0.3, 0.5), (0.5, 0.5))
    expect(page.locator("#found")).to_have_text("")
    stays_put(page, lambda: mended(page))
    stays_put(page, lambda: page.locator("#how").click())
    for part in ("#saving", "#save", "#how", "#mend"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    page.locator("#gps").press("Escape")
    expect(page.locator("#saving")).to_be_hidden()
    expect(page.locator("#how")).to_be_focused()
    for width in (390, 830):
        page.set_viewport_size({"width": width, "height": 844})
        for depth in (0, 300):
            page.evaluate("depth => scrollTo(0, depth)", depth)
            for action in ("#mend", "#save"):
                expect(page.locator(action)).to_be_in_viewport(ratio=1)
        stays_put(page, lambda: page.locator("#how").click())
        expect(page.locator("#gps")).to_be_in_viewport(ratio=1)
        page.locator("#how").click()
    page.locator("#scratches").click()
    expect(page.locator("#found")).to_have_text(locales.text("repair.found.none"))
    page.get_by_role("button", name="中文").click()
    expect(page.locator("#found")).to_have_text(locales.text("repair.found.none", "zh"))
    page.locator("#examples button").last.click()
    expect(page.locator("#fact-size")).not_to_have_text("300 × 200")
    for said in ("#found", "#proof", "#saved"):
        expect(page.locator(said)).to_have_text("")


def test_work_can_be_taken_back(watched: Watched, photo: Path) -> None:
    page = opened(watched.visit, photo)
    drag(page, (0.3, 0.5), (0.5, 0.5))
    expect(page.locator("#fact-time")).to_have_text(locales.text("repair.photo.time_value", seconds="1"))  # before anything was mended

    def answer(route: Route) -> None:
        asked = route.request.post_data or ""
        if '"fn_name":"progress"' in asked:
            route.fulfill(json={"state": "waiting", "place": 3, "seconds": 12})
        elif '"fn_name":"repair"' not in asked:
            route.continue_()

    page.route("**/component_server/", answer)
    page.locator("#mend").click()
    expect(page.locator("#busy-what")).to_have_text(locales.text("repair.busy.place", place="3", seconds="12"))
    page.locator("#cancel").click()
    expect(page.locator("#mend")).to_be_enabled()
    assert marked(page) > 0
    expect(page.locator("#oops")).to_be_hidden()


def test_paste_pen_fingers_and_polygon(watched: Watched) -> None:
    page = watched.visit("/repair", has_touch=True, permissions=["clipboard-read", "clipboard-write"])
    page.wait_for_selector("#examples button")
    page.evaluate(COPY)
    page.keyboard.press("Control+V")
    expect(page.locator("#fact-size")).to_have_text("320 × 200")
    page.locator(".easel canvas").scroll_into_view_if_needed()
    box = page.locator(".easel canvas").bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)

    def at(x: float, y: float) -> dict[str, float]:
        return {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}

    def touch(kind: str, *points: tuple[float, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{**at(*point), "id": i} for i, point in enumerate(points)]})

    def pen(kind: str, x: float, force: float) -> None:
        held = {"button": "left", "buttons": int(kind != "mouseReleased"), "clickCount": 1, "pointerType": "pen", "force": force}
        session.send("Input.dispatchMouseEvent", {"type": kind, **at(x, 0.3), **held})

    widths = []
    for force in (0.1, 1.0):
        for kind, x in (("mousePressed", 0.2), ("mouseMoved", 0.5), ("mouseMoved", 0.8), ("mouseReleased", 0.8)):
            pen(kind, x, force)
        widths.append(marked(page))
        page.locator("[data-act=clear]").click()
    assert 1.5 < widths[1] / widths[0] < 4, "the harder a pen is pressed the broader its line"
    touch("touchStart", (0.4, 0.5))
    touch("touchMove", (0.5, 0.5))
    touch("touchEnd")
    line = marked(page)
    assert line > 0.5
    before = page.locator("[data-act=fit]").inner_text()
    touch("touchStart", (0.45, 0.5))
    touch("touchStart", (0.45, 0.5), (0.55, 0.5))
    for i in range(1, 4):
        touch("touchMove", (0.45 - 0.08 * i, 0.5), (0.55 + 0.08 * i, 0.5))
    touch("touchEnd")
    expect(page.locator("[data-act=fit]")).not_to_have_text(before)
    assert marked(page) == line, "two fingers move the photo and mark nothing"
    shown = page.evaluate(SHOWN)
    page.keyboard.down("Space")
    drag(page, (0.5, 0.5), (0.3, 0.4))
    page.keyboard.up("Space")
    page.wait_for_function(f"{SHOWN} !== {shown!r}")
    assert marked(page) == line
    page.locator("[data-act=fit]").click()
    page.locator("[data-act=clear]").click()
    page.locator("[data-tool=polygon]").click()
    for corner in ((0.2, 0.2), (0.6, 0.2), (0.6, 0.7), (0.2, 0.2)):
        page.mouse.click(**at(*corner))
    assert marked(page) == pytest.approx(10, abs=0.5), "closed at its first corner"


def test_examples_scratches_and_a_small_screen(visit: Visit) -> None:
    page = visit("/repair", size=NARROW, has_touch=True)
    page.locator("#examples button").first.tap()
    expect(page.locator("#fact-marked")).to_have_text("2.0 %")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    assert page.evaluate(SMALL) == []
    place = page.locator(".rp .do").bounding_box()  # pinned; below it lies the example, whose ring is wider than it
    assert place is not None
    page.evaluate("(down) => scrollBy(0, document.querySelector('#examples button').getBoundingClientRect().top - down)", place["y"] - 20)
    beside = {"x": place["x"] - 7, "y": place["y"], "width": 7, "height": place["height"]}
    colours = Image.open(io.BytesIO(page.screenshot(clip=beside))).convert("RGB").getcolors()  # type: ignore[arg-type]
    assert colours is not None
    assert len(colours) == 1, "nothing looks out beside what is pinned"
    page.locator("[data-act=clear]").tap()
    page.locator("#scratches").tap()
    expect(page.locator("#found")).to_contain_text("Marked")
    alone = marked(page)
    assert 0.3 < alone < 12
    page.locator("#examples button").first.tap()
    expect(page.locator("#found")).to_have_text("")
    expect(page.locator("#fact-marked")).to_have_text("2.0 %")
    page.locator("#scratches").tap()
    expect(page.locator("#found")).to_contain_text("Marked")
    assert marked(page) > alone, "what was marked before is still marked"
