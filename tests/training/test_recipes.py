"""A tiny real run of every recipe on the CPU, and the parts they share."""

from __future__ import annotations

import importlib
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from ganapp.base.order_file import Order
from ganapp.models.folder import describe, weigh
from ganapp.training.data.digits_data import Digits, jiggle
from ganapp.training.recipes import digits, judge
from ganapp.training.run import loop
from ganapp.training.run.ema import Average
from ganapp.training.run.schedule import cosine, one_cycle

RECIPES = sorted(path.stem for path in Path(digits.__file__).parent.glob("*.py") if not path.stem.startswith("_"))
TINY: dict[str, list[dict[str, Any]]] = {
    "digits": [
        {"width": 4, "batch": 8},
        {"width": 4, "batch": 8, "lazy": 2},
        {"width": 4, "batch": 8, "loss": "classic", "gamma": 0.0, "gamma_end": 0.0, "normalise": True},
    ],
    "gan": [{"width": 4, "batch": 8, "size": 16, "data": "fashion_mnist"}],
    "judge": [{"width": 4, "features": 8, "batch": 16}],
}


@pytest.mark.parametrize("recipe", [name for name in RECIPES if name in TINY])
def test_a_tiny_run_of_the_recipe(recipe: str, tmp_path: Path) -> None:
    for i, settings in enumerate(TINY[recipe]):
        place = tmp_path / str(i)
        place.mkdir()
        assert loop.train(Order(recipe, 10, every=10, threads=1, settings=settings), place) == "done"
        for part in describe(place / "result").parts.values():
            weigh(place / "result", part)


def test_every_recipe_has_settings_and_a_docstring() -> None:
    for name in RECIPES:
        module = importlib.import_module(f"ganapp.training.recipes.{name}")
        assert module.__doc__
        assert module.Settings.__doc__
        assert callable(module.begin)


def test_the_judge_learns() -> None:
    torch.set_num_threads(1)
    run = judge.begin(judge.Settings(width=8, features=16, batch=64, rate=5e-3), seed=0)
    accuracy = [run.step(k, 80)["accuracy"] for k in range(80)]
    assert sum(accuracy[:10]) / 10 < 0.3 < 0.5 < sum(accuracy[-10:]) / 10


def test_the_generator_moves_towards_the_data() -> None:
    torch.set_num_threads(1)
    run = digits.begin(digits.Settings(width=8, batch=32, half_life=10.0), seed=0)
    real = (Digits().pictures[:80].float() / 255).mean() * (28 / 32) ** 2
    before = run.samples()
    for k in range(100):
        report = run.step(k, 100)
    after = run.samples()
    assert all(math.isfinite(value) for value in report.values())
    assert before is not None
    assert after is not None
    assert abs(after.mean() - real) < 0.25 * abs(before.mean() - real)


def test_penalties_come_every_other_step_with_twice_the_weight() -> None:
    run = digits.begin(digits.Settings(width=4, batch=8, lazy=2), seed=0)
    assert "r1" in run.step(0, 10)
    assert "r1" not in run.step(1, 10)


def test_cosine_and_one_cycle() -> None:
    assert cosine(1.0, 0.1, 0, 11) == pytest.approx(1.0)
    assert cosine(1.0, 0.1, 5, 11) == pytest.approx(0.55)
    assert cosine(1.0, 0.1, 10, 11) == pytest.approx(0.1)
    assert one_cycle(0, 100, 1.0) == pytest.approx(0.1)
    assert one_cycle(9, 100, 1.0) == pytest.approx(1.0)
    assert one_cycle(55, 100, 1.0) == pytest.approx(0.5)


def test_digits_are_padded_to_32_and_scaled() -> None:
    data = Digits("test")
    x, y = data.at(torch.tensor([0, 1]))
    assert x.shape == (2, 1, 32, 32)
    assert x.min() == -1
    assert x.max() <= 1
    assert torch.equal(x[:, :, :2], torch.full((2, 1, 2, 32), -1.0))
    assert y.argmax(1).tolist() == [7, 2]
    assert y.sum(1).tolist() == [1, 1]


def test_jiggle_of_nothing_is_the_picture() -> None:
    x, _ = Digits("test").at(torch.tensor([3]))
    torch.testing.assert_close(jiggle(x, 0, 0, 0, 0), x, atol=1e-5, rtol=0)
    assert not torch.allclose(jiggle(x), x, atol=0.1)


def test_average_by_hand() -> None:
    net = nn.Linear(1, 1, bias=False)
    nn.init.constant_(net.weight, 0.0)
    average = Average(net, half_life=1.0, ramp=1.0)
    nn.init.constant_(net.weight, 1.0)
    average.follow(net, 1)
    assert average.net.weight.item() == pytest.approx(0.5)
    average.follow(net, 2)
    assert average.net.weight.item() == pytest.approx(0.75)
