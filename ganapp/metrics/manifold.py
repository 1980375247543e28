"""Precision, recall, density and coverage: how far generated and real features lie in each other's neighbourhoods.

Precision and recall: Kynkaanniemi et al. 2019, "Improved Precision and Recall Metric for Assessing Generative Models".
Density and coverage: Naeem et al. 2020, "Reliable Fidelity and Diversity Metrics for Generative Models".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganapp.metrics.distance import nearest_others, squared_blocks

Features = NDArray[np.floating]


@dataclass(frozen=True)
class Manifold:
    """precision: share of generated vectors within a real vector's ball; recall: share of real vectors within a generated
    vector's ball; density: real balls around a generated vector, over k, mean (about 1 for equal distributions, can pass it);
    coverage: share of real vectors whose ball holds a generated vector. A ball reaches to its centre's k-th nearest other."""

    precision: float
    recall: float
    density: float
    coverage: float


def manifold(real: Features, generated: Features, k: int = 5) -> Manifold:
    """The four measures of generated (m, d) against real (n, d); both need more than k rows. A ball is open."""
    real_radius = np.square(nearest_others(real, k))  # (n,)
    generated_radius = np.square(nearest_others(generated, k))  # (m,)
    inside = np.zeros(len(generated), np.int64)
    recalled, covered = np.zeros(len(real), bool), np.zeros(len(real), bool)
    for where, block in squared_blocks(real, generated):
        within = block < real_radius[where, None]  # (rows, m)
        inside += within.sum(0)
        covered[where] = within.any(1)
        recalled[where] = (block < generated_radius).any(1)
    return Manifold(float((inside > 0).mean()), float(recalled.mean()), float(inside.mean() / k), float(covered.mean()))
