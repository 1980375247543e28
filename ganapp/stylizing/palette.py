"""Keeping a photo's colours: the painted picture's colours moved so that they spread as the photo's do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ganapp.images import Array

LEAST = 0.01  # standard deviation, of [0, 1], below which colours count as having this much: noise is not stretched to colours

Square = NDArray[np.float64]


def matched(made: Array, original: Array) -> Array:
    """made (h, w, 3) in [0, 1] with the mean and covariance of original's colours (h, w, 3): the linear map that moves them least (Pitie
    and Kokaram 2007, "The Linear Monge-Kantorovitch Colour Mapping"; for style transfer Gatys et al. 2016, "Preserving Color")."""
    mean, spread = _moments(made)
    wanted, aim = _moments(original)
    root = _power(spread, 0.5)
    inverse = _power(spread, -0.5)
    turn = inverse @ _power(root @ aim @ root, 0.5) @ inverse
    moved: Array = np.clip((made - mean) @ turn.T.astype(np.float32) + wanted, 0, 1).astype(np.float32, copy=False)
    return moved


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
