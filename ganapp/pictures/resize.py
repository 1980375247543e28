"""Exact sizes: pictures resampled strip by strip, so that it takes hardly more memory than the result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from PIL import Image
from torch import Tensor
from torch.nn import functional

from ganapp.pictures import photo
from ganapp.pictures.images import Array
from ganapp.pictures.photo import Levels

STRIP = 2**20  # pixels of the result that are made at once
FILTER = Image.Resampling.LANCZOS
Read = Callable[[int, int], Array]  # rows first to last, that one not included, of a picture -> (last - first, w, c)


def fill(source: Levels, target: Levels, on: Callable[[int], None] = lambda _: None) -> None:
    """Fill `target` (H, W, c) with `source` (h, w, c) at its size; both uint8 or uint16. `on` is called with the rows done so far.

    A strip sees the rows beyond its rim, so strips are the same as the whole.
    """
    height, width = target.shape[:2]
    if source.shape[:2] == (height, width):
        target[...] = in_depth(source, target.dtype)
        on(height)
        return
    full = 255 if target.dtype == np.uint8 else 65535
    for top, bottom in strips(width, height):
        made = part(lambda first, last: photo.to_floats(source[first:last]), source.shape[0], (width, height), (top, bottom))
        target[top:bottom] = (np.clip(made, 0, 1) * full + 0.5).astype(target.dtype)
        on(bottom)


def strips(width: int, height: int) -> Iterator[tuple[int, int]]:
    """First row, and the one behind the last, of strips of a picture of that size."""
    rows = max(1, STRIP // width)
    for top in range(0, height, rows):
        yield top, min(height, top + rows)


def part(read: Read, height: int, size: tuple[int, int], rows: tuple[int, int], by: Image.Resampling = FILTER) -> Array:
    """Rows `rows` (first, and the one behind the last) of a picture of `height` rows at `size` (width, height): (rows, width, c)."""
    per = height / size[1]
    low, high = rows[0] * per, rows[1] * per
    support = 3 * max(1.0, per) + 2  # of Lanczos, the widest filter, in rows of the source
    first, last = max(0, int(low - support)), min(height, int(high + support) + 1)
    seen = read(first, last)
    box = (0.0, low - first, float(seen.shape[1]), min(high - first, float(last - first)))
    planes = [Image.fromarray(np.ascontiguousarray(seen[..., i])) for i in range(seen.shape[2])]
    return np.stack([np.asarray(plane.resize((size[0], rows[1] - rows[0]), by, box=box)) for plane in planes], axis=2)


def in_depth(source: Levels, dtype: np.dtype[Any]) -> Levels:
    """Levels in another depth."""
    if source.dtype == dtype:
        return source
    if dtype == np.uint8:
        return ((source.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    return source.astype(np.uint16) * np.uint16(257)


def known(x: Tensor, hole: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
    """A picture (1, 3, h, w) in [0, 1] and its hole (1, 1, h, w) of 0 and 1 at another size: the mean of what is known in each pixel's
    area; a pixel that any of the hole falls into is of the hole."""
    share = functional.interpolate(1 - hole, (height, width), mode="area")
    small = functional.interpolate(x * (1 - hole), (height, width), mode="area") / share.clamp(min=1e-4)
    return small.clamp(0, 1), (share < 0.999).float()
