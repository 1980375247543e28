"""Two processes that share every batch give the curves and the weights of one; and where a process computes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from ganapp.errors import UserError
from ganapp.training import device, loop, precision
from ganapp.training.order import Order

ROOT = Path(__file__).resolve().parents[2]


def ordered(folder: Path, steps: int, **settings: Any) -> Order:
    folder.mkdir(exist_ok=True)
    order = Order("digits", steps, seed=5, every=10, threads=1, settings={"width": 4, "latent": 8, "batch": 8, **settings}, device="cpu")
    order.write(folder)
    return order


def by_two(folder: Path) -> None:
    told = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "tests/training/two_processes.py"]
    run = subprocess.run([*told, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)
    assert run.returncode == 0, run.stderr[-3000:]
    assert run.stdout.split() == ["done", "done"]


def test_two_processes_give_the_curves_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    monkeypatch.setattr(precision, "has_bf16", lambda: False)
    loop.train(ordered(one, 20), one)
    ordered(two, 20)
    by_two(two)
    curves = [[json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()] for folder in (one, two)]
    assert [line["step"] for line in curves[1]] == [10, 20]
    for a, b in zip(*curves, strict=True):
        assert a.keys() == b.keys()
        for name in a.keys() - {"seconds", "d_order"}:
            assert a[name] == pytest.approx(b[name], abs=2e-3), name
    states = [torch.load(folder / loop.CHECKPOINT, weights_only=True)["run"]["generator"] for folder in (one, two)]
    for key in states[0]:
        torch.testing.assert_close(states[0][key].float(), states[1][key].float(), rtol=0.02, atol=2e-3, msg=key)
    assert (two / "result" / "config.json").exists()
    loop.train(ordered(two, 22), two)  # one process goes on where two stopped


def test_a_place_shares_a_batch_exactly() -> None:
    batch = torch.arange(12).view(6, 2)
    places = [device.Place(torch.device("cpu"), rank, 3) for rank in range(3)]
    assert torch.equal(torch.cat([place.part(batch) for place in places]), batch)
    torch.manual_seed(1)
    whole = torch.randn(6, 4)
    drawn = []
    for place in places:
        torch.manual_seed(1)
        drawn.append(place.randn(6, 4))
    assert torch.equal(torch.cat(drawn), whole)
    with pytest.raises(UserError) as caught:
        places[0].part(torch.zeros(7, 1))
    assert caught.value.key == "batch_shares"


@pytest.mark.parametrize("name", ["cuda:99", "cpu:1", "cuda:x", "tpu"])
def test_a_device_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(UserError) as caught:
        device.settle(name)
    assert caught.value.key == "no_such_device"
    assert device.settle("cpu").device == device.here().device == torch.device("cpu")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_the_same_order_on_a_card(tmp_path: Path) -> None:
    order = ordered(tmp_path, 10)
    assert loop.train(Order(**{**order.__dict__, "device": "cuda"}), tmp_path) == "done"
    assert json.loads((tmp_path / "status.json").read_text())["device"] == "cuda:0"
    assert loop.train(Order(**{**order.__dict__, "device": "cpu", "steps": 12}), tmp_path) == "done"
