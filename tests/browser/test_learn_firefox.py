"""The laboratory in Firefox, where there is one: it plays with its compiled kernels, repeats itself, and draws."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ganapp.base import locales
from tests.browser.firefox import Firefox, installed

pytestmark = [pytest.mark.browser, pytest.mark.slow]
UNTIL = """
const until = async (holds) => {
  for (let i = 0; i < 1200 && !holds(); i++) await new Promise((next) => setTimeout(next, 100));
  return Boolean(holds());
};
const find = (selector) => document.querySelector(selector);
"""
READY = UNTIL + "return await until(() => find('.frame[data-live]:not([hidden])') && find('#numbers').textContent);"
STEPS = (
    UNTIL
    + """
for (let i = 0; i < values[0]; i++) find("#step").click();
await until(() => Number(find("#when").value) === values[0]);
return find("#numbers").textContent;"""
)
PLAYED = (
    UNTIL
    + """
find("#play").click();
const solved = await until(() => find("#task").classList.contains("done"));
find("#play").click();
const plane = find("#plane"), { data } = plane.getContext("2d").getImageData(0, 0, plane.width, plane.height);
let blue = 0;
for (let i = 0; i < data.length; i += 4) blue += data[i + 2] - data[i] > 60 && data[i + 3] > 0;
return [solved, find("#task-state").textContent, blue, document.documentElement.scrollWidth <= innerWidth];"""
)
BOTH = """
const { Run } = await import(values[0] + "/js/parts/engine/run.js");
const module = await WebAssembly.compileStreaming(fetch(values[0] + "/js/parts/engine/kernels.wasm"));
const out = [];
for (const kernels of [module, null]) {
  const run = await Run.open({ r1: 0.5, loss: "relativistic" }, kernels);
  for (let i = 0; i < 30; i++) run.advance();
  out.push(run.losses.map(({ d, g }) => [d, g]));
}
return out;"""


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    program = installed()
    if program is None:
        pytest.skip("no Firefox on this machine")
    profile: Path = tmp_path_factory.mktemp("firefox")
    with Firefox(program, profile) as opened:
        yield opened


def test_it_plays_solves_a_task_and_draws(firefox: Firefox, app_url: str) -> None:
    firefox.visit(f"{app_url}/learn")
    assert firefox.run(READY) is True
    solved, state, blue, fits = firefox.run(PLAYED)
    assert solved
    assert state in [locales.text("learn.story.done", language) for language in locales.LANGUAGES]
    assert blue > 500
    assert fits


def test_the_same_link_gives_the_same_numbers(firefox: Firefox, app_url: str) -> None:
    seen = []
    for _ in range(2):
        firefox.visit("about:blank")
        firefox.visit(f"{app_url}/learn#data=moons&loss=hinge&seed=5&g=8")
        assert firefox.run(READY) is True
        seen.append(firefox.run(STEPS, 5))
    assert seen[0] == seen[1]


def test_both_kernels_play_nearly_the_same_run(firefox: Firefox, app_url: str) -> None:
    firefox.visit(f"{app_url}/learn")
    assert firefox.run(READY) is True
    compiled, plain = firefox.run(BOTH, firefox.run("return new URL(window.likeness.root, document.baseURI).href;"))
    assert len(compiled) == 30
    assert compiled[-1] == pytest.approx(plain[-1], rel=2e-4)
