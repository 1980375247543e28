"""Names that strangers choose reach the page as text: those of models, sliders, classes, styles, files, archives, jobs and errors.
A network from elsewhere is fetched only after the reader said yes."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from playwright.sync_api import Page, Request, Route, expect

from ganapp.base import locales
from ganapp.jobs import store
from ganapp.models import folder
from tests.browser import madejobs
from tests.browser.conftest import SLOW, Visit, Watched
from tests.browser.madejobs import KEY, Told
from tests.browser.test_digits import drop
from tests.security.test_markup import MARK
from tests.support import othermodels, tinymodel

pytestmark = pytest.mark.browser

HURT = "[document.querySelectorAll('img[src=x], [onerror], [onload]').length, window.wounds ?? 0]"
ARM = "window.hurt = () => { window.wounds = (window.wounds ?? 0) + 1; };"
FOREIGN = "evil/net"


@pytest.fixture(scope="module")
def hostile(app_runs: Path) -> Iterator[str]:
    """Models, a style and a job whose every name is markup; the job's id."""
    models = app_runs / "models"
    made = othermodels.named(models / "hostile")
    tinymodel.edit(made, title={"en": MARK, "zh": MARK}, licence=MARK)
    config = json.loads((made / folder.CONFIG).read_text())
    config["training"] |= {"classes": [f"{i}{MARK}" for i in range(4)], "data": MARK}
    (made / folder.CONFIG).write_text(json.dumps(config))
    table = json.loads((made / folder.DIRECTIONS).read_text())
    table["attributes"] = [{**table["raw"].pop(0), "name": MARK}]
    table["raw"][0]["name"] = f"{MARK}2"
    (made / folder.DIRECTIONS).write_text(json.dumps(table))
    row = {"name": MARK, "value": 1.0, "real": MARK, "bar": MARK, "samples": MARK, "interval": [MARK, MARK], "better": MARK}
    (made / folder.EVALUATION).write_text(json.dumps({"rows": [row, MARK]}))
    broken = tinymodel.generator(models / "hostile-broken")
    tinymodel.edit(broken, licence=None, **{MARK: 1})
    style = tinymodel.stylizer(models / "hostile-style", "", 5)
    words = {"en": MARK, "zh": MARK}
    tinymodel.edit(style, title=words, licence=MARK, values={"artist": words, "work": words, "year": MARK, "body": MARK, "thumbnail": MARK})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANAPP_RUNS", str(app_runs))
        reason = store.reason("run_broke", problem=MARK)
        job = madejobs.made(Told(MARK, state="failed", reason=reason, settings={"data": "pictures", "source": MARK, "optimiser": MARK}))
        yield job
        store.remove(job)
    for path in (made, broken, style):
        shutil.rmtree(path)


def unhurt(page: Page) -> None:
    page.wait_for_timeout(100)  # an error of a picture comes a moment after it
    assert page.evaluate(HURT) == [0, 0]


def armed(watched: Watched, path: str, wait: str, **settings: object) -> Page:
    """A page that counts what hostile markup would do, once `wait` holds markup as text."""
    page = watched.visit("/how", kept={"likeness-visitor": KEY}, **settings)
    page.add_init_script(ARM)
    watched.go(page, path)
    expect(page.locator(wait).filter(has_text=MARK).first).to_be_attached()
    return page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_names_of_models_are_text(watched: Watched, hostile: str, language: str) -> None:
    page = armed(watched, "/digits#model=hostile&seed=3", "h1", language=language)
    expect(page.locator(".dial label").filter(has_text=MARK)).to_have_count(1)
    expect(page.locator("#kind option").first).to_have_text(f"0{MARK}")
    expect(page.locator("#network label").filter(has_text=MARK)).to_have_count(1)
    page.locator("[data-switch=language]").click()
    expect(page.locator(".dial label").filter(has_text=MARK)).to_have_count(1)
    unhurt(page)
    if language == "en":
        watched.go(page, "/models")
        expect(page.locator("h2").filter(has_text=MARK)).to_have_count(2)
        expect(page.locator(".oops").filter(has_text=MARK)).to_have_count(1)
        unhurt(page)
        watched.go(page, "/stylize")
        expect(page.locator("#gallery .word").filter(has_text=MARK)).to_have_count(1)
        page.locator("#gallery .tile").filter(has_text=MARK).click()
        expect(page.locator("#about")).to_contain_text(MARK)
        unhurt(page)
    watched.complaints[:] = [each for each in watched.complaints if "no words for measures." not in each]


def test_names_of_jobs_and_files_are_text(watched: Watched, hostile: str, tmp_path: Path) -> None:
    page = armed(watched, f"/train#run={hostile}", "h1")
    expect(page.locator("#runs, [data-runs], .runs").first).to_contain_text(MARK)
    unhurt(page)
    picture, packed = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"in {MARK}.png", picture.getvalue())
        archive.writestr(f"bad {MARK}.png", b"no picture")
    watched.go(page, "/upscale")
    page.wait_for_selector("#examples button")
    files = [(f"{MARK}.png", picture.getvalue()), (f"broken {MARK}.png", b"x"), (f"{MARK}.zip", packed.getvalue())]
    page.locator("#pictures").set_input_files([{"name": name, "mimeType": "", "buffer": blob} for name, blob in files])
    expect(page.locator("#list li").filter(has_text=MARK)).to_have_count(4)
    page.locator("#other summary").click()
    page.locator("#model").fill(MARK)
    page.keyboard.press("Enter")
    expect(page.locator("#oops")).to_contain_text(MARK)
    unhurt(page)


# ---------- networks from elsewhere -----------------------------------------------------------------------------


class Asked:
    """Requests of a page that name the network from elsewhere; none of them reaches the server."""

    def __init__(self, page: Page) -> None:
        self.seen: list[str] = []
        page.route("**/component_server/", self.met)

    def met(self, route: Route, request: Request) -> None:
        body = request.post_data or ""
        if FOREIGN in body:
            self.seen.append(body)
            route.fulfill(json={"error": {"key": "hub_no_repository", "en": "none", "zh": "无"}})
        else:
            route.continue_()


def recipe(path: Path, **fields: object) -> Path:
    tags = PngImagePlugin.PngInfo()
    tags.add_text("likeness", json.dumps({"task": "sample", "seed": 3, "digit": 3, **fields}))
    Image.new("L", (32, 32)).save(path, pnginfo=tags)
    return path


def drawn(page: Page) -> Page:
    page.wait_for_selector("#where:not([data-loading]):not(:empty)", timeout=2 * SLOW)
    page.wait_for_function("location.hash.includes('seed=3')")
    page.wait_for_timeout(400)  # the page is at rest, and writes no address of its own any more
    return page


def test_a_link_names_a_network_from_elsewhere_only_with_leave(visit: Visit, tmp_path: Path) -> None:
    page = drawn(visit("/digits#model=tiny&seed=3"))
    asked, dialog = Asked(page), page.get_by_role("dialog")
    page.evaluate("location.hash = 'model=evil/net&seed=9'")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text(FOREIGN)
    refuse = dialog.get_by_role("button", name=locales.text("frame.consent.no"))
    expect(refuse).to_be_focused()
    page.keyboard.press("Enter")  # whoever types on says no
    expect(dialog).to_have_count(0)
    expect(page.locator("#oops")).to_contain_text(locales.text("frame.consent.refused", model=FOREIGN))
    assert "tiny" in page.url
    page.evaluate("location.hash = 'model=evil/net&seed=10'")
    expect(refuse).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    drop(page, recipe(tmp_path / "a.png", model=FOREIGN))
    expect(dialog).to_contain_text(locales.text("frame.consent.picture", model=FOREIGN))
    page.evaluate("location.hash = 'model=evil/net2&seed=11'")  # a newer question takes its place
    expect(dialog).to_have_count(1)
    expect(dialog).to_contain_text("evil/net2")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator("#oops")).to_contain_text(locales.text("frame.consent.refused", model="evil/net2"))
    page.wait_for_function("location.hash.includes('tiny')")  # what was there before stands in the address again
    assert asked.seen == [], "nothing was fetched without leave"
    page.evaluate("location.hash = 'model=evil/net&seed=12'")
    expect(refuse).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#oops")).to_contain_text("none")
    assert len(asked.seen) == 1
    page.evaluate("location.hash = 'model=evil/net&seed=13'")  # what was allowed holds for the visit
    page.wait_for_timeout(300)
    expect(dialog).to_have_count(0)
    assert len(asked.seen) == 2


def test_the_first_address_asks_too_and_a_window_is_its_own(watched: Watched) -> None:
    page = watched.visit("/how", language="zh")
    asked = Asked(page)
    watched.go(page, "/digits#model=evil/net&seed=9")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(locales.text("frame.consent.link", "zh", model=FOREIGN))
    assert not asked.seen
    assert page.evaluate("document.querySelector('.frame').scrollWidth <= innerWidth")
    dialog.get_by_role("button", name=locales.text("frame.consent.no", "zh")).click()
    expect(page.locator("#oops")).to_contain_text(FOREIGN)
    assert not asked.seen
    assert page.request.get(watched.address + "/digits").headers["cross-origin-opener-policy"] == "same-origin"
    for link in ("/upscale#kind=own&model=evil/net", "/stylize#style=evil/net"):
        watched.go(page, link)
        page.wait_for_timeout(500)
        assert not asked.seen, link


def test_every_answer_forbids_to_guess_its_kind(watched: Watched, hostile: str) -> None:
    page = watched.visit("/how")
    key = {"X-Likeness-Key": KEY}
    files = [f"/jobs/{hostile}/{name}" for name in ("order.json", "metrics.jsonl", "samples/0.png", "none")]
    for path in ("/", "/digits", *files, "/jobs/0000/none", "/results/none", "/config"):
        answer = page.request.get(watched.address + path, headers=key)
        assert answer.headers["x-content-type-options"] == "nosniff", path


def test_the_policy_stops_what_markup_would_run(watched: Watched) -> None:
    page = watched.visit("/how")
    page.evaluate(f"() => {{ {ARM} }}")
    page.evaluate(
        """() => {
          document.body.insertAdjacentHTML("beforeend", '<img src="nothing" onerror="hurt()"><b id="b" onclick="hurt()"></b>');
          document.querySelector("#b").click();
          document.body.append(Object.assign(document.createElement("script"), { textContent: "hurt()" }));
        }"""
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.wounds ?? 0") == 0
    assert sum("Content Security Policy" in each for each in watched.complaints) >= 2
    watched.complaints.clear()
