"""Structure moved into deep holes: fences and horizons go on, tones are joined, seeds differ, nothing known changes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from ganapp.models.filler import Filler
from ganapp.repairing import filling, holes, judging, offsets, patches, poisson, shift_map
from ganapp.repairing.filling import Filling
from ganapp.repairing.pieces import Moved


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


def square(h: int = 128, w: int = 128, top: int = 40, left: int = 40, side: int = 50) -> Tensor:
    hole = torch.zeros(h, w, dtype=torch.bool)
    hole[top : top + side, left : left + side] = True
    return hole


def fence(h: int = 128, w: int = 128) -> Tensor:
    """Pales of 4 pixels with gaps of 8 before a sky that gets brighter, and a rail."""
    y, x = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
    sky = torch.stack([0.5 + 0.2 * y / h, 0.6 + 0.2 * y / h, 0.7 + 0.2 * x / w])
    wood = ((x % 12) < 4) | ((y - 60).abs() < 3)
    return torch.where(wood, torch.tensor([0.35, 0.25, 0.15])[:, None, None], sky)


def flat(real: Tensor, hole: Tensor) -> Tensor:
    """What a poor net would give: the mean colour."""
    return torch.where(hole, real[:, ~hole].mean(1)[:, None, None], real)


def test_a_picture_repeats_by_its_period() -> None:
    real, hole = fence(), square()
    found = offsets.dominant(flat(real, hole), hole, 20, lambda: None)
    assert found[:2].tolist() == [[0, 12], [0, -12]]
    assert [0, 48] in found.tolist(), "what repeats after one step repeats after four"
    assert len(set(map(tuple, found.tolist()))) == len(found) <= 20
    assert (found.abs().amax(1) >= 128 * offsets.NEAREST - 1).all()


def test_offsets_are_exact_in_a_picture_that_was_looked_at_small() -> None:
    x = torch.arange(400)
    real = (0.5 + 0.3 * torch.sin(x * 2 * torch.pi / 37)).expand(3, 300, 400).clone()
    real += torch.linspace(0, 0.3, 300)[None, :, None]
    hole = square(300, 400, 100, 150, 90)
    found = offsets.dominant(flat(real, hole), hole, 5, lambda: None)
    apart = found[:, 1].abs() % 37
    assert torch.minimum(apart, 37 - apart).max() <= 1


def test_a_fence_goes_on_through_a_deep_hole() -> None:
    real, hole = fence(), square()
    moved = shift_map.move_in(flat(real, hole), hole)
    assert moved is not None
    assert (moved.picture - real)[:, hole].abs().mean() < 0.02
    assert torch.equal(moved.picture[:, ~hole], real[:, ~hole])


def test_a_horizon_goes_on_although_the_coarse_fill_is_flat() -> None:
    noise = 0.1 * torch.rand(3, 128, 128, generator=torch.Generator().manual_seed(0))
    real = noise + torch.where(torch.arange(128) < 66, 0.7, 0.2)[None, :, None]
    hole = square()
    moved = shift_map.move_in(flat(real, hole), hole)
    assert moved is not None
    rows = moved.picture[:, :, 42:88].mean((0, 2))
    assert rows[50:64].min() > 0.7
    assert rows[68:84].max() < 0.3


def test_seams_and_known_pixels_are_where_they_should_be() -> None:
    real, hole = torch.rand(3, 90, 140, generator=torch.Generator().manual_seed(0)), square(90, 140, 20, 60, 40)
    moved = shift_map.move_in(flat(real, hole), hole)
    assert moved is not None
    assert torch.equal(moved.picture[:, ~hole], real[:, ~hole])
    near = torch.nn.functional.max_pool2d(hole[None].float(), 3, 1, 1)[0] > 0
    assert not (moved.seams & ~near).any()
    assert moved.seams.any(), "noise has no seam that does not show"
    assert moved.picture[:, hole].std() > 0.5 * real.std()


def test_other_seeds_give_other_pictures_and_the_same_seed_the_same() -> None:
    real, hole = torch.rand(3, 96, 96, generator=torch.Generator().manual_seed(0)), square(96, 96, 30, 30, 36)
    made = [shift_map.move_in(flat(real, hole), hole, seed) for seed in (0, 1, 2, 1)]
    pictures = [each.picture for each in made if each is not None]
    assert torch.equal(pictures[1], pictures[3])
    for one, other in ((0, 1), (1, 2), (0, 2)):
        assert (pictures[one] - pictures[other])[:, hole].abs().mean() > 0.1


def test_little_that_is_known_moves_nothing() -> None:
    real = torch.rand(3, 64, 64)
    for hole in (torch.ones(64, 64, dtype=torch.bool), ~square(64, 64, 20, 20, 9)):
        assert shift_map.move_in(flat(real, hole) if not hole.all() else real, hole) is None


@pytest.mark.parametrize(("h", "w", "top", "left"), [(40, 200, 0, 0), (97, 61, 50, 20), (33, 40, 3, 3)])
def test_any_size_and_holes_at_the_edge(h: int, w: int, top: int, left: int) -> None:
    real, hole = torch.rand(3, h, w), square(h, w, top, left, 27)
    moved = shift_map.move_in(flat(real, hole), hole)
    if moved is not None:
        assert torch.isfinite(moved.picture).all()
        assert torch.equal(moved.picture[:, ~hole], real[:, ~hole])


@pytest.mark.parametrize(("h", "w"), [(60, 80), (31, 47), (5, 9)])
def test_slopes_of_a_picture_give_the_picture(h: int, w: int) -> None:
    real = torch.rand(3, h, w, generator=torch.Generator().manual_seed(1))
    hole = torch.zeros(h, w, dtype=torch.bool)
    hole[h // 4 :, w // 5 : w - 1] = True
    made = poisson.solve(torch.where(hole, 0.5, real), hole, (real.diff(dim=2), real.diff(dim=1)))
    torch.testing.assert_close(made, real, atol=1e-2, rtol=0)


def test_no_tone_seam_is_left() -> None:
    """Two halves of one gradient, one of them laid in too dark: its own slopes and the rim bring the tone back."""
    real = torch.linspace(0.2, 0.8, 64).expand(3, 64, 64).clone()
    hole = square(64, 64, 16, 16, 32)
    dark = torch.where(hole, real - 0.15, real)
    made = poisson.solve(dark, hole, (real.diff(dim=2), real.diff(dim=1)))
    torch.testing.assert_close(made, real, atol=1e-2, rtol=0)


class StopError(Exception):
    """Raised to stop."""


def test_deep_holes_alone_are_filled_so_and_work_stops_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    real = fence().numpy().transpose(1, 2, 0)
    whole = Filling(Filler("flat", 512, lambda colours, hole: np.broadcast_to(colours[~hole].mean(0), colours.shape)))
    deep, thin = square().numpy(), square(side=20).numpy()
    made = whole.fill(np.where(deep[..., None], 0, real).astype(np.float32), deep)
    assert np.array_equal(made[~deep], real[~deep])
    assert np.abs(made - real)[deep].mean() < 0.03
    calls: list[int] = []

    def stop() -> None:
        calls.append(1)
        if len(calls) == 5:
            raise StopError

    with pytest.raises(StopError):
        whole.fill(real, deep, 0, stop)
    monkeypatch.setattr(shift_map, "move_in", lambda *_: pytest.fail("a thin hole needs no moved regions"))
    whole.fill(real, thin)


def test_regions_are_not_taken_where_they_show_clearly_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """What patches alone make is the other candidate, but for another version, which is to differ."""
    real, hole = fence(), square()
    alone, regions = patches.detail(flat(real, hole), hole, 0), torch.where(hole, torch.zeros(3, 1, 1), real)
    monkeypatch.setattr(shift_map, "move_in", lambda *_: Moved(regions, torch.zeros_like(hole)))
    for share, taken in ((1.05, regions), (1.2, alone)):
        shown = {True: share, False: 1.0}  # whether the hole is black, as the regions are
        monkeypatch.setattr(judging, "cost", lambda made, *_, shown=shown: shown[bool((made[:, hole] == 0).all())])
        assert torch.equal(filling._deep(flat(real, hole), hole, 0), taken)
        assert torch.equal(filling._deep(flat(real, hole), hole, 1), regions)


def test_a_thin_hole_with_a_knot_is_left_to_patches() -> None:
    hole = np.zeros((200, 400), bool)
    hole[90:97] = True
    hole[79:107, 100:126] = True
    assert 0 < (holes.distance(~hole, filling.DEEP) > filling.DEEP).sum() < 100  # the knot's middle is deep
    assert not filling._is_deep(hole)
    hole[60:130, 100:180] = True
    assert filling._is_deep(hole)
