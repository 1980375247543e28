"""Spearman's rank correlation by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ganapp.metrics.rank_correlation import rank_correlation, ranks


def test_by_hand() -> None:
    assert ranks(np.array([3.0, 1.0, 3.0, 7.0])).tolist() == [2.5, 1.0, 2.5, 4.0]
    x = np.array([1.0, 2.0, 3.0, 4.0])
    assert rank_correlation(x, np.exp(x)) == pytest.approx(1.0)
    assert rank_correlation(x, -x) == pytest.approx(-1.0)
    assert rank_correlation(x, np.array([1.0, 3.0, 2.0, 4.0])) == pytest.approx(1 - 6 * 2 / (4 * 15))  # 1 - 6 sum d^2 / (n (n^2 - 1))
    assert rank_correlation(x, np.ones(4)) == 0.0
    with pytest.raises(ValueError, match="same length"):
        rank_correlation(x, x[:2])
