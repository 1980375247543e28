"""The laboratory in the reader's hands: drawing, the graph as control panel, slow motion, going back, what leaves the page and is said."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ganapp.base import locales
from ganapp.pictures.provenance import xmp
from tests.browser.conftest import NARROW, WIDE, Visit, Watched
from tests.browser.test_learn import number, step_is
from tests.browser.test_shell import AXE

pytestmark = pytest.mark.browser
# Keeps what the worker tells the page, exactly: numbers on the page are rounded.
EAR = """
window.told = [];
const Deaf = window.Worker;
window.Worker = class extends Deaf {
  constructor(...all) {
    super(...all);
    this.addEventListener("message", ({ data }) => window.told.push(data));
  }
};
"""
# Every text that the live region has held, and when.
SAID = """() => {
  window.said = [];
  new MutationObserver(() => window.said.push([performance.now(), document.querySelector("#said").textContent]))
    .observe(document.querySelector("#said"), { childList: true, characterData: true, subtree: true });
}"""
# What has the focus; every control of the page, in the order in which the document names them.
FOCUSED = """() => {
  const here = document.activeElement, box = here.getBoundingClientRect(), style = getComputedStyle(here);
  const name = here.id || here.dataset.view || here.dataset.do || here.textContent.trim().slice(0, 30);
  return { main: Boolean(here.closest('main.page')), name,
    ring: style.outlineStyle !== 'none' || style.boxShadow !== 'none', seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight };
}"""
CONTROLS = """() => [...document.querySelectorAll('main.page :is(button, select, input, a[href], summary, [tabindex="0"])')]
  .filter((each) => each.checkVisibility() && !each.disabled && each.tabIndex >= 0)
  .map((each) => each.id || each.dataset.view || each.dataset.do || each.textContent.trim().slice(0, 30))"""


def lit(page: Page) -> set[str]:
    return set(page.locator("#graph [data-part].lit").evaluate_all("all => all.map(({ dataset }) => dataset.part)"))


def played(page: Page, steps: int) -> list[Any]:
    """Losses of the last frame after this many steps, as the worker told them."""
    for _ in range(steps):
        page.locator("#step").click()
    step_is(page, steps)
    losses: dict[str, float] = page.evaluate("told.findLast(({ type }) => type === 'frame').losses")
    return [losses["d"].hex(), losses["g"].hex()]


def test_the_same_link_gives_losses_that_are_equal_bit_by_bit(watched: Watched) -> None:
    link = "/learn#data=spiral&loss=relativistic&r1=0.3&r2=0.1&noise=uniform&g=24-8&ema=0.99&seed=77"
    seen = []
    for size in (WIDE, NARROW):
        page = watched.visit("/how", size=size)
        page.add_init_script(EAR)
        watched.go(page, link)
        seen.append(played(page, 7))
        assert page.evaluate("told.find(({ type }) => type === 'ready').wasm")
    assert seen[0] == seen[1]


def test_data_drawn_by_keyboard_go_into_the_link_and_come_back(watched: Watched) -> None:
    page = watched.visit("/learn")
    page.locator("#draw").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#hand")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("Shift+ArrowUp")
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#hand")).to_be_hidden()
    expect(page.locator("#draw")).to_be_focused()
    expect(page.locator("#set-data")).to_have_value("drawn")
    page.wait_for_function("location.hash.includes('drawn=')")
    page.locator("#step").click()
    step_is(page, 1)
    first, address = number(page, "d"), page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector(".frame[data-live]:not([hidden])")
    expect(page.locator("#set-data")).to_have_value("drawn")
    page.locator("#step").click()
    step_is(page, 1)
    assert number(page, "d") == first
    assert page.url == address
    assert len(address.split("drawn=")[1].split("&")[0]) <= 12, "two bytes a point"


def test_data_drawn_by_finger_or_mouse(visit: Visit) -> None:
    page = visit("/learn", size=NARROW)
    page.locator("#draw").click()
    expect(page.locator("#legend")).to_have_text(locales.text("learn.hand.label"))
    box = page.locator("#hand").bounding_box()
    assert box
    for left in (80, 160):
        page.mouse.move(box["x"] + left, box["y"] + 80)
        page.mouse.down()
        page.mouse.move(box["x"] + left, box["y"] + 200, steps=12)
        page.mouse.up()
    page.locator("#hand-take").click()
    expect(page.locator("#set-data")).to_have_value("drawn")
    expect(page.locator("#hand-do")).to_be_hidden()
    page.wait_for_function("location.hash.includes('drawn=')")
    packed = page.url.split("drawn=")[1].split("&")[0]
    across = set(base64.urlsafe_b64decode(packed + "==")[::2])
    assert len(across) == 2, "two strokes, each at its place"
    page.locator("#draw").click()
    page.locator("#hand-drop").click()
    assert packed in page.url


def test_the_graph_is_the_control_panel(visit: Visit) -> None:
    page = visit("/learn#g=16-16&d=32")
    page.locator('[data-do="g-0-more-dots"]').click()
    page.wait_for_function("location.hash.includes('g=24-16')")
    page.locator('[data-do="g-1-less"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash.includes('g=24-12')")
    expect(page.locator('[data-do="g-1-less"]')).to_be_focused()
    expect(page.locator("[data-do=d-drop]")).to_be_disabled()
    for layers in range(2, 6):
        page.locator("[data-do=d-add]").click()
        expect(page.locator('.layer[data-part="d"]')).to_have_count(layers)
    expect(page.locator("[data-do=d-add]")).to_be_disabled()
    page.locator("#step").click()
    step_is(page, 1)
    for size in ("2", "64"):
        for _ in range(9):
            page.locator(f'[data-do="d-0-{"less" if size == "2" else "more"}"]').click()
        expect(page.locator('.layer[data-part="d"] b').first).to_have_text(size)


def test_slow_motion_lights_what_moves_and_what_flows(visit: Visit) -> None:
    page = visit("/learn")
    page.clock.install(time=0)
    page.clock.pause_at(60_000)  # only this test lets it go on
    page.locator("#slow").click()
    said = page.locator("#slow-said")
    stages = [
        ("make", {"z", "g", "made"}, False, (0, 0)),
        ("judge", {"made", "x", "d", "score"}, False, (0, 0)),
        ("loss_d", {"score"}, False, (0, 0)),
        ("back_d", {"score", "d"}, True, (0, 0)),
        ("move_d", {"d"}, False, (1, 0)),
        ("make_again", {"z", "g", "made", "x", "d", "score"}, False, (1, 0)),
        ("loss_g", {"score"}, False, (1, 0)),
        ("back_g", {"score", "d", "x", "made", "g"}, True, (1, 0)),
        ("move_g", {"g"}, False, (1, 1)),
    ]
    for key, parts, back, updates in stages:
        expect(said).to_have_text(locales.text(f"learn.slow.{key}"))
        assert lit(page) == parts, key
        assert (page.locator("#graph .flow.on.back").count() > 0) is back, key
        assert (page.locator("#graph .moves").count() > 0) is key.startswith("move"), key
        passed = 0
        while f"{updates[0]}, {updates[1]}" not in page.locator("#numbers").inner_text():
            assert passed < 1500, f"{key}: the worker's answer is not shown"
            page.wait_for_timeout(200)  # of the real clock, for the worker, which has no other
            page.clock.run_for(10)
            passed += 10
        page.clock.run_for(1600 - passed)
    page.locator("#slow").click()
    assert lit(page) == set()
    expect(page.locator("#slow")).to_have_attribute("aria-pressed", "false")


def test_going_back_and_on_with_other_settings(visit: Visit) -> None:
    page = visit("/learn#batch=32")
    page.locator("#play").click()
    page.wait_for_function("Number(document.querySelector('#when').value) > 500")
    page.locator("#play").click()
    page.wait_for_timeout(300)
    end = int(page.locator("#when").input_value())
    page.locator("#when").fill("123")
    step_is(page, 123)
    assert int(page.locator("#when").get_attribute("max") or 0) == end
    page.locator("#set-loss").select_option("hinge")
    page.locator("#step").click()
    step_is(page, 124)
    expect(page.locator("#when")).to_have_attribute("max", "124")


def test_a_run_beyond_all_numbers_says_so_and_stops(visit: Visit) -> None:
    page = visit("/learn#optimizer=sgd&rateD=1&rateG=1")
    page.locator("#play").click()
    expect(page.locator("#lost")).to_be_visible()
    expect(page.locator("#play")).to_have_text(locales.text("learn.drive.play"))
    assert number(page, "unrest").startswith("–")
    page.locator("#when").fill("0")
    expect(page.locator("#lost")).to_be_hidden()


def test_what_leaves_the_page(visit: Visit) -> None:
    page = visit("/learn#data=moons&seed=9", permissions=["clipboard-read", "clipboard-write"])
    page.locator("#step").click()
    step_is(page, 1)
    page.locator("#copy").click()
    expect(page.locator("#shared")).to_have_text(locales.text("learn.share.copied"))
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(page.url.split("#")[0])
    assert {"data=moons", "seed=9"} <= set(copied.split("#")[1].split("&"))
    with page.expect_download() as download:
        page.locator("#save").click()
    assert download.value.suggested_filename == "gan-moons-1.png"
    said = xmp.said(download.value.path().read_bytes())
    assert said["source"] == "dataDrivenMedia"
    assert {"data": "moons", "seed": 9, "step": 1}.items() <= json.loads(said["recipe"])["settings"].items()
    picture = np.asarray(Image.open(io.BytesIO(download.value.path().read_bytes())).convert("RGB")).astype(int)
    blue = (picture[..., 2] - picture[..., 0] > 60).mean()
    assert picture.shape[0] == picture.shape[1] >= 300
    assert 0.005 < blue < 0.9, "generated points are drawn"
    assert (picture.max(2) < 90).mean() > 0.001, "and the data"


def test_the_live_region_tells_step_losses_and_modes_at_most_once_a_second(visit: Visit) -> None:
    page = visit("/learn")
    page.evaluate(SAID)
    page.locator("#play").click()
    page.wait_for_function("said.length >= 2")
    page.locator("#play").click()
    for _ in range(4):
        page.locator("#step").click()
    page.wait_for_timeout(1500)
    said = page.evaluate("said")
    times = np.array([time for time, _ in said])
    assert (np.diff(times) >= 1000).all()
    assert page.locator("#said").get_attribute("role") == "status"
    pattern = locales.text("learn.said", step="S", d="D", g="G", modes="M", all="8").split("S")[0]
    assert all(words.startswith(pattern) and "8" in words for _, words in said)


def test_the_page_gets_of_a_log_what_it_has_not_yet_and_has_the_whole(watched: Watched) -> None:
    """Through thinning (from 600 rows on) and through what is given up after going back."""
    page = watched.visit("/how")
    page.add_init_script(EAR)
    watched.go(page, "/learn#batch=16&g=4&d=4")
    follows = "told.filter(({ log }) => log && !log.losses.fresh).length"
    for most in (2, 4):
        page.locator("#play").click()
        page.wait_for_function(f"Number(document.querySelector('#when').value) >= 1500 && {follows} >= {most}")
        page.locator("#play").click()
        page.locator("#when").fill("700")
        page.wait_for_function("document.querySelector('#when-said').textContent.includes('700')")
    page.locator("#step").click()
    step_is(page, 701)
    page.wait_for_function("told.at(-1).tick === 701 && told.at(-1).log")
    parts = [{name: told["log"][name] for name in ("losses", "measures")} for told in page.evaluate("told.filter(({ log }) => log)")]
    assert sum(not part["losses"]["fresh"] for part in parts) >= 4
    for name in ("losses", "measures"):
        has: list[dict[str, Any]] = []
        for part in parts:
            has = part[name]["rows"] if part[name]["fresh"] else has + part[name]["rows"]
        ticks = [row["tick"] for row in has]
        apart = ticks[1] - ticks[0]
        assert 701 - 2 * apart < ticks[-1] <= 701
        assert ticks[0] <= apart
        assert set(np.diff(ticks)[:-1]) <= {apart}, "as far from each other, from the first on"


def test_views_are_shown_together_and_told_in_the_legend(watched: Watched) -> None:
    page = watched.visit("/learn#views=none")
    words = lambda name: locales.text(f"learn.legend.{name}")  # noqa: E731
    expect(page.locator("#legend")).to_have_text("")
    for view in ("points", "field", "density", "mesh", "arrows", "trails", "best"):
        page.locator(f"[data-view={view}]").click()
    told = " ".join(words(view) for view in ("points", "field", "density", "mesh", "arrows", "trails"))
    expect(page.locator("#legend")).to_have_text(told)
    expect(page.locator("#best")).to_be_visible()
    page.locator("#set-data").select_option("two")
    expect(page.locator("#best")).to_be_hidden()
    expect(page.locator("[data-view=trails]")).to_be_hidden()
    told = " ".join(words(f"line_{view}") for view in ("points", "field", "density", "mesh", "arrows", "best"))
    expect(page.locator("#legend")).to_have_text(told)


def test_axe_finds_nothing_with_everything_open(visit: Visit) -> None:
    page = visit("/learn#views=points-field-density-mesh-arrows-trails-best", reduced_motion="reduce")
    page.locator("#step").click()
    step_is(page, 1)
    page.evaluate("document.querySelectorAll('.le details').forEach((each) => (each.open = true))")
    page.evaluate("document.querySelectorAll('.le .oops').forEach((each) => (each.hidden = false))")
    page.evaluate(AXE)
    for tone, size in (("light", WIDE), ("dark", NARROW)):
        page.emulate_media(color_scheme=tone)  # type: ignore[arg-type]
        page.wait_for_function("tone => document.body.classList.contains('dark') === (tone === 'dark')", arg=tone)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        report = page.evaluate("axe.run(document.querySelector('main.page'), {resultTypes: ['violations']})")
        assert [json.dumps([each["id"], [node["html"][:120] for node in each["nodes"]]]) for each in report["violations"]] == []


def walk(page: Page, to: str, key: str = "Tab") -> None:
    """Press the key until the control has the focus."""
    for _ in range(150):
        if page.evaluate(FOCUSED)["name"] == to:
            return
        page.keyboard.press(key)
    raise AssertionError(f"{to} is not reached by {key}")


def test_the_whole_laboratory_by_keyboard_alone(visit: Visit) -> None:
    """Every control is reached in its turn, is seen and shows the focus; an experiment is set up, played, gone back in and left by key."""
    page = visit("/learn")
    controls = page.evaluate(CONTROLS)
    assert len(controls) > 50
    walk(page, "play")
    reached = []
    while (here := page.evaluate(FOCUSED))["main"]:
        assert here["ring"], here
        assert here["seen"], here
        reached.append(here["name"])
        page.keyboard.press("Tab")
    assert reached == controls
    walk(page, "set-loss", "Shift+Tab")
    page.keyboard.press("ArrowDown")
    walk(page, "set-r1")
    page.keyboard.press("End")
    walk(page, "field", "Shift+Tab")
    page.keyboard.press("Space")
    walk(page, "plane", "Shift+Tab")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "location.hash.includes('loss=least_squares') && location.hash.includes('r1=10') && location.hash.includes('views=points')"
    )
    walk(page, "play", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("Number(document.querySelector('#when').value) > 50")
    page.keyboard.press("Enter")
    walk(page, "when")
    page.keyboard.press("Home")
    step_is(page, 0)
    page.keyboard.press("PageUp")
    page.wait_for_function("Number(document.querySelector('#when').value) > 0")
    walk(page, "python")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "experiment.py"
