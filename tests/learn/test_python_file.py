"""The exported Python file is a PyTorch program of the very experiment: it gives the losses of the page."""

from __future__ import annotations

import runpy
import sys
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


@pytest.mark.parametrize("name", CASES)
def test_its_first_losses_are_those_of_the_page(
    laboratory: Laboratory, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    played = laboratory.run(PLAYED, CASES[name])
    file = tmp_path / "experiment.py"
    file.write_text(played["text"], encoding="utf-8")
    monkeypatch.setattr(sys, "argv", [str(file), str(STEPS)])
    usual = torch.get_default_dtype()
    try:
        runpy.run_path(str(file), run_name="__main__")
    finally:
        torch.set_default_dtype(usual)  # the file computes in double precision
    rows = [[float(value) for value in line.split()] for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == STEPS
    assert rows[0][1] != rows[-1][1]
    for kind in ("js", "wasm"):
        for mine, theirs in zip(played[kind], rows, strict=True):
            assert mine == pytest.approx(theirs, abs=1e-3), kind
