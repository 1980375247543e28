"""assets/js/parts/latent.js against ganapp/digits/latent.py: the same latents, to the last digit of single precision but rounding.

Runs in node; where that is missing, in Chromium. Never skipped.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from ganapp.base import paths
from ganapp.digits import latent

SEEDS = [0, 1, 2, 7, 41, 12345, 2**31 - 1, 2**31, 2**32 - 1, 987654321, *range(1000, 1040)]
DIGITS = [(3, None, 0.0), (0, 9, 0.25), (5, 5, 0.5), (7, 2, 1.0), (4, 1, 0.0)]
TIMES = [0.0, 0.1, 0.5, 0.73, 1.0]

SCRIPT = """
const f = (v) => Array.from(v);
const named = (vectors) => Object.fromEntries(Object.entries(vectors).map(([k, v]) => [k, Float32Array.from(v)]));
const d = named(job.directions);
const table = (v) => (typeof v[0] === "number" ? Float32Array.from(v) : v.map((row) => row && Float32Array.from(row)));
const tables = Object.fromEntries(Object.entries(job.tables).map(([name, v]) => [name, table(v)]));
const z = job.seeds.map((seed) => latent.fromSeed(seed, 64));
return {
  seeds: z.map(f),
  odd: f(latent.fromSeed(3, 7)),
  coordinates: z.map((v) => latent.coordinates(v, d)),
  moved: z.map((v) => f(latent.moved(v, d, job.values))),
  classes: job.digits.map(([a, b, t]) => f(latent.classes(10, a, b, t))),
  slerp: job.times.map((t) => f(latent.slerp(z[0], z[1], t))),
  same: f(latent.slerp(z[2], z[2], 0.4)),
  opposite: f(latent.slerp(z[2], latent.scaled(z[2], -1), 0.25)),
  nothing: f(latent.slerp(new Float32Array(64), z[0], 0.25)),
  frames: job.weights.map((y) => Object.fromEntries(Object.entries(latent.frame(tables, y)).map(([name, v]) => [name, f(v)]))),
  grid: latent.grid(z[3], d.slant, d.width, [-3, 0, 1.5]).map(f),
};
"""


def directions() -> dict[str, np.ndarray]:
    rows = np.linalg.qr(np.random.default_rng(5).normal(size=(64, 3)))[0].T.astype(np.float32)
    return dict(zip(["slant", "weight", "width"], rows, strict=True))


WEIGHTS = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.6, 0.4, 0.0], [0.0, 0.25, 0.75]]


def tables() -> dict[str, np.ndarray]:
    """Directions of three classes: one that all have, one that two of them have, one that the others leave nothing of, and a raw one."""
    random = np.random.default_rng(6)
    known = directions()
    form = random.normal(size=(3, 64)).astype(np.float32)
    form[1] = 0
    return {"slant": known["slant"], "loop": form, "twice": 2 * known["slant"], "raw 1": random.normal(size=64).astype(np.float32)}


def told(table: np.ndarray) -> list[object]:
    return table.tolist() if table.ndim == 1 else [row.tolist() if row.any() else None for row in table]


def in_node(source: str, job: str) -> dict[str, Any]:
    program = f"{source}\nconst latent = {{ fromSeed, coordinates, moved, classes, slerp, scaled, grid, frame }};\nconst job = {job};\n"
    program += f"console.log(JSON.stringify((() => {{{SCRIPT}}})()));"
    done = subprocess.run(["node", "--input-type=module"], input=program, capture_output=True, text=True, check=True, timeout=60)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def in_chromium(source: str, job: str) -> dict[str, Any]:
    """In a thread of its own: the browser of other tests keeps an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_in_chromium, source, job).result()


def _in_chromium(source: str, job: str) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        blob = f"new Blob([{json.dumps(source)}], {{ type: 'text/javascript' }})"
        program = f"async () => {{ const latent = await import(URL.createObjectURL({blob})); const job = {job}; {SCRIPT} }}"
        answer: dict[str, Any] = page.evaluate(program)
        browser.close()
    return answer


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    source = (paths.assets() / "js" / "parts" / "latent.js").read_text(encoding="utf-8")
    job = {"seeds": SEEDS, "digits": DIGITS, "times": TIMES, "values": {"slant": 1.25, "width": -3}}
    job["directions"] = {name: d.tolist() for name, d in directions().items()}
    job |= {"tables": {name: told(d) for name, d in tables().items()}, "weights": WEIGHTS}
    run = in_node if shutil.which("node") else in_chromium
    return run(source, json.dumps(job))


def close(theirs: Any, ours: Any) -> None:
    np.testing.assert_allclose(np.array(theirs), np.array(ours), rtol=3e-7, atol=3e-7)


def test_seeds(page: dict[str, Any]) -> None:
    close(page["seeds"], [latent.from_seed(seed, 64) for seed in SEEDS])
    close(page["odd"], latent.from_seed(3, 7))


def test_sliders(page: dict[str, Any]) -> None:
    known = directions()
    for theirs, moved, seed in zip(page["coordinates"], page["moved"], SEEDS, strict=True):
        z = latent.from_seed(seed, 64)
        ours = latent.coordinates(z, known)
        np.testing.assert_allclose([theirs[name] for name in ours], list(ours.values()), atol=3e-6)
        np.testing.assert_allclose(moved, latent.moved(z, known, {"slant": 1.25, "width": -3}), atol=2e-6)


def test_classes(page: dict[str, Any]) -> None:
    close(page["classes"], [latent.classes(10, a, b, t) for a, b, t in DIGITS])


def test_slerp(page: dict[str, Any]) -> None:
    a, b, c = (latent.from_seed(seed, 64) for seed in SEEDS[:3])
    np.testing.assert_allclose(page["slerp"], [latent.slerp(a, b, t) for t in TIMES], atol=2e-6)
    np.testing.assert_allclose(page["same"], latent.slerp(c, c, 0.4), atol=2e-6)
    np.testing.assert_allclose(page["nothing"], latent.slerp(np.zeros(64, np.float32), a, 0.25), atol=2e-6)
    assert np.isfinite(page["opposite"]).all()


def test_frames(page: dict[str, Any]) -> None:
    for theirs, y in zip(page["frames"], WEIGHTS, strict=True):
        ours = latent.frame(tables(), np.array(y, np.float32))
        assert list(theirs) == list(ours) == (["slant", "raw 1"] if y == WEIGHTS[1] else ["slant", "loop", "raw 1"])
        for name, vector in ours.items():
            np.testing.assert_allclose(theirs[name], vector, atol=3e-6)
        rows = np.stack(list(ours.values()))
        np.testing.assert_allclose(rows @ rows.T, np.eye(len(rows)), atol=1e-5)
    np.testing.assert_allclose(page["frames"][0]["slant"], directions()["slant"], atol=1e-6)  # the first one stays as it is


def test_grid(page: dict[str, Any]) -> None:
    known = directions()
    z = latent.from_seed(SEEDS[3], 64)
    np.testing.assert_allclose(page["grid"], latent.grid(z, known["slant"], known["width"], [-3, 0, 1.5]), atol=2e-6)


def test_chromium_agrees_with_node() -> None:
    """The same numbers in the engine that draws the page: its Math.log and Math.cos are not those of the server's C library."""
    source = (paths.assets() / "js" / "parts" / "latent.js").read_text(encoding="utf-8")
    job = {"seeds": SEEDS, "digits": DIGITS, "times": TIMES, "values": {"slant": 1.25, "width": -3}}
    job["directions"] = {name: d.tolist() for name, d in directions().items()}
    job |= {"tables": {name: told(d) for name, d in tables().items()}, "weights": WEIGHTS}
    close(in_chromium(source, json.dumps(job))["seeds"], [latent.from_seed(seed, 64) for seed in SEEDS])
