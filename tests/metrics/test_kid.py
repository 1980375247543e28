import numpy as np
import pytest
from scipy import stats
from sklearn.metrics.pairwise import polynomial_kernel

from ganapp.metrics.kid import kernel, kid, squared_mmd, student_975


def test_by_hand():
    # d = 1, k(x, y) = (xy + 1)^3. a = 0, 1; b = 1, 2.
    # Within: k(0, 1) = 1 and k(1, 2) = 27, each both ways: 1 + 27. Across: k(0, 1), k(0, 2), k(1, 1), k(1, 2) = 1, 1, 8, 27, mean 37 / 4.
    assert squared_mmd(np.array([[0.0], [1.0]]), np.array([[1.0], [2.0]])) == pytest.approx(28 - 2 * 37 / 4)


def test_kernel_agrees_with_sklearn():
    random = np.random.default_rng(0)
    a, b = random.normal(size=(20, 7)), random.normal(size=(30, 7))
    np.testing.assert_allclose(kernel(a, b), polynomial_kernel(a, b, degree=3, coef0=1), rtol=1e-12)


def test_estimate_agrees_with_the_sums_of_the_definition():
    random = np.random.default_rng(1)
    a, b = random.normal(size=(9, 4)), random.normal(1, 1, size=(7, 4))
    k = polynomial_kernel(np.vstack([a, b]), degree=3, coef0=1)
    within_a = sum(k[i, j] for i in range(9) for j in range(9) if i != j) / (9 * 8)
    within_b = sum(k[9 + i, 9 + j] for i in range(7) for j in range(7) if i != j) / (7 * 6)
    assert squared_mmd(a, b) == pytest.approx(within_a + within_b - 2 * k[:9, 9:].mean(), rel=1e-12)


def test_is_unbiased():
    random = np.random.default_rng(2)
    values = [squared_mmd(random.normal(size=(10, 3)), random.normal(size=(10, 3))) for _ in range(2000)]
    assert abs(np.mean(values)) < 4 * np.std(values) / np.sqrt(2000)
    assert min(values) < 0


@pytest.mark.parametrize("freedom", [4, 9, 19, 200])
def test_student(freedom):
    assert student_975(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-3)


def test_interval_holds_the_truth_about_95_times_in_100():
    random = np.random.default_rng(3)
    hits = 0
    for trial in range(400):
        estimate = kid(random.normal(size=(100, 2)), random.normal(size=(100, 2)), size=10, seed=trial)
        hits += estimate.low <= 0 <= estimate.high
    assert 0.91 <= hits / 400 <= 0.985


def test_interval_agrees_with_scipy():
    random = np.random.default_rng(4)
    a, b = random.normal(size=(50, 3)), random.normal(0.3, 1, size=(64, 3))
    estimate = kid(a, b, size=10, seed=5)
    order = np.random.default_rng(5)
    left, right = order.permutation(50)[:50].reshape(5, 10), order.permutation(64)[:50].reshape(5, 10)
    values = [squared_mmd(a[i], b[j]) for i, j in zip(left, right)]
    low, high = stats.t.interval(0.95, 4, np.mean(values), stats.sem(values))
    assert estimate.value == pytest.approx(np.mean(values))
    assert (estimate.low, estimate.high) == pytest.approx((low, high), rel=5e-3)
    assert (estimate.subsets, estimate.size) == (5, 10)


def test_depends_on_the_seed_alone():
    random = np.random.default_rng(6)
    a, b = random.normal(size=(60, 3)), random.normal(size=(60, 3))
    assert kid(a, b, 10, 1) == kid(a, b, 10, 1) != kid(a, b, 10, 2)


def test_refuses_too_few():
    with pytest.raises(ValueError, match="at least 5"):
        kid(np.zeros((40, 2)), np.zeros((100, 2)), size=10)
