import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import cdist
from scipy.special import kolmogorov as scipy_kolmogorov

from ganapp.metrics.kolmogorov_smirnov import kolmogorov, kolmogorov_smirnov
from ganapp.metrics.memorisation import Nearest, compare, nearest_features, nearest_pixels, shifted
from ganapp.metrics.spread import spread


def pictures(n, seed, side=8):
    return np.random.default_rng(seed).integers(0, 256, (n, side, side), dtype=np.uint8)


def test_shift_by_hand():
    one = np.array([[[1, 2], [3, 4]]], np.uint8)
    assert shifted(one, 1, 0).tolist() == [[[0, 0], [1, 2]]]
    assert shifted(one, 0, -1).tolist() == [[[2, 0], [4, 0]]]
    assert shifted(one, -1, 1).tolist() == [[[0, 3], [0, 0]]]


def test_pixels_by_hand():
    training = np.zeros((2, 3, 3), np.uint8)
    training[1, 1, 1] = 255
    query = np.zeros((1, 3, 3), np.uint8)
    query[0, 1, 1] = 51  # 0.2 ink: 0.2 from the empty picture, 0.8 from the other
    result = nearest_pixels(query, training)
    assert (result.index[0], result.distance[0]) == (0, pytest.approx(0.2))


@pytest.mark.parametrize("rows", [4, 1000])
def test_pixels_agree_with_every_shift_tried_by_scipy(rows):
    queries, training = pictures(6, 0), pictures(30, 1)
    training[11] = shifted(queries[2:3], 0, 0)[0] // 2
    flat = training.reshape(30, -1) / 255
    every = np.stack([cdist(shifted(queries, y, x).reshape(6, -1) / 255, flat) for y in (-1, 0, 1) for x in (-1, 0, 1)])
    result = nearest_pixels(queries, training, rows)
    np.testing.assert_allclose(result.distance, every.min(0).min(1), rtol=1e-6)
    np.testing.assert_array_equal(result.index, every.min(0).argmin(1))


def test_a_copy_moved_by_a_pixel_is_found_and_one_moved_by_two_is_not():
    training = np.zeros((20, 12, 12), np.uint8)
    training[:, 3:9, 3:9] = pictures(20, 3, 6)
    moved = nearest_pixels(shifted(training[7:9], 1, -1), training)
    assert moved.index.tolist() == [7, 8]
    assert moved.distance.max() == 0.0
    assert nearest_pixels(shifted(shifted(training[7:9], 1, 0), 1, 0), training).distance.min() > 0.5


def test_features_by_hand_and_by_scipy():
    result = nearest_features(np.array([[1.0, 0], [1, 1], [0, 0]]), np.array([[0.0, 2], [3, 0]]))
    assert result.distance == pytest.approx([0, 1 - 0.5**0.5, 1])
    assert result.index[0] == 1
    random = np.random.default_rng(0)
    a, b = random.normal(size=(9, 5)), random.normal(size=(40, 5))
    expected = cdist(a, b, "cosine")
    result = nearest_features(a, b, rows=7)
    np.testing.assert_allclose(result.distance, expected.min(1), atol=1e-12)
    np.testing.assert_array_equal(result.index, expected.argmin(1))


def test_closest_pairs():
    assert Nearest(np.array([3.0, 1.0, 2.0]), np.array([9, 8, 7])).closest(2) == [(1, 8, 1.0), (2, 7, 2.0)]


def test_comparison_by_hand():
    index = np.zeros(3, np.int64)
    result = compare(Nearest(np.array([1.0, 2, 3]), index), Nearest(np.array([2.0, 4, 6]), index))
    assert (result.generated, result.held_out, result.ratio) == (2, 4, 0.5)
    assert result.statistic == pytest.approx(2 / 3)  # at 3: all of the first, one of the second
    assert compare(Nearest(np.ones(3), index), Nearest(np.zeros(3), index)).ratio is None


@pytest.mark.parametrize("x", [0.01, 0.05, 0.3, 0.7, 0.999, 1.0, 1.36, 2.5])
def test_kolmogorov_agrees_with_scipy(x):
    assert kolmogorov(x) == pytest.approx(scipy_kolmogorov(x), rel=1e-10)


@pytest.mark.parametrize(("n", "m", "shift"), [(1000, 1000, 0.05), (300, 500, 0.2), (60, 40, 0.0), (10, 13, 3.0)])
def test_kolmogorov_smirnov_agrees_with_scipy(n, m, shift):
    random = np.random.default_rng(n)
    a, b = np.round(random.normal(size=n), 1), np.round(random.normal(shift, 1, size=m), 1)  # rounded, so that there are ties
    d, p = kolmogorov_smirnov(a, b)
    theirs = stats.ks_2samp(a, b, method="asymp")
    assert d == pytest.approx(theirs.statistic, abs=1e-12)
    assert p == pytest.approx(theirs.pvalue, rel=0.06, abs=2e-4)


def test_kolmogorov_smirnov_refuses_nothing():
    with pytest.raises(ValueError, match="at least one"):
        kolmogorov_smirnov(np.array([]), np.array([1.0]))


def test_spread_by_hand():
    assert spread(np.array([[0.0], [1], [5]])) == pytest.approx((1 + 1 + 4) / 3)
    assert spread(np.ones((4, 3))) == 0.0
