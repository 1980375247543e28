"""Euclidean distances between two sets of vectors, a block of rows at a time, so that 10,000 x 10,000 fits in memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.floating]


def squared_blocks(a: Vectors, b: Vectors, rows: int = 1000) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Squared distances of a (n, d) to b (m, d), `rows` rows of a at a time: (the slice of a, (rows, m) float64, not negative)."""
    right = b.astype(np.float64)
    lengths = np.square(right).sum(1)  # (m,)
    for start in range(0, len(a), rows):
        where = slice(start, min(start + rows, len(a)))
        left = a[where].astype(np.float64)
        block = np.square(left).sum(1)[:, None] + lengths - 2 * left @ right.T  # (rows, m)
        yield where, np.maximum(block, 0.0, out=block)


def nearest_others(a: Vectors, k: int = 1) -> NDArray[np.float64]:
    """Distance of each vector of a (n, d) to its k-th nearest other vector of a, (n,). ValueError for fewer than k + 1 vectors."""
    if not 1 <= k < len(a):
        raise ValueError(f"the {k}th nearest other of {len(a)} vectors does not exist")
    radius = np.empty(len(a))
    for where, block in squared_blocks(a, a):
        rows = np.arange(len(block))
        block[rows, rows + where.start] = np.inf
        radius[where] = np.partition(block, k - 1, axis=1)[:, k - 1]
    return np.sqrt(radius)
