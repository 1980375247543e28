"""What is measured in a digit, and the directions that are fitted to it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from torch import Tensor, nn

from ganapp.digits import digit, idx
from ganapp.finishing import attributes, directions

FINE = 8  # pictures are drawn this much larger and averaged, so that they have grey edges


def drawn(paint, side: int = 32) -> Tensor:
    """(1, 1, side, side): what `paint(draw, scale)` draws, anti-aliased."""
    page = Image.new("L", (side * FINE, side * FINE), 0)
    paint(ImageDraw.Draw(page), FINE)
    small = np.asarray(page, np.float32).reshape(side, FINE, side, FINE).mean((1, 3)) / 255
    return torch.from_numpy(small)[None, None]


def bar(width: float, length: float, lean: float = 0.0) -> Tensor:
    """An upright bar in the middle, sheared by `lean` degrees to the right."""
    top, bottom = 16 - length / 2, 16 + length / 2
    shift = math.tan(math.radians(lean)) * length / 2

    def paint(draw, s):
        left, right = 16 - width / 2, 16 + width / 2
        corners = [(left + shift, top), (right + shift, top), (right - shift, bottom), (left - shift, bottom)]
        draw.polygon([(x * s, y * s) for x, y in corners], fill=255)

    return drawn(paint)


def ring(outer: float, inner: float) -> Tensor:
    def paint(draw, s):
        for radius, level in ((outer, 255), (inner, 0)):
            draw.ellipse([(16 - radius) * s, (16 - radius) * s, (16 + radius) * s, (16 + radius) * s], fill=level)

    return drawn(paint)


@pytest.mark.parametrize("lean", [-30, -10, 0, 15, 35])
def test_slant_of_a_leaning_bar(lean: float) -> None:
    assert float(attributes.slant(bar(3, 20, lean))) == pytest.approx(lean, abs=1.5)


@pytest.mark.parametrize(("width", "length"), [(2, 20), (3, 20), (5, 18), (8, 20)])
def test_weight_of_a_bar_by_the_formula(width: float, length: float) -> None:
    assert float(attributes.weight(bar(width, length))) == pytest.approx(width / (1 + width / length), rel=0.08)


@pytest.mark.parametrize(("outer", "inner"), [(9, 7), (9, 5), (8, 5)])
def test_weight_of_a_ring_is_its_breadth(outer: float, inner: float) -> None:
    assert float(attributes.weight(ring(outer, inner))) == pytest.approx(outer - inner, rel=0.08)


@pytest.mark.parametrize("lean", [0, 25])
def test_width_and_height_of_a_bar(lean: float) -> None:
    leaning = bar(6, 20, lean)
    assert float(attributes.width(leaning)) == pytest.approx(6, abs=1)  # set upright first
    assert float(attributes.height(leaning)) == pytest.approx(20, abs=0.3)


@pytest.mark.parametrize(("outer", "inner"), [(9, 7), (9, 4), (6, 3)])
def test_loop_of_a_ring_is_its_hole(outer: float, inner: float) -> None:
    assert float(attributes.loop(ring(outer, inner))) == pytest.approx(math.sqrt(math.pi) * inner, rel=0.05)


def test_a_gap_of_a_pixel_lets_the_loop_out_and_a_diagonal_step_does_not() -> None:
    closed = ring(9, 6)
    opened = closed.clone()
    opened[..., 14:18, 22:] = 0
    assert float(attributes.loop(opened)) == 0
    step = torch.zeros(1, 1, 32, 32)
    for x, y in ((10, 12), (11, 11), (12, 10), (13, 11), (14, 12), (13, 13), (12, 14), (11, 13)):
        step[0, 0, y, x] = 1
    assert float(attributes.loop(step)) > 1


def test_loop_against_an_independent_implementation() -> None:
    from scipy.ndimage import binary_fill_holes

    x = torch.from_numpy(digit.from_mnist(idx.load("mnist", "test").pictures[:60]))[:, None]
    large = nn.functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)[:, 0].numpy() >= 0.5
    holes = [(binary_fill_holes(ink) & ~ink).sum() / 4 for ink in large]
    assert attributes.loop(x).square().numpy() == pytest.approx(holes, abs=1e-3)


def test_weight_against_a_distance_transform() -> None:
    from scipy.ndimage import distance_transform_edt
    from scipy.stats import spearmanr

    x = torch.from_numpy(digit.from_mnist(idx.load("mnist", "test").pictures[:150]))[:, None]
    large = nn.functional.interpolate(x, scale_factor=4, mode="bilinear", align_corners=False)[:, 0].numpy() >= 0.5
    depth = [np.mean(distance_transform_edt(ink)[ink]) for ink in large]  # a quarter of the stroke's width, in fine pixels
    assert spearmanr(attributes.weight(x).numpy(), depth).statistic > 0.93


def test_roundness_orders_bar_square_ring() -> None:
    def square(draw, s):
        draw.rectangle([8 * s, 8 * s, 24 * s, 24 * s], outline=255, width=3 * s)

    straight, cornered, round_ = (float(attributes.roundness(x)) for x in (bar(3, 20), drawn(square), ring(9, 6)))
    assert straight < cornered < round_
    assert round_ > 0.97


def test_nothing_measures_nothing_and_haze_is_wiped_off() -> None:
    empty = torch.zeros(2, 1, 32, 32)
    empty[1] += 0.03
    assert attributes.measured(empty).isfinite().all()
    assert attributes.measured(empty)[:, [0, 1, 4, 5]].abs().max() < 1e-3
    clean = bar(4, 20)
    hazy = (clean + 0.03).clamp(max=1)
    assert attributes.measured(hazy)[0].numpy() == pytest.approx(attributes.measured(clean)[0].numpy(), rel=0.05, abs=0.05)


def test_a_place_on_the_page_changes_nothing() -> None:
    here = bar(4, 14, 10)
    there = torch.roll(here, (3, -4), (2, 3))
    assert attributes.measured(here)[0].numpy() == pytest.approx(attributes.measured(there)[0].numpy(), abs=0.02)


# Directions


def test_ridge_against_scikit_learn() -> None:
    from sklearn.linear_model import Ridge
    from sklearn.metrics import r2_score

    generator = torch.Generator().manual_seed(0)
    z, targets = torch.randn(200, 7, generator=generator), torch.randn(200, 3, generator=generator)
    weights = directions.ridge(z, targets, penalty=2.5)
    theirs = Ridge(alpha=2.5, fit_intercept=False).fit(z.numpy(), targets.numpy())
    assert weights.T.numpy() == pytest.approx(theirs.coef_, abs=1e-4)
    scores = r2_score(targets.numpy(), theirs.predict(z.numpy()), multioutput="raw_values")
    assert directions.r2(z, targets, weights).numpy() == pytest.approx(scores, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 6), st.integers(0, 1000))
def test_orthonormal_rows_span_the_same_and_stay_nearest(count: int, seed: int) -> None:
    rows = torch.randn(count, 12, generator=torch.Generator().manual_seed(seed))
    made = directions.orthonormal(rows)
    assert (made @ made.T).numpy() == pytest.approx(np.eye(count), abs=1e-4)
    assert (rows - rows @ made.T @ made).abs().max() < 1e-3
    unit = nn.functional.normalize(rows, dim=1)
    other = torch.linalg.qr(unit.T)[0].T
    signs = torch.sign((other * unit).sum(1))[:, None]
    assert (made - unit).norm() <= (other * signs - unit).norm() + 1e-4


def test_spearman_against_scipy() -> None:
    from scipy.stats import spearmanr

    values = torch.tensor([[1.0, 2, 2, 3, 9], [4, 1, 0, 2, 2], [5, 5, 5, 5, 5]])
    wanted = [spearmanr(row, range(5)).statistic for row in values[:2].numpy()]
    assert directions.spearman(values) == pytest.approx(np.mean(wanted), abs=1e-5)
    assert directions.spearman(values[2:]) == 0


class Bars(nn.Module):
    """A generator whose meaning is known: z0 leans a bar, z1 makes it bold; the other numbers only move it a little."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Linear(6 + 3, 32)
        self.stem_norm = nn.BatchNorm2d(2)

    def forward(self, z: Tensor, y: Tensor) -> Tensor:
        grid = torch.arange(32.0) - 15.5
        lean, half = z[:, 0] * 0.15, 2 + z[:, 1] * 0.5 + y.argmax(1) * 0.05
        middle = z[:, 2] * 0.3
        across = (grid[None, None] + lean[:, None, None] * grid[None, :, None] - middle[:, None, None]).abs()  # (n, h, w)
        ink = torch.sigmoid((half[:, None, None] - across) * 4) * (grid.abs() < 9)[None, :, None]
        return (ink * 2 - 1)[:, None]


class Sure(nn.Module):
    """A judge that always sees a 0."""

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.one_hot(torch.zeros(len(x), dtype=torch.long), 10).float()


def test_known_meanings_are_found() -> None:
    torch.manual_seed(0)
    found = directions.fitted(Bars(), Sure(), 6, samples=500, tried=20)
    named = {entry["name"]: entry for entry in found["attributes"]}
    assert abs(named["slant"]["vector"][0]) > 0.95
    assert named["slant"]["r2"] > 0.9
    assert named["slant"]["spearman"] > 0.99
    assert named["slant"]["effect"] == pytest.approx(math.degrees(math.atan(0.15)), rel=0.15)
    assert named["slant"]["class_kept"] == pytest.approx(0.1)
    assert "loop" in [entry["name"] for entry in found["left_out"]]
    vectors = np.array([entry["vector"] for entry in found["attributes"] + found["raw"]])
    assert vectors @ vectors.T == pytest.approx(np.eye(len(vectors)), abs=1e-4)
    assert len(vectors) == 6


def test_raw_directions_change_the_stem_most() -> None:
    net = Bars()
    with torch.no_grad():
        net.stem.weight.zero_()
        net.stem.weight[:, 4] = 3.0
        net.stem.weight[:, 2] = 1.0
    named = torch.eye(6)[:1]
    found = directions.raw(net, named, 2)
    plane = found[:, [2, 4]]
    assert found[0].abs().argmax() == 4
    assert (found @ named.T).abs().max() < 1e-5
    assert float(plane[0].norm()) == pytest.approx(1, abs=1e-4)
