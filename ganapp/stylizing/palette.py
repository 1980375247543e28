"""Keeping a photo's colours: the painted picture's colours moved until they are spread as the photo's are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ganapp.pictures.images import Array

LEAST = 0.01  # standard deviation, of [0, 1], below which colours count as having this much: noise is not stretched to colours
SHARES = np.linspace(0, 1, 65)  # of a channel's values, at which two histograms are made equal
APART = 1e-6  # between the values at neighbouring shares, at least

Square = NDArray[np.float64]


def matched(made: Array, original: Array) -> Array:
    """made (h, w, 3) in [0, 1] with the histograms of original's colours (h, w, 3). First the linear map that moves colours least and gives
    them the same mean and covariance (Pitie and Kokaram 2007, "The Linear Monge-Kantorovitch Colour Mapping"; for style transfer Gatys
    et al. 2016, "Preserving Color"), so that channels go together; then each channel's histogram by itself."""
    moved = _moved(made, original)
    channels = [_levelled(moved[..., i], original[..., i]) for i in range(3)]
    return np.clip(np.stack(channels, -1), 0, 1)


def _moved(made: Array, original: Array) -> Array:
    """The linear map; what comes of it may leave [0, 1]."""
    mean, spread = _moments(made)
    wanted, aim = _moments(original)
    root = _power(spread, 0.5)
    inverse = _power(spread, -0.5)
    turn = inverse @ _power(root @ aim @ root, 0.5) @ inverse
    moved: Array = ((made - mean) @ turn.T.astype(np.float32) + wanted).astype(np.float32, copy=False)
    return moved


def _levelled(values: Array, wanted: Array) -> Array:
    """Values (h, w) with the histogram of `wanted`, of any size."""
    steps = _quantiles(values) + APART * np.arange(len(SHARES))
    levelled: Array = np.interp(values, steps, _quantiles(wanted)).astype(np.float32)
    return levelled


def _quantiles(values: Array) -> Array:
    """The values at SHARES, (65,). One sort: many times as fast as numpy's quantiles at so many shares, and previews wait for it."""
    ordered = np.sort(values, axis=None)
    there: Array = ordered[np.round(SHARES * (ordered.size - 1)).astype(int)]
    return there


def _moments(colours: Array) -> tuple[Array, Square]:
    pixels = colours.reshape(-1, 3)
    mean: Array = pixels.mean(axis=0, dtype=np.float64).astype(np.float32)
    apart = (pixels - mean).astype(np.float64)
    return mean, apart.T @ apart / len(pixels)


def _power(matrix: Square, exponent: float) -> Square:
    values, vectors = np.linalg.eigh(matrix)
    least = LEAST**2 if exponent < 0 else 0.0
    scaled = np.maximum(values, least) ** exponent
    made: Square = (vectors * scaled) @ vectors.T
    return made
