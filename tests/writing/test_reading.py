"""Numbers of places: what they say is read back, what is open is not learnt, and losses are as computed by hand."""

from __future__ import annotations

import math
import random

import pytest
import torch

from ganapp.writing import reading, scene
from ganapp.writing.scene import FIELDS, PLACES, Thing


def sure(numbers: torch.Tensor) -> torch.Tensor:
    """Verdicts (b, 9 * 27) that name these numbers (b, 9, 4)."""
    parts = [torch.nn.functional.one_hot(numbers[..., i].clamp(min=0), size) for i, size in enumerate(FIELDS.values())]
    return torch.cat(parts, dim=2).flatten(1).float() * 20


def test_scenes_come_back() -> None:
    chance = random.Random(5)
    scenes = [scene.drawn(chance) for _ in range(50)]
    assert reading.scenes(sure(reading.targets(scenes))) == scenes


def test_what_is_open_is_not_learnt() -> None:
    told = reading.targets([(Thing("7", place="top left"),), (Thing("7", "red"),)])
    assert told[0, 0].tolist() == [8, -1, -1, -1]
    assert told[0, 1:, 0].eq(0).all()
    assert told[1].eq(-1).all()


def test_misfit_by_hand() -> None:
    wanted = reading.targets([(Thing("0", "red", "small", "left", "top left"),)])
    nothing = torch.zeros(1, len(PLACES), scene.WIDTH)
    assert reading.misfit(nothing, wanted).item() == pytest.approx(math.log(16) + math.log(6) + math.log(2) + math.log(3), rel=1e-5)
    assert reading.misfit(sure(wanted).view(1, 9, -1), wanted).item() < 1e-6
    assert reading.misfit(nothing, torch.full_like(wanted, -1)).item() == 0  # where nothing is known nothing can be wrong
