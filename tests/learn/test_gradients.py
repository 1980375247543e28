"""Every loss and penalty of the laboratory, in plain JavaScript and in WASM, against torch in double precision."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp import losses
from ganapp.losses import gradient_penalty
from tests.learn.javascript import Laboratory

LOSSES = {name: losses.objective(name) for name in losses.names()}
UNITS = {"leaky": lambda x: functional.leaky_relu(x, 0.2), "relu": functional.relu, "tanh": torch.tanh, "swish": functional.silu}
SMALL = {"g": [8, 6], "d": [7, 5, 4], "batch": 16}
PENALTIES = {"none": {}, "r1": {"r1": 0.7}, "r2": {"r2": 0.3}, "gp": {"gp": 2.0}, "all": {"r1": 1.5, "r2": 0.4, "gp": 0.6}}
CASES = [
    {**SMALL, "loss": loss, "unit": unit, "seed": seed, **penalty}
    for seed, (loss, unit, penalty) in enumerate(
        [(loss, unit, penalty) for loss in LOSSES for unit in ("leaky", "tanh") for penalty in PENALTIES.values()]
        + [(loss, unit, PENALTIES["all"]) for loss in ("non_saturating", "relativistic") for unit in ("relu", "swish")]
    )
] + [{**SMALL, "loss": "relativistic", "data": "two", "dims": 1, "noise": "uniform", "r1": 1, "gp": 1}]
NAMED = ("loss", "unit", "r1", "r2", "gp")

STEPS = """
const { Game } = await engine("game");
const from = (game, at, count) => Array.from(game.heap.subarray(at, at + count));
const seen = (game) => {
  const { G, D, made, real, fake, between, data, settings: { batch, dims } } = game;
  const input = (tape) => from(game, tape.h[0], data.dims * batch);
  return { D: from(game, D.at, D.count), slopesG: from(game, G.slopes, G.count), slopesD: from(game, D.slopes, D.count),
    noise: from(game, made.h[0], dims * batch), real: input(real), fake: input(fake), between: input(between), losses: { ...game.losses } };
};
const out = [];
for (const settings of job) {
  const of = {};
  for (const kind of ["js", "wasm"]) {
    const game = await Game.open(settings, kind === "wasm" ? module : null);
    for (let i = 0; i < 3; i++) game.step();
    const [G, D] = [from(game, game.G.at, game.G.count), from(game, game.D.at, game.D.count)];
    game.stepD();
    const afterD = seen(game);
    game.stepG();
    of[kind] = { before: { G, D }, afterD, afterG: seen(game) };
  }
  out.push(of);
}
return out;
"""


@pytest.fixture(scope="module")
def played(laboratory: Laboratory) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = laboratory.run(STEPS, CASES)
    return answers


def net(sizes: list[int], weights: list[float]) -> list[tuple[Tensor, Tensor]]:
    """Layers (w (out, in), b (out,)) in double precision from the flat list, ready for gradients."""
    flat, layers, at = torch.tensor(weights, dtype=torch.float64), [], 0
    for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
        w = flat[at : at + inputs * outputs].reshape(outputs, inputs).clone().requires_grad_()
        b = flat[at + inputs * outputs : at + inputs * outputs + outputs].clone().requires_grad_()
        layers.append((w, b))
        at += inputs * outputs + outputs
    assert at == len(weights)
    return layers


def through(layers: list[tuple[Tensor, Tensor]], x: Tensor, unit: str) -> Tensor:
    for i, (w, b) in enumerate(layers):
        x = functional.linear(x, w, b)
        x = UNITS[unit](x) if i + 1 < len(layers) else x
    return x


def columns(values: list[float], dims: int) -> Tensor:
    """(batch, dims) from rows of units."""
    return torch.tensor(values, dtype=torch.float64).reshape(dims, -1).T


def slopes(layers: list[tuple[Tensor, Tensor]]) -> np.ndarray:
    return np.concatenate([part.grad.reshape(-1).numpy() for layer in layers for part in layer if part.grad is not None])


def apart(theirs: Any, ours: np.ndarray) -> float:
    """Distance of two gradients by the length of the right one."""
    return float(np.linalg.norm(np.array(theirs) - ours) / (np.linalg.norm(ours) + 1e-12))


def dims_of(case: dict[str, Any]) -> tuple[int, int]:
    return (1 if case.get("data") == "two" else 2), case.get("dims", 2)


@pytest.mark.parametrize("kernels", ["js", "wasm"])
@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda i: "-".join(str(CASES[i].get(key, 0)) for key in NAMED))
def test_gradients_are_those_of_torch(played: list[dict[str, Any]], number: int, kernels: str) -> None:
    case, run = CASES[number], played[number][kernels]
    dims, noise_dims = dims_of(case)
    loss, unit = LOSSES[case["loss"]], case.get("unit", "leaky")
    seen = run["afterD"]
    d = net([dims, *case["d"], 1], run["before"]["D"])
    score = lambda x: through(d, x, unit).squeeze(1)  # noqa: E731
    real, fake = columns(seen["real"], dims).requires_grad_(), columns(seen["fake"], dims).requires_grad_()
    scores = score(real), score(fake)
    value = loss.discriminator(*scores)
    total = value
    if case.get("r1"):
        r1 = gradient_penalty.zero_centred(scores[0], real)
        assert seen["losses"]["r1"] == pytest.approx(r1.item(), rel=1e-9)
        total = total + case["r1"] / 2 * r1
    if case.get("r2"):
        r2 = gradient_penalty.zero_centred(scores[1], fake)
        assert seen["losses"]["r2"] == pytest.approx(r2.item(), rel=1e-9)
        total = total + case["r2"] / 2 * r2
    if case.get("gp"):
        between = columns(seen["between"], dims).requires_grad_()
        gp = gradient_penalty.one_centred(score, between, between, torch.ones(len(between), 1, dtype=torch.float64))
        assert seen["losses"]["gp"] == pytest.approx(gp.item(), rel=1e-9)
        total = total + case["gp"] * gp
    total.backward()
    assert seen["losses"]["d"] == pytest.approx(value.item(), rel=1e-9, abs=1e-12)
    assert apart(seen["slopesD"], slopes(d)) < 1e-9

    seen = run["afterG"]
    d, g = net([dims, *case["d"], 1], run["afterD"]["D"]), net([noise_dims, *case["g"], dims], run["before"]["G"])
    made = through(g, columns(seen["noise"], noise_dims), unit)
    value = loss.generator(through(d, columns(seen["real"], dims), unit).squeeze(1), through(d, made, unit).squeeze(1))
    value.backward()
    assert seen["losses"]["g"] == pytest.approx(value.item(), rel=1e-9, abs=1e-12)
    assert apart(seen["slopesG"], slopes(g)) < 1e-9


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_optimisers_are_those_of_torch_and_stay_on_the_grid(laboratory: Laboratory, optimizer: str) -> None:
    """Ten updates with given gradients, each rounded to multiples of 2 ** -26, and the running mean of weights."""
    code = """
      const { plain, compiled } = await engine("kernels");
      const out = [];
      for (const kind of ["js", "wasm"]) {
        const { heap, kernels } = kind === "js" ? { heap: new Float64Array(80), kernels: null } : await compiled(module, 80);
        const k = kernels ?? plain(heap);
        heap.set(job.w, 0);
        heap.set(job.w, 64);
        job.g.forEach((g, i) => {
          heap.set(g, 16);
          const t = i + 1, [b1, b2] = [0.5, 0.999];
          if (job.optimizer === "adam") k.adam(0, 16, 32, 48, 13, 0.01, b1, b2, 1 - b1 ** t, 1 - b2 ** t);
          else k.momentum(0, 16, 32, 13, 0.01, 0.5);
          k.average(64, 0, 13, 0.9);
        });
        out.push([Array.from(heap.subarray(0, 13)), Array.from(heap.subarray(64, 77))]);
      }
      return out;"""
    random = np.random.default_rng(3)
    w, gradients = random.normal(size=13), random.normal(size=(10, 13))
    answers = laboratory.run(code, {"w": w.tolist(), "g": gradients.tolist(), "optimizer": optimizer})
    weight = nn.Parameter(torch.tensor(w))
    adam = optimizer == "adam"
    made = torch.optim.Adam([weight], 0.01, (0.5, 0.999)) if adam else torch.optim.SGD([weight], 0.01, momentum=0.5)
    mean = torch.tensor(w)
    for gradient in gradients:
        weight.grad = torch.tensor(gradient)
        made.step()
        with torch.no_grad():
            weight.mul_(2**26).round_().div_(2**26)
        mean = 0.9 * mean + 0.1 * weight.detach()
    for now, average in answers:
        np.testing.assert_allclose(now, weight.detach(), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(average, mean, rtol=1e-9, atol=1e-12)


def test_balances_are_those_of_the_server(laboratory: Laboratory) -> None:
    code = "return Object.fromEntries(Object.entries((await engine('losses')).LOSSES).map(([name, loss]) => [name, loss.balance]));"
    told = laboratory.run(code)
    assert told.keys() == LOSSES.keys()
    for name, each in ((name, loss.EQUILIBRIUM) for name, loss in LOSSES.items()):
        assert [told[name][who] for who in "dg"] == pytest.approx([each["discriminator"], each["generator"]]), name
