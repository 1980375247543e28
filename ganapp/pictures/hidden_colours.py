"""Colours under transparency: what cannot be seen takes the colours of what can be seen beside it, so that enlarging mixes in no others."""

from __future__ import annotations

import numpy as np

from ganapp.pictures.images import Array
from ganapp.pictures.photo import Levels

SEEN = 1 / 16  # alpha from which a pixel's own colour is trusted


def extended(levels: Levels, alpha: Levels) -> Levels:
    """levels (h, w, c) with the colours of places that alpha (h, w) hides, of the same depth, taken from their surroundings.

    Means of what is seen at ever smaller sizes, then back up (pull and push, Gortler et al. 1996, "The Lumigraph").
    """
    full = np.float32(np.iinfo(levels.dtype).max)
    share = alpha.astype(np.float32) / full
    known = share >= SEEN
    if known.all() or not known.any():
        return levels
    return np.where(known[..., None], levels, np.round(spread(levels.astype(np.float32), share)).astype(levels.dtype))


def spread(colours: Array, share: Array) -> Array:
    """colours (h, w, c) of places that share (h, w) shows, and their means wherever it hides them."""
    known = share >= SEEN
    weight = np.where(known, share, 0)[..., None].astype(np.float32)
    return np.where(known[..., None], colours, _filled(colours * weight, weight))


def _filled(total: Array, weight: Array) -> Array:
    """Sums of weighted colours (h, w, c) and of weights (h, w, 1) -> a colour for every place (h, w, c)."""
    there = weight > 0
    mean = np.divide(total, weight, out=np.zeros_like(total), where=there)
    if there.all() or max(weight.shape[:2]) == 1:
        return mean
    smaller = _filled(_halved(total), _halved(weight))
    h, w = weight.shape[:2]
    larger = smaller.repeat(2, axis=0).repeat(2, axis=1)[:h, :w]
    return np.asarray(np.where(there, mean, larger), np.float32)


def _halved(values: Array) -> Array:
    h, w, c = values.shape
    padded = np.pad(values, ((0, h % 2), (0, w % 2), (0, 0)))
    return np.asarray(padded.reshape((h + 1) // 2, 2, (w + 1) // 2, 2, c).sum(axis=(1, 3)), np.float32)
