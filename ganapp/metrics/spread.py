"""How far apart a generator's pictures are: the first thing that collapses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ganapp.metrics.distance import nearest_others


def spread(vectors: NDArray[np.floating]) -> float:
    """Mean Euclidean distance of each vector of (n, d) to its nearest other one, n at least 2; 0 for a set of copies."""
    return float(nearest_others(vectors, 1).mean())
