"""What the mark is made of: waves whose directions repeat every TILE pixels, with phases that a key draws.

A wave is a point of the lattice of Fourier coefficients k / TILE. Another size of the picture stretches the lattice, a cut edge only turns
the phases by an amount that grows evenly with k: both can be found again (as templates in O'Ruanaidh and Pun, Signal Processing 66, 1998).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ganapp.pictures.mark import code

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

TILE = 64  # pixels in which the pattern repeats, in a picture of SIDE pixels or less
SIDE = 512  # short side at which pictures are looked at
LOW, HIGH = 0.045, 0.22  # waves a pixel: above, halving a picture would take them; below, the picture itself is loud


@dataclass(frozen=True)
class Carriers:
    """across, down (n,): lattice points; phases (n,): radians; the first `sync` hold no bits but say where the others are."""

    across: Whole
    down: Whole
    phases: Floats
    sync: int


@lru_cache(4)
def carriers(key: bytes) -> Carriers:
    """The waves of a key."""
    reach = int(HIGH * TILE) + 1
    down, across = np.mgrid[-reach : reach + 1, 0 : reach + 1]
    radius = np.hypot(down, across) / TILE
    kept = (radius >= LOW) & (radius <= HIGH) & ((across > 0) | (down > 0))  # of a real picture, half the plane
    seed = hashlib.sha256(b"likeness mark 1" + key).digest()
    draw = np.random.Generator(np.random.PCG64(int.from_bytes(seed, "big")))
    order = draw.permutation(int(kept.sum()))
    phases = draw.uniform(0, 2 * np.pi, len(order))
    return Carriers(across[kept][order], down[kept][order], phases, len(order) - code.LENGTH)
