"""The benchmark of training: marks on a clock, means and goals, and Stacked MNIST's protocol on nets whose modes are known."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from ganapp.base.order_file import Order
from ganapp.digits import idx
from ganapp.evaluation import bench_train, stacked_mnist
from ganapp.evaluation.bench_train import Mark
from ganapp.training.health.witness import Judged


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    whole = idx.load("mnist", "test")
    monkeypatch.setattr(idx, "load", lambda data, split: idx.Labelled(whole.pictures[:100], whole.labels[:100]))


def test_a_run_is_measured_at_every_mark(few: None) -> None:
    seen: list[int] = []

    def measure(net: nn.Module) -> dict[str, float]:
        seen.append(sum(parameter.numel() for parameter in net.parameters()))
        return {"class_accuracy": 0.5}

    order = Order("gan", 1000, settings={"size": 8, "width": 2, "latent": 4, "batch": 4})
    begun = time.monotonic()
    marks = bench_train.timed(order, [0.15, 0.4], measure)
    assert 1 <= len(marks) <= 2
    assert len(seen) == len(marks)
    assert [mark.steps for mark in marks] == sorted({mark.steps for mark in marks})
    assert marks[-1].seconds <= time.monotonic() - begun + 0.1


def test_means_and_goals_by_hand() -> None:
    runs = [[Mark(25.0, 200, {"class_accuracy": 0.8, "judge_fid": 2.0})], [Mark(27.0, 220, {"class_accuracy": 0.9, "judge_fid": 4.0})]]
    (row,) = bench_train.mean_of(runs)
    assert row["seconds"] == 26
    assert row["steps"] == [200, 220]
    assert row["class_accuracy"] == {"mean": pytest.approx(0.85), "low": 0.8, "high": 0.9}
    assert bench_train.judged(row, {"class_accuracy": 0.85, "judge_fid": 2.5}) == {"class_accuracy": True, "judge_fid": False}


def test_frequencies_of_the_stacks_add_up_and_follow_the_digits() -> None:
    found = stacked_mnist.frequencies()
    assert found.shape == (1000,)
    assert found.sum() == pytest.approx(1)
    single = np.bincount(idx.load("mnist", "train").labels, minlength=10) / 60_000
    assert found[507] == pytest.approx(single[5] * single[0] * single[7])


class Paints(nn.Module):
    """A generator of ten different stacks: each channel is a real digit chosen by the sign of a latent."""

    def __init__(self) -> None:
        super().__init__()
        held = idx.load("mnist", "test")
        chosen = [int(np.flatnonzero(held.labels == digit)[0]) for digit in (1, 7)]
        x = torch.from_numpy(held.pictures[chosen].copy()).float() / 127.5 - 1
        self.register_buffer("digits", nn.functional.pad(x, (2, 2, 2, 2), value=-1.0))
        self.config = SimpleNamespace(latent=3)

    def forward(self, z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        digits: Any = self.digits
        return digits[(z > 0).long()]  # type: ignore[no-any-return]


def test_a_generator_of_eight_stacks_has_eight_modes() -> None:
    from ganapp import models

    judge = models.load("digits-judge", "classify")
    found = stacked_mnist.generated(Paints(), 3, 200, Judged(judge, stacked=True))
    assert found.covered == 8
    expected = np.log(1 / 8 / np.mean([stacked_mnist.frequencies()[m] for m in (111, 117, 171, 177, 711, 717, 771, 777)]))
    assert found.divergence == pytest.approx(expected, abs=0.2)
    assert found.floor == pytest.approx(999 / 400)
