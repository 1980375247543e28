"""What plays or is fetched in a page when it is stopped and begun anew: one film at a time, the newest preview, bitmaps given back.

The modules themselves run, in node or, where that is missing, in Chromium, with a clock and bitmaps of the test's own. Never skipped.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ganapp.base import paths

MODULES = {"Film": "train/film.js", "Morph": "digits/morph.js", "Viewer": "parts/compare/viewer.js"}

SCRIPT = """
const pending = () => { let settle; const promise = new Promise((resolve) => (settle = resolve)); return { promise, settle }; };
const breath = () => new Promise((resolve) => realTimeout(resolve, 0));

// A film of five sheets that is stopped while a sheet is on its way, and played again.
const timers = new Map();
let made = 0;
globalThis.setTimeout = (work) => (timers.set(++made, work), made);
globalThis.clearTimeout = (id) => timers.delete(id);
const fire = () => { const due = [...timers.values()]; timers.clear(); due.forEach((work) => work()); return due.length; };
const fetches = [];
const film = Object.create(Film.prototype);
const shown = [];
const sheets = { get: () => (fetches.push(pending()), fetches.at(-1).promise) };
const desk = { run: { id: "r", samples: { "": [1, 2, 3, 4, 5] }, order: {} }, sheets };
film.speed = { value: "1" };
Object.assign(film, { desk, name: "", at: 1, playing: null, _expect() {}, _words() {}, go(step) { shown.push(step); this.at = step; } });
film._play();
fire(); // asks for sheet 2
film._stop();
film._play();
fire(); // asks for sheet 2 again, while the first answer is still to come
fetches.forEach(({ settle }) => settle({}));
await breath();
const runningFilms = timers.size;
while (fire()) { fetches.forEach(({ settle }) => settle({})); await breath(); }
const film_ = { runningFilms, shown, over: film.playing === null };

// A morph that is paused and played within one frame.
const frames = [];
globalThis.requestAnimationFrame = (work) => frames.push(work);
const morph = Object.create(Morph.prototype);
Object.assign(morph, { at: 0, playing: null, _words() {}, _go() {} });
morph._play();
morph._pause();
morph._play();
frames.splice(0).forEach((work) => work(performance.now()));
const runningMorphs = frames.length;

// Previews: three are asked for, the second comes last, the third is taken away by a fourth, which is none.
const bitmaps = {};
const answers = {};
globalThis.fetch = async (address) => ({ blob: () => address });
globalThis.createImageBitmap = (address) => {
  bitmaps[address] = { address, closed: 0, close() { this.closed += 1; } };
  answers[address] = pending();
  return answers[address].promise.then(() => bitmaps[address]);
};
const viewer = Object.create(Viewer.prototype);
const drawn = [];
const refresh = () => drawn.push(viewer.drawn?.address ?? null);
Object.assign(viewer, { turn: 0, requests: 0, latest: 0, drawn: null, after: null, mode: "line", refresh, _follow() {} });
const asked = ["one", "two", "three"].map((address) => viewer.preview(address));
await breath();
answers.one.settle();
answers.three.settle();
await breath();
answers.two.settle();
await Promise.all(asked);
const four = viewer.preview("four");
await breath();
answers.four.settle();
await four;
const held = viewer.drawn.address;
const five = viewer.preview("five");
await breath();
await viewer.preview(null);
answers.five.settle();
await five;
const closed = Object.fromEntries(Object.entries(bitmaps).map(([address, bitmap]) => [address, bitmap.closed]));
return { film: film_, runningMorphs, preview: { drawn, held, left: viewer.drawn, closed } };
"""


def program(root: str) -> str:
    imports = "".join(f"const {{ {name} }} = await import('{root}/{path}');\n" for name, path in MODULES.items())
    return f"globalThis.matchMedia ??= () => ({{ matches: false }});\nconst realTimeout = globalThis.setTimeout;\n{imports}{SCRIPT}"


def in_node() -> Any:
    source = f"console.log(JSON.stringify(await (async () => {{{program((paths.assets() / 'js').as_uri())}}})()));"
    flags = ["--input-type=module", "--experimental-default-type=module"]
    done = subprocess.run(["node", *flags], input=source, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def in_chromium() -> Any:
    from playwright.sync_api import Route, sync_playwright

    def serve(route: Route) -> None:
        path = paths.assets() / "js" / route.request.url.removeprefix("http://modules.test/")
        kind = "text/javascript" if path.is_file() else "text/html"
        route.fulfill(body=path.read_text(encoding="utf-8") if path.is_file() else "", content_type=kind)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.route("http://modules.test/**", serve)
        page.goto("http://modules.test/")
        answer = page.evaluate(f"async () => {{{program('http://modules.test')}}}")
        browser.close()
    return answer


@pytest.fixture(scope="module")
def results() -> Any:
    if shutil.which("node"):
        return in_node()
    with ThreadPoolExecutor(1) as thread:  # the browser of other tests keeps an event loop in this one
        return thread.submit(in_chromium).result()


def test_a_film_that_is_stopped_and_played_again_plays_once(results: Any) -> None:
    assert results["film"] == {"runningFilms": 1, "shown": [2, 3, 4, 5], "over": True}


def test_a_morph_that_is_paused_and_played_within_a_frame_plays_once(results: Any) -> None:
    assert results["runningMorphs"] == 1


def test_the_newest_preview_stays_and_all_others_are_given_back(results: Any) -> None:
    preview = results["preview"]
    assert preview["drawn"] == ["one", "three", "four", None]
    assert (preview["held"], preview["left"]) == ("four", None)
    assert preview["closed"] == {"one": 1, "two": 1, "three": 1, "four": 1, "five": 1}
