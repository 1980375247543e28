import numpy as np
import pytest
from scipy.linalg import sqrtm

from ganapp.metrics.frechet import frechet


def by_sqrtm(a, b):
    c1, c2 = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    return np.square(a.mean(0) - b.mean(0)).sum() + np.trace(c1 + c2 - 2 * np.real(sqrtm(c1 @ c2)))


def test_by_hand_in_one_dimension():
    # Means 0 and 5; variances 2 (of -1, 1) and 8 (of 3, 7): (0 - 5)^2 + (sqrt 2 - sqrt 8)^2 = 25 + 2.
    assert frechet(np.array([[-1.0], [1.0]]), np.array([[3.0], [7.0]])) == pytest.approx(27.0)


def test_by_hand_with_diagonal_covariances():
    # Four corners of boxes: variances (4/3) s^2, so the distance is 4/3 ((1 - 3)^2 + (2 - 1)^2) about equal means.
    corners = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]], float)
    assert frechet(corners * [1, 2], corners * [3, 1]) == pytest.approx(4 / 3 * 5)


@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_scipy(seed):
    random = np.random.default_rng(seed)
    a = random.normal(size=(300, 12)) @ random.normal(size=(12, 12))
    b = random.normal(0.5, 1, size=(200, 12)) @ random.normal(size=(12, 12))
    assert frechet(a, b) == pytest.approx(by_sqrtm(a, b), rel=1e-8)


def test_is_symmetric_and_nothing_for_a_set_and_itself():
    random = np.random.default_rng(0)
    a, b = random.normal(size=(50, 6)), random.normal(size=(70, 6)) * 2
    assert frechet(a, b) == pytest.approx(frechet(b, a))
    assert frechet(a, a) == pytest.approx(0, abs=1e-9)


def test_stands_singular_covariances():
    random = np.random.default_rng(0)
    a, b = random.normal(size=(8, 20)), random.normal(size=(8, 20))
    a[:, 3] = b[:, 3] = 0.0
    assert frechet(a, a + 1) == pytest.approx(20, rel=1e-6)
    assert frechet(a, b) == pytest.approx(by_sqrtm(a, b), rel=1e-3)


@pytest.mark.parametrize(("a", "b"), [((1, 4), (5, 4)), ((5, 4), (5, 3)), ((5,), (5,))])
def test_refuses_sets_that_have_no_covariance(a, b):
    with pytest.raises(ValueError, match="at least 2"):
        frechet(np.zeros(a), np.zeros(b))
