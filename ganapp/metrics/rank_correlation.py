"""Spearman's rank correlation: whether one number rises with another, however unevenly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def ranks(x: NDArray[np.floating]) -> NDArray[np.float64]:
    """The places of numbers (n,) in order, from 1; equal ones share the mean of theirs."""
    _, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    means: NDArray[np.float64] = (last - (counts - 1) / 2)[inverse]
    return means


def rank_correlation(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    """Spearman's rho of pairs a, b (n,), -1 to 1; 0 where either does not change. Spearman 1904; the correlation of the ranks."""
    if len(a) != len(b) or len(a) < 2:
        raise ValueError("two rows of the same length, at least 2")
    x, y = (ranks(np.asarray(each, np.float64)) for each in (a, b))
    x, y = x - x.mean(), y - y.mean()
    size = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum() / size) if size > 0 else 0.0
