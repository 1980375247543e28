"""The picture at other sizes as a source: bars that get smaller go on, nothing comes from the hole, and only what shows less is taken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from ganapp.models.filler import Filler
from ganapp.repairing import judging, patches, scales, shift_map
from ganapp.repairing.filling import Filling
from ganapp.repairing.offsets import Layer
from tests.repairing.test_shift_map import flat, square

VANISHING = (60.0, 20.0)  # row and column


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


def grid(h: int, w: int, fine: int = 4) -> tuple[Tensor, Tensor]:
    """Rows and columns of points, `fine` to a pixel."""
    y, x = torch.meshgrid((torch.arange(h * fine) + 0.5) / fine, (torch.arange(w * fine) + 0.5) / fine, indexing="ij")
    return y, x


def railing(h: int = 128, w: int = 200) -> Tensor:
    """Bars between two rails that lead away to a point, each with its gap a ninth smaller than the one before it, in front of a sky."""
    y, x = grid(h, w)
    far = (x - VANISHING[1]).clamp(min=0.5)
    share = torch.remainder(torch.log(far / 240) / np.log(0.8**0.5), 1)
    top, bottom = VANISHING[0] - 0.28 * far, VANISHING[0] + 0.32 * far
    bars = (share < 0.5) & (y > top) & (y < bottom)
    rails = ((y - top).abs() < 0.03 * far) | ((y - bottom).abs() < 0.03 * far)
    sky = torch.stack([0.55 + 0.2 * y / h, 0.65 + 0.15 * y / h, torch.full_like(y, 0.8)])
    wood = torch.tensor([0.3, 0.2, 0.12])[:, None, None]
    return functional.avg_pool2d(torch.where((bars | rails) & (x > VANISHING[1]), wood, sky)[None], 4)[0]


def band(columns: slice) -> Tensor:
    """A hole across the whole railing."""
    hole = torch.zeros(128, 200, dtype=torch.bool)
    hole[10:115, columns] = True
    return hole


def away(turned: str) -> tuple[Tensor, Tensor]:
    """The railing and a hole, leading away to the left, to the right, or upwards as steps do."""
    real, hole = railing(), band(slice(100, 130))
    if turned == "right":
        return real.flip(2), hole.flip(1)
    return (real.transpose(1, 2), hole.t()) if turned == "up" else (real, hole)


@pytest.mark.parametrize("turned", ["left", "right", "up"])
def test_what_gets_smaller_to_the_distance_goes_on(turned: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (real, hole), errors = away(turned), []
    for tastes in (shift_map.TASTES, tuple(replace(taste, scaled=False) for taste in shift_map.TASTES)):
        monkeypatch.setattr(shift_map, "TASTES", tastes)
        moved = shift_map.move_in(flat(real, hole), hole)
        assert moved is not None
        assert torch.equal(moved.picture[:, ~hole], real[:, ~hole])
        errors.append(float((moved.picture - real)[:, hole].abs().mean()))
    assert errors[0] < 0.5 * errors[1], "a fifth less would do, half is what comes of it"


def test_one_move_of_the_reduced_picture_is_right_for_all_that_vanishes_in_a_point() -> None:
    real, hole = railing(), square(128, 200, 50, 100, 26)
    layers = scales.layers(flat(real, hole), hole)
    found = scales.dominant(flat(real, hole), hole, layers, lambda: None)
    assert [layer.scale for layer in layers] == list(scales.SCALES)
    assert len(found) <= (scales.EACH + 2 * scales.POINTS) * len(layers)
    assert len(set(map(tuple, found.tolist()))) == len(found)
    for number, layer in enumerate(layers, 1):
        wanted = torch.tensor([(layer.scale - 1) * place for place in VANISHING])
        assert (found[found[:, 0] == number][:, 1:] - wanted).abs().amax(1).min() <= 1


def test_nothing_of_the_hole_is_in_what_a_layer_knows() -> None:
    real, hole = torch.rand(3, 97, 61, generator=torch.Generator().manual_seed(0)), square(97, 61, 30, 20, 23)
    spoilt = torch.where(hole, 1 - real, real)
    for one, other in zip(scales.layers(real, hole), scales.layers(spoilt, hole)):
        assert one.picture.shape[1:] == one.void.shape == (round(97 * one.scale), round(61 * one.scale))
        assert torch.equal(one.picture[:, ~one.void], other.picture[:, ~one.void])
        assert 0 <= one.picture.min() <= one.picture.max() <= 1
        assert one.void.float().mean() < 2 * hole.float().mean()
    assert scales.layers(real[:, :12, :12], hole[:12, :12]) == ()


def test_places_are_those_of_the_layer_that_a_move_names() -> None:
    layers = [Layer(torch.rand(3, h, w), torch.zeros(h, w, dtype=torch.bool)) for h, w in ((7, 9), (5, 6), (9, 11))]
    every = scales.sources(tuple(layers))
    moves = torch.tensor([(0, 1, -2), (1, 0, 1), (2, 5, 7), (1, 3, 0)])
    number, inside = every.places(moves, torch.tensor([3, 3]))
    assert inside.tolist() == [True, True, True, False]
    for i, (layer, dy, dx) in enumerate(moves.tolist()[:3]):
        assert torch.equal(every.colours[:, number[i]], layers[layer].picture[:, 3 + dy, 3 + dx])
    assert 63 <= number[3] < 63 + 30, "what is outside is held to the edge of its own layer"


def test_of_all_candidates_none_is_taken_that_shows_more(monkeypatch: pytest.MonkeyPatch) -> None:
    cost, costs = judging.cost, {}

    def measured(picture: Tensor, *rest: object) -> float:
        costs[picture.numpy().tobytes()] = cost(picture, *rest)  # type: ignore[arg-type]
        return costs[picture.numpy().tobytes()]

    monkeypatch.setattr(judging, "cost", measured)
    noise = torch.rand(3, 64, 80, generator=torch.Generator().manual_seed(0))
    cases = (away("left"), 0), (away("left"), 1), ((0.2 * noise + torch.linspace(0.2, 0.8, 80), square(64, 80, 20, 25, 26)), 0)
    for (real, hole), seed in cases:
        costs.clear()
        moved = shift_map.move_in(flat(real, hole), hole, seed)
        assert moved is not None
        *plain, scaled = costs.values()
        lower = min(plain) if scaled * shift_map.SCALED >= min(plain) else scaled
        assert costs[moved.picture.numpy().tobytes()] == lower <= min(plain)


@pytest.mark.parametrize(("scaled", "taken"), [(0.85, True), (0.95, False), (1.05, False)])
def test_other_sizes_are_taken_where_they_show_a_tenth_less(scaled: float, taken: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    real, hole = railing(), square(128, 200, 50, 100, 26)
    monkeypatch.setattr(shift_map, "_chosen", lambda scene, taste, *_: torch.full(hole.shape, 0.2 if taste.scaled else 0.4))
    monkeypatch.setattr(shift_map, "join", lambda scene, value: shift_map.Moved(value.expand(3, -1, -1), hole))
    monkeypatch.setattr(judging, "cost", lambda picture, *_: scaled if picture.max() < 0.3 else 1.0)
    moved = shift_map.move_in(flat(real, hole), hole)
    assert moved is not None
    assert (moved.picture.max() < 0.3) == taken


@pytest.mark.parametrize(("away_from_us", "joins"), [(True, 3), (False, 2)])
def test_other_sizes_that_are_hardly_of_use_are_given_up_early(away_from_us: bool, joins: int, monkeypatch: pytest.MonkeyPatch) -> None:
    join, joined = shift_map.join, list[Tensor]()
    monkeypatch.setattr(shift_map, "join", lambda scene, labels: (joined.append(labels), join(scene, labels))[1])
    bars = (torch.arange(200) % 10 < 4).float().expand(3, 128, 200)
    real, hole = away("left") if away_from_us else (bars * 0.6 + 0.2, square(128, 200, 50, 100, 26))
    assert shift_map.move_in(flat(real, hole), hole) is not None
    assert len(joined) == joins


def test_thin_repairs_are_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scales, "layers", lambda *_: pytest.fail("a thin hole needs no other sizes"))
    colours, thin = railing().numpy().transpose(1, 2, 0), np.zeros((128, 200), np.bool_)
    thin[10:115, 100:118] = True
    coarse = np.where(thin[..., None], colours[~thin].mean(0), colours)
    made = Filling(Filler("flat", 512, lambda *_: coarse)).fill(colours, thin)
    alone = patches.detail(torch.from_numpy(np.ascontiguousarray(coarse.transpose(2, 0, 1))), torch.from_numpy(thin), 0)
    assert np.array_equal(made, np.where(thin[..., None], alone.numpy().transpose(1, 2, 0), colours))
