"""The arithmetic of the chapters' figures, against closed forms and other people's code."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from typing import Any

import numpy as np
import pytest
from scipy import integrate, special, stats
from scipy.spatial.distance import jensenshannon

from ganapp.base import locales, paths
from tests.learn.javascript import Laboratory

LOSSES = ["minimax", "non_saturating", "least_squares", "hinge", "wasserstein", "relativistic"]
CURVATURE = {"minimax": 0.25, "non_saturating": 0.25, "least_squares": 0.25, "hinge": 1, "wasserstein": 1, "relativistic": 0.25}
LEARN = paths.assets() / "js" / "learn"
CHAPTERS = LEARN / "chapters"
TERM = re.compile(r'data-term="(\w+)"')
SMALLEST = 'const { eigenvalue, path, push } = await import("/js/learn/chapters/smallest.js");'


def soft(score: float) -> float:
    """log(1 + e^score)."""
    return float(np.logaddexp(0, score))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("gamma", [0, 0.4, 1, 2.5])
def test_eigenvalues_of_the_smallest_gan(laboratory: Laboratory, loss: str, gamma: float) -> None:
    """Of the Jacobian of the drawn field at the balance, by differences; and by the formula."""
    code = (
        SMALLEST
        + """
      const h = 1e-6, column = (at) => {
        const [a, b] = [push(at, job), push(at.map((x) => -x), job)];
        return a.map((x, i) => (x - b[i]) / (2 * h));
      };
      return [[column([h, 0]), column([0, h])], eigenvalue(job)];"""
    )
    columns, ours = laboratory.run(code, {"loss": loss, "penalty": "r1", "gamma": gamma})
    values = np.linalg.eigvals(np.array(columns).T)
    slower = max(values, key=lambda value: (value.real, value.imag))
    assert (ours["real"], ours["imaginary"]) == pytest.approx((slower.real, abs(slower.imag)), abs=1e-6 if gamma != 1 else 2e-3)
    inside = complex(gamma**2 / 4 - CURVATURE[loss]) ** 0.5
    assert complex(ours["real"], ours["imaginary"]) == pytest.approx(-gamma / 2 + inside, abs=1e-9)


def test_ways_of_the_smallest_gan_with_a_closed_form(laboratory: Laboratory) -> None:
    """Minimax: a circle, though not at even speed. Wasserstein with R1: a damped oscillator. Steps of both at once: each multiplies the
    distance by root(1 + h^2)."""
    code = SMALLEST + "return job.map(([game, motion]) => path(game, motion, [1.2, 0.3]));"
    free = {"penalty": "none", "gamma": 0}
    games: list[Any] = [({**free, "loss": "minimax"}, "flow"), ({"loss": "wasserstein", "penalty": "r1", "gamma": 0.5}, "flow")]
    games += [({**free, "loss": "wasserstein"}, "together"), ({**free, "loss": "wasserstein"}, "turns")]
    circle, damped, outwards, closed = (np.array(places) for places in laboratory.run(code, games))
    np.testing.assert_allclose(np.hypot(*circle.T), np.hypot(1.2, 0.3), rtol=1e-8)
    times = 0.02 * np.arange(len(damped))
    pull = np.array([[0, 1], [-1, -0.5]])  # of [theta, psi]
    values, vectors = np.linalg.eig(pull)
    exact = (vectors @ (np.exp(np.outer(values, times)) * np.linalg.solve(vectors, [1.2, 0.3])[:, None])).real.T
    np.testing.assert_allclose(damped, exact, atol=1e-7)
    np.testing.assert_allclose(np.hypot(*outwards[1:].T) / np.hypot(*outwards[:-1].T), np.sqrt(1.04), rtol=1e-9)
    radii = np.hypot(*closed.T)
    assert 0.8 < radii.min() <= radii.max() < 1.6


@pytest.mark.parametrize("loss", LOSSES)
def test_ways_follow_the_field(laboratory: Laboratory, loss: str) -> None:
    """The path that is drawn, against scipy's integration of the players' own losses written out anew."""
    game = {"loss": loss, "penalty": "r1", "gamma": 0.3}
    places = np.array(laboratory.run(SMALLEST + 'return path(job, "flow");', game))
    slopes = {
        "minimax": lambda s: (-special.expit(s), special.expit(s)),
        "non_saturating": lambda s: (-special.expit(-s), special.expit(s)),
        "least_squares": lambda s: (s - 0.5, s + 0.5),
        "hinge": lambda s: (-1.0, float(s > -1)),
        "wasserstein": lambda s: (-1.0, 1.0),
        "relativistic": lambda s: (-special.expit(-s), special.expit(s)),
    }[loss]

    def field(_: float, here: np.ndarray) -> list[float]:
        own, fake = slopes(here[0] * here[1])
        return [-own * here[1], -fake * here[0] - 0.3 * here[1]]

    exact = integrate.solve_ivp(field, (0, 20), [1.4, 0], t_eval=[5, 10, 20], rtol=1e-9, atol=1e-11, max_step=0.02).y.T
    np.testing.assert_allclose(places[[250, 500, 1000]], exact, atol=2e-3 if loss == "hinge" else 1e-6)


def test_the_one_centred_penalty_never_lets_them_rest(laboratory: Laboratory) -> None:
    game = {"loss": "wasserstein", "penalty": "gp", "gamma": 1}
    eigenvalue, places = laboratory.run(SMALLEST + 'return [eigenvalue(job), path(job, "flow")];', game)
    assert eigenvalue is None
    assert np.hypot(*np.array(places[-300:]).T).min() > 0.3


def test_the_derivation_comes_to_the_same_number_at_every_step(laboratory: Laboratory) -> None:
    code = """
      const { cheapest, cost, derive } = await import("/js/learn/chapters/derive.js");
      return [derive(job.p, job.q, job.d), cheapest(0.3, 0.1), cost(0.3, 0.1, 0.75), cheapest(0, 0.2), derive(job.p, job.p, job.half)];"""
    random = np.random.default_rng(0)
    p, q, d = random.dirichlet(np.ones(40)), random.dirichlet(np.ones(40)), random.uniform(0.05, 0.95, 40)
    p[:5] = 0
    q[3:9] = 0
    p, q = p / p.sum(), q / q.sum()
    job = {"p": p.tolist(), "q": q.tolist(), "d": d.tolist(), "half": [0.5] * 40}
    ours, cheapest, cost, least, equal = laboratory.run(code, job)
    m = (p + q) / 2
    assert ours["klP"] == pytest.approx(stats.entropy(p, m), rel=1e-9)
    assert ours["klQ"] == pytest.approx(stats.entropy(q, m), rel=1e-9)
    assert ours["js"] == pytest.approx(jensenshannon(p, q) ** 2, rel=1e-9)
    assert ours["least"] == pytest.approx(np.log(4) - 2 * ours["js"], rel=1e-9)
    assert ours["now"] == pytest.approx(-(p * np.log(d)).sum() - (q * np.log(1 - d)).sum(), rel=1e-9)
    best = np.divide(p, p + q, out=np.full(40, 0.5), where=p + q > 0)
    apart = special.rel_entr(best, d) + special.rel_entr(1 - best, 1 - d)
    assert ours["now"] - ours["least"] == pytest.approx(((p + q) * apart).sum(), rel=1e-6)
    assert (cheapest, least) == (0.75, 0.001)
    assert cost == pytest.approx(-0.3 * np.log(0.75) - 0.1 * np.log(0.25))
    assert equal["least"] == pytest.approx(np.log(4)) == equal["now"]


@pytest.mark.parametrize("gap", [0, 0.3, 1, 2.7])
def test_distances_of_two_heaps(laboratory: Laboratory, gap: float) -> None:
    code = 'const { carried, places } = await import("/js/learn/chapters/carrying.js"); return { ...carried(job), places };'
    seen = laboratory.run(code, gap)
    p, q, critic, places = (np.array(seen[name]) for name in ("p", "q", "critic", "places"))
    width = places[1] - places[0]
    assert seen["work"] == pytest.approx(gap, abs=1e-3)
    if gap:
        assert seen["work"] == pytest.approx(stats.wasserstein_distance(places, places, p, q), rel=1e-6)
    assert seen["js"] == pytest.approx(jensenshannon(p, q) ** 2, abs=1e-9)
    assert np.abs(np.diff(critic)).max() <= width * (1 + 1e-9)  # slope at most 1
    assert ((p - q) * critic).sum() * width == pytest.approx(seen["work"], abs=width * max(gap, 0.1) + 1e-3)


def test_terms_are_those_of_the_losses(laboratory: Laboratory) -> None:
    code = """
      const { termsAt } = await import("/js/learn/chapters/terms.js");
      return Object.fromEntries(job.map((loss) => [loss, termsAt(loss, { score: 0.7, real: 1.5, fake: -0.2 })]));"""
    seen = laboratory.run(code, LOSSES)
    expected = {
        "minimax": (soft(-0.7), soft(0.7), -soft(0.7)),
        "non_saturating": (soft(-0.7), soft(0.7), soft(-0.7)),
        "least_squares": (0.045, 0.245, 0.045),
        "hinge": (0.3, 1.7, -0.7),
        "wasserstein": (-0.7, 0.7, -0.7),
        "relativistic": (soft(-0.2 - 0.7), soft(0.7 - 1.5), soft(1.5 - 0.7)),
    }
    for loss, values in expected.items():
        assert [seen[loss][term] for term in ("real", "fake", "own")] == pytest.approx(values), loss


def test_the_generator_layer_by_layer_is_the_one_that_onnxruntime_runs(laboratory: Laboratory) -> None:
    onnx = pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    file = paths.shipped_models() / "digits" / "web.onnx"
    random = np.random.default_rng(5)
    z, y = random.normal(size=64).astype(np.float32), np.eye(10, dtype=np.float32)[7]
    code = """
      const { layers, weights } = await import("/js/learn/chapters/layers.js");
      const bytes = Uint8Array.from(atob(job.file), (letter) => letter.charCodeAt(0));
      const every = layers(weights(bytes), Float32Array.from(job.z), Float32Array.from(job.y));
      return every.map(({ maps, side, values }) => ({ maps, side, values: Array.from(values) }));"""
    seen = laboratory.run(code, {"file": base64.b64encode(file.read_bytes()).decode(), "z": z.tolist(), "y": y.tolist()})
    model = onnx.load(file)
    between = [node.output[0] for node in model.graph.node if node.op_type == "Relu"]
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in between)
    session = runtime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    expected = session.run([*between, "picture"], {"z": z[None], "y": y[None]})
    assert len(seen) == len(expected) == 4
    for layer, maps in zip(seen, expected, strict=True):
        assert maps.shape == (1, layer["maps"], layer["side"], layer["side"])
        np.testing.assert_allclose(layer["values"], maps.ravel(), atol=1e-4)


def test_formulas_were_written_of_their_source() -> None:
    """Every formula of formulas.json stands in formulas.js, and nothing else; where Temml is installed, in its very words."""
    folder = paths.assets() / "learn"
    source = json.loads((folder / "formulas.json").read_text(encoding="utf-8"))
    written = (CHAPTERS / "formulas.js").read_text(encoding="utf-8")
    assert re.findall(r"^  (\w+): \(\) => markup`<math data-t-aria-label=\"chapters\.formula\.\1\"", written, re.M) == list(source)
    assert "<merror" not in written
    if (folder / "node_modules" / "temml").is_dir() and shutil.which("node"):
        before = hashlib.sha256(written.encode()).hexdigest()
        subprocess.run(["node", "formulas.mjs"], cwd=folder, check=True, timeout=60)
        assert hashlib.sha256((CHAPTERS / "formulas.js").read_bytes()).hexdigest() == before


@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_every_term_of_the_glossary_is_linked_from_a_sentence_and_every_link_has_its_term(language: str) -> None:
    sentences = {key: set(TERM.findall(words)) for key, words in locales.words(language).items() if key.startswith(("learn.", "chapters."))}
    terms = {key.split(".")[2] for key in sentences if key.startswith("learn.term.")}
    listed = re.findall(r'"(\w+)"', (LEARN / "glossary.js").read_text(encoding="utf-8").split("const TERMS = [")[1].split("];")[0])
    assert sorted(listed) == sorted(terms)
    assert set().union(*sentences.values()) == terms
    assert sentences == {key: set(TERM.findall(locales.words("en")[key])) for key in sentences}, "the same in both languages"
    for key in sentences:
        if re.fullmatch(r"learn\.(chapter\.\w+\.task|loss_say\.\w+)", key):
            assert sentences[key], f"{key} links no word"


def test_the_table_of_measures_shows_what_the_chapter_says() -> None:
    """The collapsed generator is recognised nearly as often as the other, or more often, and makes next to nothing of what there is."""
    rows = json.loads((CHAPTERS / "measured.json").read_text(encoding="utf-8"))["rows"]
    assert rows.keys() == {"classic", "paired", "real"}
    assert rows["classic"]["class_accuracy"] > 0.95
    assert rows["classic"]["class_accuracy"] > rows["paired"]["class_accuracy"]
    assert rows["classic"]["recall"] < 0.2 < 0.5 < rows["paired"]["recall"]
