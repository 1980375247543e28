"""Putting the mark in: each wave as loud as its place bears and as its own reading needs, until the picture has changed by QUIET decibels.

The picture is known when it is marked, so what it says itself at a wave's place is made up for (informed embedding: Malvar and Florencio,
IEEE Trans. Signal Processing 51, 2003).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ganapp.pictures.mark import code, reading
from ganapp.pictures.mark.carriers import TILE, Carriers, carriers

Floats = NDArray[np.float64]

QUIET = 42.2  # decibels of the change: 10 log10(255 ** 2 / mean of its square)
LEAST, MOST = 0.35, 3.0  # of a wave's mean size
ROUNDS = 3


def pattern(small: Floats, number: int, key: bytes, inside: Floats | None = None) -> Floats:
    """What is added to a picture's brightness (h, w), in levels of 0 to 255, at the size at which it is looked at. inside (h, w): 0 to 1,
    the share of each place that may change."""
    waves = carriers(key)
    loud = reading.whitened(small)[1]
    signs = np.ones(len(waves.phases))
    signs[waves.sync :] = code.encoded(number)
    turn = np.asarray(signs * np.exp(1j * waves.phases), np.complex128)
    bears = np.clip(np.sqrt(loud / np.median(loud)), 0.5, 2.0) * (1.0 if inside is None else inside)
    own = _heard(small, waves, turn)  # what the picture says itself, towards each wave
    sizes = np.ones(len(turn))
    for _ in range(ROUNDS):
        made = _quiet(_waves(small.shape, waves, sizes * turn) * bears, inside)
        moved = _heard(small + made, waves, turn) - own
        gain = float(np.median(moved / sizes)) or 1.0
        sizes = np.clip(_goal(own / gain) - own / gain, LEAST, MOST)
        sizes /= np.sqrt((sizes**2).mean())
    return _quiet(_waves(small.shape, waves, sizes * turn) * bears, inside)


def _heard(small: Floats, waves: Carriers, turn: NDArray[np.complex128]) -> Floats:
    """What a reader hears of each wave (n,), in the picture as it is and at half its size, where the least is left."""
    half = Image.fromarray(small.astype(np.float32)).resize([side // 2 for side in small.shape[::-1]], Image.Resampling.LANCZOS)
    whole = reading.exact(reading.whitened(small)[0], waves, 1.0)
    less = reading.exact(reading.whitened(np.asarray(half, np.float64))[0], waves, 0.5)
    return np.asarray(((whole + 4 * less) * turn.conj()).real / 2)


def _quiet(made: Floats, inside: Floats | None) -> Floats:
    """The change at QUIET decibels, counted over the part that may change."""
    power = (made**2).sum() / (made.size if inside is None else max(1.0, float((inside**2).sum())))
    return np.asarray(made * (255 / 10 ** (QUIET / 20) / np.sqrt(power or 1.0)))


def _goal(own: Floats) -> float:
    """The level to which every wave is to be brought so that their mean square is 1."""
    low, high = 0.0, 20.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if (np.clip(middle - own, LEAST, MOST) ** 2).mean() < 1 else (low, middle)
    return low


def _waves(shape: tuple[int, ...], waves: Carriers, values: NDArray[np.complex128]) -> Floats:
    """The sum of the waves (h, w), its origin in the middle."""
    h, w = shape
    reach = int(np.abs(waves.down).max())
    lattice = np.zeros((2 * reach + 1, reach + 1), np.complex128)
    lattice[waves.down + reach, waves.across] = values
    rows = np.exp(2j * np.pi / TILE * np.outer(np.arange(h) - h // 2, np.arange(-reach, reach + 1)))
    columns = np.exp(2j * np.pi / TILE * np.outer(np.arange(reach + 1), np.arange(w) - w // 2))
    return np.asarray((rows @ lattice @ columns).real)
