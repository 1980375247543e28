"""Exact sizes: Lanczos resampling of whole arrays of levels, strip by strip, so that it takes hardly more memory than the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from ganapp.photo import Levels
from ganapp.upscaling import engine

STRIP = 2**20  # pixels of the result that are made at once
FILTER = Image.Resampling.LANCZOS


def into(source: Levels, target: Levels, on: Callable[[int], None] = lambda _: None) -> None:
    """Fill `target` (H, W, c) with `source` (h, w, c) at its size; both uint8 or uint16. `on` is told the rows that are done.

    A strip sees the rows beyond its rim, so strips are the same as the whole.
    """
    height, width, channels = target.shape
    if source.shape[:2] == (height, width):
        target[...] = changed(source, target.dtype)
        on(height)
        return
    rows = max(1, STRIP // width)
    planes = [Image.fromarray(engine.shares(source[..., i])) for i in range(channels)] if source.size <= STRIP else None
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        _strip(source, planes, target, (top, bottom))
        on(bottom)


def _strip(source: Levels, planes: list[Image.Image] | None, target: Levels, rows: tuple[int, int]) -> None:
    """Rows `rows` of the target. planes: the whole source as float pictures, where it is small; else only the rows that are looked at."""
    height, width, channels = target.shape
    per = source.shape[0] / height
    low, high = rows[0] * per, rows[1] * per
    support = 3 * max(1.0, per) + 2  # of Lanczos, in rows of the source
    first, last = (0, source.shape[0]) if planes else (max(0, int(low - support)), min(source.shape[0], int(high + support) + 1))
    full = 255 if target.dtype == np.uint8 else 65535
    for i in range(channels):
        plane = planes[i] if planes else Image.fromarray(engine.shares(source[first:last, :, i]))
        box = (0.0, low - first, float(source.shape[1]), min(high - first, float(last - first)))
        made = np.asarray(plane.resize((width, rows[1] - rows[0]), FILTER, box=box))
        target[rows[0] : rows[1], :, i] = (np.clip(made, 0, 1) * full + 0.5).astype(target.dtype)


def changed(source: Levels, dtype: np.dtype[Any]) -> Levels:
    """Levels in another depth."""
    if source.dtype == dtype:
        return source
    if dtype == np.uint8:
        return ((source.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    return source.astype(np.uint16) * np.uint16(257)
