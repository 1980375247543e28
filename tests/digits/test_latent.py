from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganapp.digits import latent

VECTORS = st.integers(0, 2**32 - 1).map(lambda seed: latent.from_seed(seed, 16))
NUMBERS = st.floats(-5, 5, width=32)


def orthonormal(count: int, n: int = 16) -> dict[str, np.ndarray]:
    rows = np.linalg.qr(np.random.default_rng(1).normal(size=(n, count)))[0].T
    return {f"d{i}": row.astype(np.float32) for i, row in enumerate(rows)}


def test_first_numbers_of_a_seed_stay_what_they_were() -> None:
    """mulberry32(1) begins 0x7A8C5C1E..., worked out by hand from its definition; recipes saved long ago depend on these."""

    def mulberry(state: int) -> int:
        t = (state + 0x6D2B79F5) % 2**32
        t = (t ^ (t >> 15)) * (t | 1) % 2**32
        t ^= (t + (t ^ (t >> 7)) * (t | 61)) % 2**32
        return (t ^ (t >> 14)) % 2**32

    first, second = (mulberry(1 + i * 0x6D2B79F5) for i in range(2))
    u, v = (first + 0.5) / 2**32, (second + 0.5) / 2**32
    radius = math.sqrt(-2 * math.log(u))
    wanted = [radius * math.cos(2 * math.pi * v), radius * math.sin(2 * math.pi * v)]
    assert latent.from_seed(1, 2).tolist() == pytest.approx(wanted, rel=1e-6)


def test_seeds_give_normal_numbers_that_do_not_hang_together() -> None:
    from scipy.stats import kstest

    many = np.stack([latent.from_seed(seed, 64) for seed in range(300)])
    assert kstest(many.ravel(), "norm").pvalue > 1e-3
    neighbours = np.corrcoef(many[:-1].ravel(), many[1:].ravel())[0, 1]
    assert abs(neighbours) < 0.03
    assert np.abs(np.corrcoef(many.T) - np.eye(64)).max() < 0.3


@given(st.integers(0, 2**32 - 1), st.integers(1, 65))
def test_shorter_latents_are_beginnings(seed: int, n: int) -> None:
    assert latent.from_seed(seed, 65)[:n].tolist() == latent.from_seed(seed, n).tolist()
    assert latent.from_seed(seed + 2**32, n).tolist() == latent.from_seed(seed, n).tolist()


@given(VECTORS, st.dictionaries(st.sampled_from(["d0", "d1", "d2"]), NUMBERS))
def test_moved_sets_coordinates_and_nothing_else(z: np.ndarray, values: dict[str, float]) -> None:
    directions = orthonormal(3)
    found = latent.moved(z, directions, values)
    place, before = latent.coordinates(found, directions), latent.coordinates(z, directions)
    for name in directions:
        assert place[name] == pytest.approx(values.get(name, before[name]), abs=1e-4)
    stack = np.stack(list(directions.values())).astype(np.float64)
    rest = np.eye(16) - stack.T @ stack
    assert rest @ found == pytest.approx(rest @ z, abs=1e-4)


@given(VECTORS)
def test_an_untouched_slider_changes_nothing(z: np.ndarray) -> None:
    directions = orthonormal(4)
    assert latent.moved(z, directions, {}).tolist() == z.tolist()
    assert latent.moved(z, directions, latent.coordinates(z, directions)) == pytest.approx(z, abs=1e-5)


@given(VECTORS, VECTORS, st.floats(0, 1))
def test_slerp_keeps_length_between_its_ends(a: np.ndarray, b: np.ndarray, t: float) -> None:
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    assert np.linalg.norm(latent.slerp(a, b, t)) == pytest.approx((1 - t) * lengths[0] + t * lengths[1], rel=1e-4)
    assert latent.slerp(a, b, 0.0) == pytest.approx(a, abs=1e-5)
    assert latent.slerp(a, b, 1.0) == pytest.approx(b, abs=1e-5)
    assert latent.slerp(a, b, t) == pytest.approx(latent.slerp(b, a, 1 - t), abs=1e-4)


def test_slerp_halves_a_right_angle() -> None:
    a, b = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
    assert latent.slerp(a, b, 0.5).tolist() == pytest.approx([math.sqrt(0.5)] * 2)
    assert latent.slerp(a, b, 1 / 3).tolist() == pytest.approx([math.cos(math.pi / 6), 0.5])


@pytest.mark.parametrize("b", [(0.0, 0.0), (2.0, 0.0), (-1.0, 0.0)])
def test_slerp_of_what_has_no_angle_is_straight(b: tuple[float, float]) -> None:
    a = np.array([1, 0], np.float32)
    assert latent.slerp(a, np.array(b, np.float32), 0.25).tolist() == pytest.approx([0.75 + 0.25 * b[0], 0.0])


@settings(max_examples=30)
@given(st.integers(0, 9), st.one_of(st.none(), st.integers(0, 9)), st.floats(0, 1))
def test_class_weights_add_up_to_one(digit: int, other: int | None, blend: float) -> None:
    y = latent.classes(10, digit, other, blend)
    assert float(y.sum()) == pytest.approx(1, abs=1e-6)
    assert float(y[digit]) == pytest.approx(1 if other in (None, digit) else 1 - blend, abs=1e-6)


def test_grid_runs_across_then_down() -> None:
    directions = orthonormal(2)
    across, down = directions.values()
    plane = latent.grid(latent.from_seed(1, 16), across, down, [-1.0, 2.0])
    assert plane.shape == (4, 16)
    places = [(round(float(z @ across), 4), round(float(z @ down), 4)) for z in plane]
    assert places == [(-1.0, -1.0), (2.0, -1.0), (-1.0, 2.0), (2.0, 2.0)]
