"""Which of two fills shows less."""

from __future__ import annotations

import pytest
import torch

from ganapp.repairing import judging, shift_map
from tests.repairing.test_shift_map import fence, flat, square


def test_a_smear_shows_more_than_what_goes_on() -> None:
    real, hole = fence(), square()
    assert judging.structure(real, hole) < 0.1 * judging.structure(flat(real, hole), hole)


def test_calm_grass_in_rough_grass_shows() -> None:
    rough, hole = 0.4 + 0.2 * torch.rand(3, 96, 96, generator=torch.Generator().manual_seed(0)), square(96, 96, 30, 30, 36)
    calm = torch.where(hole, 0.5 + 0.05 * (rough - 0.5), rough)
    assert judging.grain(calm, hole) > 5 * judging.grain(rough, hole)
    assert judging.cost(calm, hole) > judging.cost(rough, hole)


def test_nothing_marked_and_nothing_known_cost_nothing() -> None:
    picture = torch.rand(3, 64, 64, generator=torch.Generator().manual_seed(0))
    for hole in (torch.zeros(64, 64, dtype=torch.bool), torch.ones(64, 64, dtype=torch.bool)):
        assert judging.cost(picture, hole) == 0


def test_of_the_candidates_the_one_that_shows_least_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    real, hole = fence(), square()
    for least in range(len(shift_map.TASTES)):
        monkeypatch.setattr(judging, "cost", lambda picture, *_, best=least: abs(float(picture) - best))
        monkeypatch.setattr(shift_map, "join", lambda scene, number: shift_map.Moved(torch.tensor(float(number)), hole))
        monkeypatch.setattr(shift_map, "_chosen", lambda scene, taste, *_: shift_map.TASTES.index(taste))
        moved = shift_map.move_in(flat(real, hole), hole)
        assert moved is not None
        assert float(moved.picture) == least
