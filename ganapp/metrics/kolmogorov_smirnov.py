"""The two-sample Kolmogorov-Smirnov test: whether two sets of numbers can come from one distribution."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def kolmogorov(x: float) -> float:
    """P(K > x) of the Kolmogorov distribution, x not negative: 2 sum_k (-1)^(k-1) exp(-2 k^2 x^2), or Jacobi's form of it below 1."""
    if x < 0.04:
        return 1.0
    if x < 1.0:
        terms = (math.exp(-((2 * k - 1) ** 2) * math.pi**2 / (8 * x * x)) for k in range(1, 6))
        return 1.0 - math.sqrt(2 * math.pi) / x * math.fsum(terms)
    return 2 * math.fsum(math.exp(-2 * k * k * x * x) * (1 if k % 2 else -1) for k in range(1, 8))


def kolmogorov_smirnov(a: NDArray[np.floating], b: NDArray[np.floating]) -> tuple[float, float]:
    """(D, p) of numbers a (n,) and b (m,): D, the largest difference of their distribution functions, 0 to 1; p, two-sided.

    p is asymptotic, with Stephens' 1970 correction for small sets; good from some tens of numbers each.
    """
    if not len(a) or not len(b):
        raise ValueError("both sets need at least one number")
    places = np.concatenate([a, b])
    below_a = np.searchsorted(np.sort(a), places, side="right") / len(a)
    below_b = np.searchsorted(np.sort(b), places, side="right") / len(b)
    d = float(np.abs(below_a - below_b).max())
    root = math.sqrt(len(a) * len(b) / (len(a) + len(b)))
    return d, kolmogorov((root + 0.12 + 0.11 / root) * d)
