"""Frechet distance between two sets of features, each taken for a normal distribution: what FID is computed with.

Dowson & Landau 1982; Heusel et al. 2017, "GANs Trained by a Two Time-Scale Update Rule", equation 6:
d^2 = |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.floating]


def frechet(a: Features, b: Features) -> float:
    """Squared Frechet distance (the field's FID) of features a (n, d) and b (m, d), from 0; both need at least 2 rows.

    tr (C1 C2)^(1/2) is the sum of the square roots of the eigenvalues of S C2 S with S = C1^(1/2): symmetric, so that the
    eigenvalues are real and a singular covariance (fewer rows than dimensions, dead features) does no harm.
    """
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or min(len(a), len(b)) < 2:
        raise ValueError(f"need two sets of at least 2 vectors of the same length, not {a.shape} and {b.shape}")
    left, right = a.astype(np.float64), b.astype(np.float64)
    c1, c2 = np.atleast_2d(np.cov(left, rowvar=False)), np.atleast_2d(np.cov(right, rowvar=False))
    return between(left.mean(0), c1, right.mean(0), c2)


def between(m1: Features, c1: Features, m2: Features, c2: Features) -> float:
    """The same from means (d,) and covariances (d, d)."""
    values, vectors = np.linalg.eigh(c1)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    cross = np.linalg.eigvalsh(root @ c2 @ root)
    means = np.square(m1 - m2).sum()
    distance = means + np.trace(c1) + np.trace(c2) - 2 * np.sqrt(np.maximum(cross, 0.0)).sum()
    return max(0.0, float(distance))
