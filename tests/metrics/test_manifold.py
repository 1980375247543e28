import numpy as np
import prdc
import pytest
from scipy.spatial.distance import cdist

from ganapp.metrics.distance import nearest_others, squared_blocks
from ganapp.metrics.manifold import manifold


def test_by_hand():
    # k = 1. Real 0, 1, 3, 10: radii 1, 1, 2, 7. Generated 0.5, 3.5: both radii 3.
    # 0.5 lies in the balls of 0, 1 (not of 3: 2.5); 3.5 in those of 3 and 10 (6.5). So precision 1, density (2 + 2) / 2 = 2.
    # Real 0 and 1 hold 0.5; 3 holds 3.5; 10 holds 3.5: coverage 1. Generated balls hold 0, 1, 3 but not 10: recall 3/4.
    result = manifold(np.array([[0.0], [1], [3], [10]]), np.array([[0.5], [3.5]]), k=1)
    assert (result.precision, result.recall, result.density, result.coverage) == (1.0, 0.75, 2.0, 1.0)


def test_collapse_keeps_precision_and_loses_recall():
    random = np.random.default_rng(0)
    real = random.normal(size=(500, 2))
    collapsed = manifold(real, random.normal(size=(500, 2)) * 0.01)
    assert collapsed.precision > 0.99
    assert collapsed.recall < 0.05
    assert collapsed.coverage < 0.05


@pytest.mark.parametrize("k", [1, 5])
def test_agrees_with_prdc(k):
    random = np.random.default_rng(k)
    real, generated = random.normal(size=(301, 8)), random.normal(0.3, 0.8, size=(270, 8))
    result, theirs = manifold(real, generated, k), prdc.compute_prdc(real, generated, nearest_k=k)
    for name in ("precision", "recall", "density", "coverage"):
        assert getattr(result, name) == pytest.approx(theirs[name], abs=1e-12), name


def test_blocks_do_not_change_distances():
    random = np.random.default_rng(0)
    a, b = random.normal(size=(25, 3)), random.normal(size=(11, 3))
    together = np.concatenate([block for _, block in squared_blocks(a, b, rows=7)])
    np.testing.assert_allclose(together, cdist(a, b) ** 2, atol=1e-12)
    np.testing.assert_allclose(nearest_others(a, 3), np.sort(cdist(a, a), axis=1)[:, 3], atol=1e-7)


def test_a_copy_is_a_neighbour_at_no_distance():
    np.testing.assert_allclose(nearest_others(np.array([[1.0, 2], [1, 2], [4, 6]])), [0, 0, 5])


def test_refuses_more_neighbours_than_there_are():
    with pytest.raises(ValueError, match="does not exist"):
        manifold(np.zeros((5, 2)), np.zeros((9, 2)), k=5)
