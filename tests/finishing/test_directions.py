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
from ganapp.finishing import directions
from ganapp.metrics import attributes, holes, trials

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


def test_a_wide_gap_lets_the_loop_out_and_a_gap_of_two_pixels_or_a_diagonal_step_does_not() -> None:
    whole = float(attributes.loop(ring(9, 6)))
    for gap, left in ((5, 0.0), (2, whole)):
        opened = ring(9, 6)
        opened[..., 16 - gap // 2 : 16 - gap // 2 + gap, 21:] = 0
        assert float(attributes.loop(opened)) == pytest.approx(left, rel=0.05, abs=0.05)
    assert float(attributes.loop(ring(9, 6) * 0.5)) == pytest.approx(whole * 0.5**0.5, rel=0.01)  # grey ink encloses half as much
    step = torch.zeros(1, 1, 32, 32)
    for x in range(-6, 7):
        for y in (6 - abs(x), abs(x) - 6):
            step[0, 0, 16 + y, 16 + x] = 1
    assert float(attributes.loop(step)) > 5


def test_loop_against_an_independent_implementation() -> None:
    """A grey hole is the sum of the holes at all levels."""
    from scipy.ndimage import binary_fill_holes

    x = torch.from_numpy(digit.from_mnist(idx.load("mnist", "test").pictures[:20]))
    levels = (np.arange(200) + 0.5) / 200
    deep = [np.mean([(binary_fill_holes(ink > level) & ~(ink > level)).sum() for level in levels]) for ink in x.numpy()]
    assert (holes.filled(x) - x).sum((1, 2)).numpy() == pytest.approx(deep, abs=0.3)


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


def bow(by: float) -> Tensor:
    """A stroke three pixels wide along a parabola that bulges `by` pixels to the left."""

    def paint(draw, s):
        middle = [(16 - by * (1 - ((y - 16) / 10) ** 2), y) for y in np.linspace(6, 26, 60)]
        draw.polygon([((x - 1.5) * s, y * s) for x, y in middle] + [((x + 1.5) * s, y * s) for x, y in reversed(middle)], fill=255)

    return drawn(paint)


def test_bend_is_that_of_the_parabola() -> None:
    """x = by (y / 10)^2: from the middle to twice the rows' standard deviation, 20 / sqrt(12), it goes by 4 / 3 of its bulge."""
    for by in (-4.0, 0.0, 3.0):
        assert float(attributes.bend(bow(by))) == pytest.approx(by * 4 / 3, abs=0.1)


def tee(upper: float, lower: float) -> Tensor:
    """Two blocks of 8 rows, one on the other, so wide."""

    def paint(draw, s):
        for width, top in ((upper, 8), (lower, 16)):
            draw.rectangle([(16 - width / 2) * s, top * s, (16 + width / 2) * s - 1, (top + 8) * s - 1], fill=255)

    return drawn(paint)


def test_balance_and_waist_of_two_blocks() -> None:
    assert float(attributes.balance(tee(6, 12))) == pytest.approx((12 - 6) / (12 + 6), abs=0.02)
    assert float(attributes.balance(tee(12, 6))) == pytest.approx(-1 / 3, abs=0.02)
    low, even, high = (float(attributes.waist(tee(*widths))) for widths in ((6, 12), (9, 9), (12, 6)))
    assert even == pytest.approx(0.5, abs=0.01)
    assert low == pytest.approx(6 / 16, abs=0.02)  # three quarters of the lower block's 8 rows hold half of the ink
    assert high == pytest.approx(10 / 16, abs=0.02)


def test_thirds_spread_as_far_as_they_are_wide() -> None:
    def paint(draw, s):
        for i, width in enumerate((9, 12, 10)):
            draw.rectangle([(16 - width / 2) * s, (4 + 8 * i) * s, (16 + width / 2) * s - 1, (12 + 8 * i) * s - 1], fill=255)

    x = drawn(paint)
    for measure, wanted in ((attributes.head, 9), (attributes.middle, 12), (attributes.foot, 10)):
        assert float(measure(x)) == pytest.approx(wanted, rel=0.12)
    assert float(attributes.crossing(x)) == pytest.approx(12 / float(attributes.width(x)), rel=0.12)


def test_corners_order_plus_ring_and_cross() -> None:
    def plus(draw, s):
        draw.rectangle([15 * s, 6 * s, 17 * s - 1, 26 * s - 1], fill=255)
        draw.rectangle([6 * s, 15 * s, 26 * s - 1, 17 * s - 1], fill=255)

    def cross(draw, s):
        for a, b in (((7, 7), (25, 25)), ((7, 25), (25, 7))):
            draw.line([(a[0] * s, a[1] * s), (b[0] * s, b[1] * s)], fill=255, width=2 * s)

    straight, round_, crossed = (float(attributes.corners(x)) for x in (drawn(plus), ring(9, 8), drawn(cross)))
    assert straight < 0.1
    assert round_ == pytest.approx(0.5, abs=0.03)
    assert crossed > 1.3


def test_a_longer_stroke_is_more_of_a_flourish() -> None:
    def wave(draw, s):
        draw.line([((16 + 6 * math.sin(y * 1.2)) * s, y * s) for y in np.linspace(6, 26, 200)], fill=255, width=2 * s, joint="curve")

    plain, curly = (float(attributes.flourish(x)) for x in (bar(2, 20), drawn(wave)))
    assert plain == pytest.approx(20 / (20 + 2), rel=0.1)
    assert curly > 1.5 * plain


def test_nothing_measures_nothing_and_haze_is_wiped_off() -> None:
    empty = torch.zeros(2, 1, 32, 32)
    empty[1] += 0.03
    assert attributes.measured(empty).isfinite().all()
    assert attributes.measured(empty).abs().max() < 1e-3
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
    assert trials.spearman(values) == pytest.approx(np.mean(wanted), abs=1e-5)
    assert trials.spearman(values[2:]) == 0


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
        ink[:, 0, :10] = 0.04 * y  # less than is measured, and enough for the judge
        return (ink * 2 - 1)[:, None]


class Sure(nn.Module):
    """A judge that sees which digit was asked for; but for a bar that leans more than `most`, which it takes for another one."""

    def __init__(self, most: float = 90.0) -> None:
        super().__init__()
        self.most = most

    def forward(self, x: Tensor) -> Tensor:
        seen = x[:, 0, 0, :10]
        return torch.where((attributes.slant(attributes.wiped((x + 1) / 2)).abs() > self.most)[:, None], seen.roll(1, 1), seen)


def test_known_meanings_are_found() -> None:
    torch.manual_seed(0)
    found = directions.fitted(Bars(), Sure(), 6, samples=500, tried=20)
    named = {entry["name"]: entry for entry in found["attributes"]}
    assert abs(named["slant"]["vector"][0]) > 0.95
    assert named["slant"]["r2"] > 0.9
    assert named["slant"]["spearman"] > 0.99
    assert named["slant"]["effect"] == pytest.approx(math.degrees(math.atan(0.15)), rel=0.15)
    assert named["slant"]["class_kept"] == 1
    assert {"weight"} <= set(named)
    assert "height" in [entry["name"] for entry in found["left_out"]]  # which nothing moves
    vectors = np.array([entry["vector"] for entry in found["attributes"]])
    assert vectors @ vectors.T == pytest.approx(np.eye(len(vectors)), abs=1e-4)


def test_what_changes_the_digit_is_left_out() -> None:
    torch.manual_seed(0)
    found = directions.fitted(Bars(), Sure(most=12), 6, samples=500, tried=40)
    assert "slant" not in [entry["name"] for entry in found["attributes"]]
    failed = next(entry for entry in found["left_out"] if entry["name"] == "slant")
    assert failed["class_kept"] < 0.97
    assert failed["digits"] == list(range(10))


class Halves(nn.Module):
    """A generator whose digits 0 to 4 lean by z0, and the others by -z0."""

    def __init__(self) -> None:
        super().__init__()
        self.bars = Bars()
        self.stem, self.stem_norm = self.bars.stem, self.bars.stem_norm

    def forward(self, z: Tensor, y: Tensor) -> Tensor:
        sign = torch.where(y.argmax(1) > 4, -1.0, 1.0)[:, None]
        return self.bars(torch.cat([sign * z[:, :1], z[:, 1:]], dim=1), y)


def test_digits_that_have_no_direction_in_common_get_their_own() -> None:
    torch.manual_seed(0)
    found = directions.fitted(Halves(), Sure(), 6, samples=1500, tried=100)
    vectors = next(entry for entry in found["attributes"] if entry["name"] == "slant")["vectors"]
    for kind, vector in enumerate(vectors):
        assert vector[0] * (1 if kind < 5 else -1) > 0.9, kind


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
