"""Where a process computes, and its share of a batch. What several processes learn together is in test_together.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from ganapp.base.errors import UserError
from ganapp.base.order_file import Order
from ganapp.training.run import loop
from ganapp.training.run import place as device


def ordered(folder: Path, steps: int, **settings: Any) -> Order:
    folder.mkdir(exist_ok=True)
    order = Order("digits", steps, seed=5, every=10, threads=1, settings={"width": 4, "latent": 8, "batch": 8, **settings}, device="cpu")
    order.write(folder)
    return order


def test_a_place_shares_a_batch_exactly() -> None:
    batch = torch.arange(12).view(6, 2)
    places = [device.Place(torch.device("cpu"), rank, 3) for rank in range(3)]
    assert torch.equal(torch.cat([place.part(batch) for place in places]), batch)
    parts = torch.stack([place.part(torch.arange(12), sets=2) for place in places])  # two batches of six
    assert parts.tolist() == [[0, 1, 6, 7], [2, 3, 8, 9], [4, 5, 10, 11]]
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
