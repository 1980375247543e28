"""The static edition from a plain web server, under a path: every page runs in the browser alone, within its bytes, and offline later."""

from __future__ import annotations

import base64
import io
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Request, expect

from ganapp.base import locales, paths
from ganapp.tasks import sample, stylize, upscale
from ganapp.ui.edition import document, writing
from scripts.browser import installed
from tests.browser.conftest import FLAGS, LOCALES, NARROW, SLOW, WIDE
from tests.support.plainserver import Server, served

pytestmark = pytest.mark.browser
BELOW = "some/where/"
FIRST_BYTES = 5_000_000
RUNNING = ".frame[data-live]:not([hidden])"
INK = "() => { const c = document.querySelector('#big'); return c.toDataURL(); }"


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("edition")
    writing.export(folder / BELOW)
    with served(folder, BELOW) as server:
        yield server


class Visitor:
    """A browser with nothing kept, and what went wrong in its pages."""

    def __init__(self, browser: Browser, server: Server, language: str = "en", size: tuple[int, int] = WIDE) -> None:
        self.server, self.complaints = server, []
        self.context = browser.new_context(locale=LOCALES[language], viewport={"width": size[0], "height": size[1]})
        self.context.set_default_timeout(SLOW)
        self.context.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        self.context.on("weberror", lambda problem: self.complaints.append(str(problem.error)))
        self.context.on("requestfailed", self._failed)
        self.page: Page = self.context.new_page()

    complaints: list[str]

    def _failed(self, request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # a page that is left stops what it was fetching
            self.complaints.append(f"{request.url} {request.failure}")

    def go(self, file: str) -> Page:
        self.page.goto(self.server.url + file)
        self.page.wait_for_selector(RUNNING)
        return self.page


@pytest.fixture(scope="module")
def regulars(browser: Browser, edition: Server) -> Iterator[dict[tuple[Any, ...], Visitor]]:
    """Visitors who stay for all tests, by language and size: what they fetched once is kept."""
    known: dict[tuple[Any, ...], Visitor] = {}
    yield known
    for each in known.values():
        each.context.close()


@pytest.fixture
def visitor(
    browser: Browser, edition: Server, regulars: dict[tuple[Any, ...], Visitor], request: pytest.FixtureRequest
) -> Iterator[Visitor]:
    who = getattr(request, "param", ("en", WIDE))
    if who not in regulars:
        regulars[who] = Visitor(browser, edition, *who)
    yield regulars[who]
    said, regulars[who].complaints[:] = regulars[who].complaints[:], []
    assert said == []


@pytest.fixture
def newcomer(browser: Browser, edition: Server) -> Iterator[Visitor]:
    """A visitor of this test alone, with nothing kept."""
    made = Visitor(browser, edition)
    yield made
    made.context.close()
    assert made.complaints == []


def until(page: Page, script: str, argument: Any = None) -> None:
    """Wait for a script to say true; Playwright's own way to wait is eval, which the pages forbid."""
    end = time.monotonic() + SLOW / 1000
    while not page.evaluate(script, argument):
        assert time.monotonic() < end, script
        page.wait_for_timeout(50)


def moved(page: Page) -> None:
    """The digit follows the first slider."""
    expect(page.locator("#where")).to_have_text("Drawn in your browser")
    before = page.evaluate(INK)
    page.locator("#hand input[type=range]").first.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    until(page, f"before => ({INK})() !== before", before)


def test_the_first_digit_moves_after_five_megabytes_and_later_offline(newcomer: Visitor) -> None:
    visitor, server = newcomer, newcomer.server
    server.sent, server.asked = 0, []
    page = visitor.go("digits.html")
    moved(page)
    assert server.sent < FIRST_BYTES, server.sent
    assert not [path for path in server.asked if not path.startswith(f"/{BELOW}")]
    until(
        page, "async count => { const [name] = await caches.keys(); return (await (await caches.open(name)).keys()).length >= count; }", 40
    )
    visitor.context.set_offline(True)
    page.reload()
    page.wait_for_selector(RUNNING)
    moved(page)
    visitor.complaints[:] = [said for said in visitor.complaints if "ERR_INTERNET_DISCONNECTED" not in said]  # the worker tries first


def test_a_saved_digit_is_the_server_s_and_is_opened_again(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.go("digits.html#digit=7&seed=5")
    expect(page.locator("#where")).to_have_text("Drawn in your browser")
    page.locator("#save").click()
    with page.expect_download() as download:
        page.locator("#download").click()
    download.value.save_as(tmp_path / "seven.png")
    mine = Image.open(tmp_path / "seven.png")
    server = sample.run(sample.Request(digit=7, seed=5, pixels=1024))
    theirs = np.asarray(Image.open(io.BytesIO(server.picture)).convert("L"), np.int16)
    assert np.abs(np.asarray(mine.convert("L"), np.int16) - theirs).max() <= 2
    assert "trainedAlgorithmicMedia" in mine.info["XML:com.adobe.xmp"]
    page.keyboard.press("Escape")
    page.locator("#another").click()
    page.locator("#saved").set_input_files(tmp_path / "seven.png")
    expect(page.locator("#seed")).to_have_value("5")
    page.goto(visitor.server.url + "check.html")
    page.wait_for_selector(RUNNING)
    page.locator("#file").set_input_files(tmp_path / "seven.png")
    expect(page.locator("#facts")).to_contain_text("made by a trained network")
    expect(page.locator("#recipe")).to_contain_text('"seed": 5')


@pytest.mark.parametrize("visitor", [("en", WIDE), ("zh", NARROW)], indirect=True, ids=["en", "zh"])
def test_every_page_runs_without_a_complaint(visitor: Visitor) -> None:
    width = (visitor.page.viewport_size or {})["width"]
    for page in document.pages():
        shown = visitor.go(document.file_of(page))
        assert shown.evaluate("document.documentElement.scrollWidth") <= width, page.slug
        if page.slug in document.ELSEWHERE:
            expect(shown.locator("main .needs a")).to_have_attribute("href", "full.html")
        for each in shown.locator("main .needs").all():
            assert len(each.inner_text().strip()) > 8


def test_a_poem_is_written_a_card_is_read_and_a_door_leads_to_a_file(visitor: Visitor) -> None:
    page = visitor.go("write.html#seed=16")
    expect(page.locator("#where")).to_have_text("Written in this page.", timeout=2 * SLOW)  # the largest nets of all
    expect(page.locator("#lines li")).to_have_count(4)
    page = visitor.go("cards.html#write-quatrains")
    expect(page.locator("details[open]")).to_have_attribute("id", "write-quatrains")
    expect(page.locator("details[open] h2").last).to_have_text("Licence")
    page = visitor.go("models.html")
    expect(page.locator("a[href='cards.html#stylize-great-wave']")).to_have_count(1)
    page.locator("a[href^='write.html#seed=16']").first.wait_for()
    page.locator("a[href^='digits.html#model=digits&']").first.click()
    expect(page).to_have_url(re.compile(r"/digits\.html#model=digits&"))
    expect(page.locator("#where")).to_have_text("Drawn in your browser")


def alike(visitor: Visitor, picture: Image.Image, settings: str, folder: Path, task: Any = upscale, card: str = "", **fields: Any) -> None:
    """What the page of a task makes of a picture is what the server makes of it, within two levels.
    card: what the page says of the graphics card after it was asked for; "" for not to ask."""
    picture.save(folder / "small.png")
    page = visitor.go("how.html")  # so that the next address is another page's, whatever stands behind its #
    page = visitor.go(f"{task.__name__.rpartition('.')[2]}.html#{settings}")
    page.locator("#pictures").set_input_files(folder / "small.png")
    if card:
        page.locator("#graphics").check()
    page.locator("#run").click()
    page.locator("#save").wait_for()
    if card:
        expect(page.locator("#graphics-said")).to_have_text(card)
    with page.expect_download() as download:
        page.locator("#save").click()
    download.value.save_as(folder / "large.png")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANAPP_PROVENANCE", "off")  # the invisible mark is the server's alone
        uri = "data:image/png;base64," + base64.b64encode((folder / "small.png").read_bytes()).decode()
        theirs = Image.open(io.BytesIO(task.run(task.Request(picture=uri, **fields)).file.blob))
    mine = Image.open(folder / "large.png")
    assert mine.size == theirs.size
    near(mine, theirs)
    assert "compositeWithTrainedAlgorithmicMedia" in mine.info["XML:com.adobe.xmp"]


def near(mine: Image.Image, theirs: Image.Image) -> None:
    """Within two levels, also of colours that are hardly seen; those that are not seen at all are no matter."""
    shown, expected = (np.asarray(each.convert(theirs.mode), np.float64) for each in (mine, theirs))
    apart = np.abs(shown - expected)
    if theirs.mode == "RGBA":
        apart[..., :3] *= expected[..., 3:] > 0
    assert apart.max() <= 2


def photograph(number: int, size: tuple[int, int]) -> Image.Image:
    """A part of one of the shipped photographs."""
    files = sorted((paths.assets() / "pictures" / "stylize").glob("*.webp"))
    whole = Image.open(files[number % len(files)]).convert("RGB")
    return whole.crop((60, 40 + 8 * number, 60 + size[0], 40 + 8 * number + size[1]))


def test_an_enlarged_photo_is_the_server_s_and_without_a_graphics_card_one_sentence_says_so(visitor: Visitor, tmp_path: Path) -> None:
    alike(visitor, photograph(1, (180, 64)), "", tmp_path, card=locales.text("edition.graphics.absent", "en"))


@pytest.mark.slow
def test_five_enlarged_photos_in_every_manner_are_the_server_s(visitor: Visitor, tmp_path: Path) -> None:
    grey, clear = photograph(2, (120, 80)).convert("L"), photograph(3, (120, 80)).convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize((120, 80)))
    alike(visitor, photograph(0, (300, 200)), "strength=0.5&denoise=0.6&factor=3", tmp_path, strength=0.5, denoise=0.6, factor=3.0)
    alike(visitor, photograph(1, (240, 180)), "kind=fidelity&factor=2", tmp_path, model="fidelity", factor=2.0)
    alike(visitor, grey, "", tmp_path)
    alike(visitor, clear, "kind=fidelity", tmp_path, model="fidelity")
    alike(visitor, photograph(4, (64, 48)), "factor=8", tmp_path, factor=8.0)


def test_a_repainted_photo_is_the_server_s(visitor: Visitor, tmp_path: Path) -> None:
    said = locales.text("edition.graphics.small", "en")
    settings = {"style": "sand-and-sky", "strength": 0.8}
    alike(visitor, photograph(1, (120, 90)), "style=sand-and-sky&strength=0.8", tmp_path, stylize, said, **settings)


@pytest.mark.slow
def test_a_graphics_card_gives_what_the_processor_gives(browser: Browser, edition: Server, tmp_path: Path) -> None:
    """By an adapter in software, where the browser has one."""
    flags = [*(flag for flag in FLAGS if flag != "--disable-gpu"), "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]
    with browser.browser_type.launch(executable_path=installed(), args=flags) as other:
        visitor = Visitor(other, edition)
        visitor.context.set_default_timeout(10 * SLOW)
        page = visitor.go("upscale.html")
        if not page.evaluate("async () => Boolean(await navigator.gpu?.requestAdapter())"):
            pytest.skip("no adapter in software")
        used = locales.text("edition.graphics.used", "en")
        alike(visitor, photograph(1, (200, 24)), "kind=fidelity&factor=2", tmp_path, upscale, used, model="fidelity", factor=2.0)
        assert [said for said in visitor.complaints if "powerPreference" not in said] == []


def longest_task(browser: Browser, page: Page, work: Callable[[], None]) -> float:
    """Seconds of the processor that the page's own thread works at most without a break, during some work."""
    browser.start_tracing(page=page, categories=["toplevel", "disabled-by-default-devtools.timeline"])
    work()
    events = json.loads(browser.stop_tracing())["traceEvents"]
    pages = {(each["pid"], each["tid"]) for each in events if each["name"] == "thread_name" and each["args"]["name"] == "CrRendererMain"}
    tasks = [each["tdur"] for each in events if each["name"].endswith("RunTask") and (each["pid"], each["tid"]) in pages and "tdur" in each]
    assert len(tasks) > 100, "it went on working"
    return float(max(tasks)) / 1e6


@pytest.mark.slow
@pytest.mark.parametrize("task", ["upscale", "stylize"])
def test_a_large_photo_holds_up_no_page_and_a_page_works_offline(newcomer: Visitor, browser: Browser, task: str, tmp_path: Path) -> None:
    photograph(1, (360, 360)).resize((512, 512)).save(tmp_path / "photo.png")
    newcomer.context.set_default_timeout(10 * SLOW)
    page = newcomer.go(f"{task}.html")

    def work() -> None:
        page.locator("#pictures").set_input_files(tmp_path / "photo.png")
        page.locator("#run").click()
        page.locator("#save").wait_for()

    assert longest_task(browser, page, work) < 0.2
    newcomer.context.set_offline(True)
    page.reload()
    page.wait_for_selector(RUNNING)
    (tmp_path / "again").mkdir()
    photograph(2, (64, 48)).save(tmp_path / "again" / "photo.png")
    page.locator("#pictures").set_input_files(tmp_path / "again" / "photo.png")
    page.locator("#run").click()
    page.locator("#save").wait_for()
    newcomer.complaints[:] = [said for said in newcomer.complaints if "ERR_INTERNET_DISCONNECTED" not in said]


RESTYLED = """async ([root, fields]) => {
  const { Answers } = await import(new URL(`${root}/js/edition/server.js`, document.baseURI).href);
  const answer = await new Answers().procedures().stylize(fields);
  const bytes = new Uint8Array(await (await fetch(answer.picture)).arrayBuffer());
  return [btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), "")), answer.painted, answer.tiles, answer.style];
}"""


def restyled(page: Page, picture: Image.Image, folder: Path, **fields: Any) -> int:
    """What the page's own net makes of a picture is what the server makes of it, within two levels. Returns the number of parts."""
    picture.save(folder / "small.png")
    request = {name: uri(value, folder) if isinstance(value, Image.Image) else value for name, value in fields.items()}
    request["picture"] = uri(picture, folder)
    blob, painted, parts, style = page.evaluate(RESTYLED, [page.evaluate("window.likeness.root"), request])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANAPP_PROVENANCE", "off")
        theirs = stylize.run(stylize.Request(**request))
    assert (tuple(painted), style) == (theirs.painted, theirs.style)
    near(Image.open(io.BytesIO(base64.b64decode(blob))), Image.open(io.BytesIO(theirs.file.blob)))
    return int(parts)


def uri(picture: Image.Image, folder: Path) -> str:
    picture.save(folder / "sent.png")
    return "data:image/png;base64," + base64.b64encode((folder / "sent.png").read_bytes()).decode()


@pytest.mark.slow
def test_five_repainted_photos_in_every_manner_are_the_server_s(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.go("stylize.html")
    clear, mask = photograph(3, (120, 80)).convert("RGBA"), Image.new("L", (300, 200))
    clear.putalpha(Image.linear_gradient("L").resize((120, 80)))
    mask.paste(255, (60, 30, 220, 150))
    restyled(page, photograph(0, (300, 200)), tmp_path, style="the-starry-night", strength=0.6, colours="matched")
    restyled(page, photograph(1, (300, 200)), tmp_path, style="great-wave", mask=mask, where="outside", seed=7)
    restyled(page, photograph(2, (300, 200)).convert("L"), tmp_path, style="starry-night", second="garden-at-bougival", colours="luminance")
    restyled(page, clear, tmp_path, style="dusk", second="cafe-terrace", blend=0.3, detail=0.1)
    restyled(page, photograph(4, (300, 200)), tmp_path, style="own", painting=photograph(5, (280, 190)), strength=0.7)
    for style, strokes in (("indigo-woodcut", 0.45), ("oiran", 0.33)):  # so large that it is done in tiles
        assert restyled(page, photograph(1, (360, 300)).resize((1200, 1000)), tmp_path, style=style, strokes=strokes) > 4
