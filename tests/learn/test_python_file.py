"""The exported Python file is a PyTorch program of the very experiment: it gives the losses of the page for any settings."""

from __future__ import annotations

import random
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.learn.javascript import Laboratory

STEPS = 50
CASES: dict[str, dict[str, Any]] = {
    "standard": {},
    "minimax, SGD": {"loss": "minimax", "optimizer": "sgd", "rateD": 0.02, "rateG": 0.01, "beta1D": 0.9, "batch": 32},
    "least squares, drawn": {"loss": "least_squares", "data": "drawn", "drawn": [[0.5, 0.5], [-0.5, 0.25]], "unit": "swish", "batch": 64},
    "hinge, relu, EMA": {"loss": "hinge", "unit": "relu", "ema": 0.99, "data": "spiral", "g": [16], "d": [16, 8, 4], "batch": 32},
    "Wasserstein, GP, k 3": {"loss": "wasserstein", "gp": 10, "k": 3, "data": "moons", "seed": 4294967295, "unit": "swish"},
    "relativistic, R1, R2, tanh": {"loss": "relativistic", "r1": 0.5, "r2": 0.3, "unit": "tanh", "data": "grid", "seed": 7, "batch": 64},
    "the cure, beta 1 = 0": {"rateD": 0.001, "rateG": 0.001, "beta1D": 0, "beta1G": 0, "r1": 1, "ema": 0.99, "batch": 32},
    "wild, where the least difference grows": {
        **{"loss": "minimax", "unit": "tanh", "rateD": 0.01, "rateG": 0.1, "beta1D": 0.7, "beta1G": 0.7, "beta2D": 0.99, "beta2G": 0.99},
        **{"k": 2, "g": [32, 32, 12, 64], "d": [12, 16, 32], "r1": 10, "r2": 3, "gp": 3, "data": "gaussian", "batch": 32, "seed": 5},
    },
    "deep, Wasserstein, relu, k 5": {
        **{"loss": "wasserstein", "unit": "relu", "rateD": 0.02, "rateG": 0.003, "beta1D": 0, "beta1G": 0.95, "beta2D": 0.99, "k": 5},
        **{"g": [64, 4], "d": [48, 64, 12, 2, 64], "gp": 3, "data": "gaussian", "seed": 9, "batch": 64},
    },
    "a line of noise to a line of data": {"data": "two", "dims": 1, "noise": "uniform", "r1": 0.1, "g": [8, 8], "d": [8], "batch": 16},
}
PLAYED = """
const { Run } = await engine("run");
const { settled } = await engine("settings");
const { python } = await import("/js/learn/python.js");
const settings = settled(job), out = { text: python(settings, "http://127.0.0.1/learn#here") };
for (const kind of ["js", "wasm"]) {
  const run = await Run.open(settings, kind === "wasm" ? module : null);
  out[kind] = [];
  for (let i = 1; i <= 50; i++) {
    run.advance();
    out[kind].push([i, run.game.losses.d, run.game.losses.g]);
  }
}
return out;"""


LISTS = """
const { LADDERS } = await import("/js/learn/rail.js");
const { CHOICES } = await engine("settings");
return { ...LADDERS, ...CHOICES };"""


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[str], list[list[float]]]:
    """What a file prints in its first steps: [[step, loss of D, loss of G], ...]."""

    def run(text: str) -> list[list[float]]:
        file = tmp_path / "experiment.py"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setattr(sys, "argv", [str(file), str(STEPS)])
        usual = torch.get_default_dtype()
        try:
            runpy.run_path(str(file), run_name="__main__")
        finally:
            torch.set_default_dtype(usual)  # the file computes in double precision
        return [[float(value) for value in line.split()] for line in capsys.readouterr().out.splitlines()]

    return run


def compared(laboratory: Laboratory, settings: dict[str, Any], printed: Callable[[str], list[list[float]]]) -> None:
    played = laboratory.run(PLAYED, settings)
    rows = printed(played["text"])
    assert len(rows) == STEPS
    assert rows[0][1] != rows[-1][1]
    for kind in ("js", "wasm"):
        for mine, theirs in zip(played[kind], rows, strict=True):  # losses of runs that burst are told to a thousandth of their size
            assert mine == pytest.approx(theirs, abs=1e-3, rel=1e-3, nan_ok=True), (kind, settings)


@pytest.mark.parametrize("name", CASES)
def test_its_first_losses_are_those_of_the_page(laboratory: Laboratory, name: str, printed: Callable[[str], list[list[float]]]) -> None:
    compared(laboratory, CASES[name], printed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_so_they_are_for_settings_taken_blindly_from_the_lists_of_the_page(
    laboratory: Laboratory, seed: int, printed: Callable[[str], list[list[float]]]
) -> None:
    blind = random.Random(seed)
    lists = laboratory.run(LISTS)
    settings = {name: blind.choice(values) for name, values in lists.items()}
    nets = {who: [blind.choice((2, 4, 8, 16, 32, 64)) for _ in range(blind.randint(1, 5))] for who in "gd"}
    drawn = [[blind.uniform(-1, 1), blind.uniform(-1, 1)] for _ in range(5)]
    compared(laboratory, {**settings, **nets, "drawn": drawn, "batch": blind.choice((16, 32, 64)), "seed": seed}, printed)
