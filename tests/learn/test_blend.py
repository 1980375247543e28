"""VAE, GAN and both of the chapters: every gradient, in plain JavaScript and in WASM, against torch in double precision."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score
from torch.nn import functional

from ganapp.losses import gradient_penalty
from tests.learn.javascript import Laboratory
from tests.learn.test_gradients import apart, columns, net, slopes, through

SMALL: dict[str, Any] = {"hidden": [8, 6], "judge": [7, 5], "batch": 16, "spread": 0.3, "seed": 4}
CASES: dict[str, dict[str, Any]] = {
    "vae": {**SMALL, "coder": True, "pull": 0},
    "gan": {**SMALL, "coder": False, "pull": 1, "r1": 0.7},
    "gan without penalty": {**SMALL, "coder": False, "pull": 1, "r1": 0},
    "both": {**SMALL, "coder": True, "pull": 3, "r1": 0.2},
    "both, one latent, few points": {**SMALL, "coder": True, "pull": 0.5, "latent": 1, "pool": 5, "data": "moons"},
}
STEPS = """
const { Blend } = await import("/js/learn/chapters/blend.js");
const from = (blend, at, count) => Array.from(blend.heap.subarray(at, at + count));
const out = {};
for (const [name, settings] of Object.entries(job)) {
  out[name] = {};
  for (const kind of ["js", "wasm"]) {
    const blend = await Blend.open(settings, kind === "wasm" ? module : null);
    for (let i = 0; i < 3; i++) blend.step();
    const { E, G, D, code, again, made, real, chance, settings: { batch, latent } } = blend;
    const weights = () => Object.fromEntries(Object.entries({ E, G, D }).map(([which, net]) => [which, from(blend, net.at, net.count)]));
    const inputs = () => ({ x: from(blend, code.h[0], 2 * batch), real: from(blend, real.h[0], 2 * batch),
      chance: from(blend, chance, latent * batch), z: from(blend, made.h[0], latent * batch) });
    const seen = { before: weights() };
    if (settings.pull) { blend.stepD(); seen.d = { slopes: from(blend, D.slopes, D.count), ...inputs(), loss: blend.losses.d }; }
    seen.between = weights();
    blend.stepG();
    seen.g = { slopes: from(blend, G.slopes, G.count), slopesE: from(blend, E.slopes, E.count), ...inputs(), losses: { ...blend.losses } };
    out[name][kind] = seen;
  }
}
return out;
"""


@pytest.fixture(scope="module")
def played(laboratory: Laboratory) -> dict[str, Any]:
    answers: dict[str, Any] = laboratory.run(STEPS, CASES)
    return answers


@pytest.mark.parametrize("kernels", ["js", "wasm"])
@pytest.mark.parametrize("name", CASES)
def test_gradients_are_those_of_torch(played: dict[str, Any], name: str, kernels: str) -> None:
    case, run = CASES[name], played[name][kernels]
    latent, pull, r1 = case.get("latent", 2), case["pull"], case.get("r1", 1)
    layers = {"E": [2, *case["hidden"], 2 * latent], "G": [latent, *case["hidden"], 2], "D": [2, *case["judge"], 1]}
    if pull:
        seen, now = run["d"], {which: net(sizes, run["before"][which]) for which, sizes in layers.items()}
        real = columns(seen["real"], 2).requires_grad_()
        fake = through(now["G"], columns(seen["z"], latent), "leaky").detach()
        scores = through(now["D"], real, "leaky").squeeze(1), through(now["D"], fake, "leaky").squeeze(1)
        value = functional.softplus(-scores[0]).mean() + functional.softplus(scores[1]).mean()
        (value + (r1 / 2 * gradient_penalty.zero_centred(scores[0], real) if r1 else 0)).backward()
        assert seen["loss"] == pytest.approx(value.item(), rel=1e-9)
        assert apart(seen["slopes"], slopes(now["D"])) < 1e-5
    seen, now = run["g"], {which: net(sizes, run["between"][which]) for which, sizes in layers.items()}
    total = torch.zeros((), dtype=torch.float64)
    if case["coder"]:
        x, chance = columns(seen["x"], 2), columns(seen["chance"], latent)
        mu, v = through(now["E"], x, "leaky").chunk(2, dim=1)
        back = through(now["G"], mu + torch.exp(v / 2) * chance, "leaky")
        likeness = (back - x).square().sum(1)
        standard = torch.distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))
        kl = torch.distributions.kl_divergence(torch.distributions.Normal(mu, torch.exp(v / 2)), standard).sum(1)
        assert seen["losses"]["rec"] == pytest.approx(likeness.mean().item(), rel=1e-9)
        assert seen["losses"]["kl"] == pytest.approx(kl.mean().item(), rel=1e-9)
        total = total + (likeness / (2 * case["spread"] ** 2) + kl).mean()
    if pull:
        fooled = functional.softplus(-through(now["D"], through(now["G"], columns(seen["z"], latent), "leaky"), "leaky")).mean()
        assert seen["losses"]["g"] == pytest.approx(fooled.item(), rel=1e-9)
        total = total + pull * fooled
    total.backward()
    assert apart(seen["slopes"], slopes(now["G"])) < 1e-5
    if case["coder"]:
        assert apart(seen["slopesE"], slopes(now["E"])) < 1e-5


def test_a_pool_holds_the_points_that_are_drawn_from_it(played: dict[str, Any]) -> None:
    drawn = np.array(played["both, one latent, few points"]["wasm"]["g"]["x"]).reshape(2, -1).T
    assert len(np.unique(drawn, axis=0)) <= 5


def test_copies_and_the_attack_are_counted_truly(laboratory: Laboratory) -> None:
    code = """
      const { area, nearest } = await import("/js/learn/chapters/blend_measure.js");
      const [first, second, points, others] = ["first", "second", "points", "others"].map((name) => Float32Array.from(job[name]));
      return [area(first, second), Array.from(nearest(points, others))];"""
    random = np.random.default_rng(1)
    first, second = random.normal(0.4, 1, 60).round(1), random.normal(0, 1, 80).round(1)  # with draws
    points, others = random.normal(size=(30, 2)), random.normal(size=(40, 2))
    job = {"first": first.tolist(), "second": second.tolist(), "points": points.T.ravel().tolist(), "others": others.T.ravel().tolist()}
    area, nearest = laboratory.run(code, job)
    assert area == pytest.approx(roc_auc_score([1] * 60 + [0] * 80, np.concatenate([first, second])), abs=1e-9)
    np.testing.assert_allclose(nearest, np.linalg.norm(points[:, None] - others[None], axis=2).min(1), rtol=1e-5)


def test_what_is_rebuilt_of_a_point_comes_from_the_middle_of_its_code(laboratory: Laboratory) -> None:
    code = """
      const { Blend, sampled } = await import("/js/learn/chapters/blend.js");
      const { Random } = await engine("random");
      const blend = await Blend.open(job, module), points = sampled(blend.data, new Random(3), 300);
      const all = (net) => Array.from(blend.heap.subarray(net.at, net.at + net.count));
      return { points: Array.from(points), back: Array.from(blend.rebuilt(points)), E: all(blend.E), G: all(blend.G) };"""
    seen = laboratory.run(code, SMALL)
    encoder, generator = net([2, 8, 6, 4], seen["E"]), net([2, 8, 6, 2], seen["G"])
    middle = through(encoder, columns(seen["points"], 2), "leaky")[:, :2]
    np.testing.assert_allclose(columns(seen["back"], 2), through(generator, middle, "leaky").detach(), rtol=1e-4, atol=1e-5)
