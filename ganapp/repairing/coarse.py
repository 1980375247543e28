"""Holes too large for the net: structure is mended small, and sharpness comes back from the photo itself, one doubling of size at a time.

At each size the photo minus its own blurred copy is its detail. Every patch of the hole takes the detail of that known patch whose blurred
copy looks most like what was mended so far (the idea of RETHINED, 2025, and of image analogies, Hertzmann et al. 2001).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base import progress
from ganapp.pictures import resize
from ganapp.pictures.box import Box
from ganapp.pictures.images import Array
from ganapp.pictures.photo import Marks

PATCH, STRIDE = 12, 8  # pixels of a patch, and from one to the next: 4 pixels overlap
ROOM = 256  # pixels around a hole from which it takes its detail
SOURCES = 3072  # known patches that are looked at
ROWS = 2048  # hole patches compared at once
LIKELY = 5  # of the best patches one is taken by chance: always the best one would repeat itself where the guide is smooth
FILTERED = 4  # side of the small copy by which patches are compared
CELL = PATCH // FILTERED
Fill = Callable[[Array, Marks], Array]


@dataclass(frozen=True)
class Size:
    """A view at one size. x (1, 3, h, w) in [0, 1], hole (1, 1, h, w) of 0 and 1."""

    x: Tensor
    hole: Tensor


def sized(x: Tensor, hole: Tensor, height: int, width: int) -> Size:
    """The view at another size."""
    return Size(*resize.known(x, hole, height, width))


def sizes(height: int, width: int, side: int) -> list[tuple[int, int]]:
    """Heights and widths from one whose longest side is `side` at most up to the view's own, each about twice the one before."""
    found = [(height, width)]
    while max(found[0]) > side:
        h, w = found[0]
        share = max(0.5, side / max(h, w))
        found.insert(0, (max(1, round(h * share)), max(1, round(w * share))))
    return found


def mend(colours: Array, hole: Marks, side: int, fill: Fill, seed: int) -> Array:
    """colours (h, w, 3) in [0, 1] with a `hole` (h, w) -> the same with the hole filled; `fill` fills one of `side` pixels at most."""
    x = torch.from_numpy(np.ascontiguousarray(colours.transpose(2, 0, 1)))[None]
    mask = torch.from_numpy(hole.astype(np.float32))[None, None]
    first, *more = sizes(int(hole.shape[0]), int(hole.shape[1]), side)
    small = sized(x, mask, *first)
    made = fill(_array(small.x), small.hole[0, 0].numpy() > 0)
    guide = torch.from_numpy(np.ascontiguousarray(made.transpose(2, 0, 1)))[None]
    before, seen = first, Box(0, 0, *first)
    for height, width in more:
        inner = _around(hole, before, seen)
        guide = guide[..., inner.top - seen.top :, inner.left - seen.left :][..., : inner.height, : inner.width]
        before, seen = (height, width), inner.scaled(height / before[0], width / before[1])
        now = Size(x, mask) if (height, width) == hole.shape else sized(x, mask, height, width)
        guide = sharpened(Size(now.x[(..., *seen.slices)], now.hole[(..., *seen.slices)]), guide, seed)
    mended = colours.copy()
    mended[seen.slices] = np.where(hole[seen.slices][..., None], _array(guide), colours[seen.slices])
    return mended


def _around(hole: Marks, size: tuple[int, int], within: Box) -> Box:
    """The rectangle that holds the hole and ROOM / 2 pixels around it in a copy of `size`, inside another one: at twice the size it is all
    that is looked at."""
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    tight = Box(int(rows[0]), int(columns[0]), int(rows[-1] - rows[0] + 1), int(columns[-1] - columns[0] + 1))
    small = tight.scaled(size[0] / hole.shape[0], size[1] / hole.shape[1]).grown(ROOM // 2 + 1, *size)
    top, left = max(small.top, within.top), max(small.left, within.left)
    bottom, right = min(small.bottom, within.bottom), min(small.right, within.right)
    return Box(top, left, bottom - top, right - left)


def _array(x: Tensor) -> Array:
    array: Array = x[0].clamp(0, 1).numpy().transpose(1, 2, 0)
    return array


def _blurred(x: Tensor, small: tuple[int, int]) -> Tensor:
    """x reduced to the size `small` and enlarged again, to compare it with a picture that was enlarged from that size."""
    return functional.interpolate(functional.interpolate(x, small, mode="area"), x.shape[-2:], mode="bicubic", align_corners=False)


def sharpened(now: Size, before: Tensor, seed: int) -> Tensor:
    """What was mended at a smaller size, `before` (1, 3, h', w'), at the size of `now`, its hole with the detail of known patches."""
    guide = functional.interpolate(before, now.x.shape[-2:], mode="bicubic", align_corners=False)
    whole = torch.where(now.hole > 0, guide, now.x)
    blurred = _blurred(whole, (int(before.shape[-2]), int(before.shape[-1])))
    detail = now.x - blurred
    rows, columns = _extent(now.hole, PATCH)
    touched = _touched(now.hole)
    sources = _sources(touched, seed)
    if len(sources) == 0:
        return whole
    added = _transferred(blurred, detail, _targets(touched, (rows, columns)), sources)
    return torch.where(now.hole > 0, (whole + added).clamp(0, 1), now.x)


def _extent(hole: Tensor, margin: int) -> tuple[slice, slice]:
    """Rows and columns of the hole, with a margin."""
    found = []
    for axis in (1, 0):
        where = torch.nonzero(hole[0, 0].amax(axis))[:, 0]
        found.append(slice(max(0, int(where[0]) - margin), int(where[-1]) + 1 + margin))
    return found[0], found[1]


def _touched(hole: Tensor) -> Tensor:
    """(h - 11, w - 11) whether the patch with its corner there holds anything of the hole; empty where none fits."""
    h, w = hole.shape[-2:]
    if h < PATCH or w < PATCH:
        return torch.zeros(0, 0)
    return functional.max_pool2d(functional.max_pool2d(hole, (PATCH, 1), 1), (1, PATCH), 1)[0, 0]


def _sources(touched: Tensor, seed: int) -> Tensor:
    """Corners (n, 2) of patches that hold nothing of the hole, the nearer ones as likely as the farther ones; chosen by the seed."""
    free = torch.nonzero(touched == 0)
    random = np.random.default_rng(seed)
    return free[torch.from_numpy(random.choice(len(free), min(SOURCES, len(free)), replace=False))] if len(free) else free


def _features(pooled: Tensor, corners: Tensor) -> Tensor:
    """The look (n, 48) of the patches at `corners` (n, 2): each patch, averaged to 4 x 4. pooled (3, h - 2, w - 2): means of 3 x 3."""
    steps = torch.arange(FILTERED) * CELL
    y = corners[:, :1] + steps[None]
    x = corners[:, 1:] + steps[None]
    return pooled[:, y[:, :, None], x[:, None, :]].permute(1, 0, 2, 3).reshape(len(corners), -1)


def _transferred(blurred: Tensor, detail: Tensor, targets: Tensor, sources: Tensor) -> Tensor:
    """The detail (1, 3, h, w) that the patches at `targets` take from the best of `sources`; patches that overlap are blended."""
    pooled = functional.avg_pool2d(blurred, CELL, 1)[0]
    random = np.random.default_rng(len(targets))
    offers = _features(pooled, sources)
    norms = offers.square().sum(1)
    total, weight = torch.zeros_like(detail), torch.zeros_like(detail[:, :1])
    window = torch.hann_window(PATCH + 2, periodic=False)[1:-1].sqrt()
    window = (window[:, None] * window[None]).clamp(min=0.05)
    steps = torch.arange(PATCH)
    for start in range(0, len(targets), ROWS):
        progress.go_on()
        corners = targets[start : start + ROWS]
        gaps = norms[None] - 2 * _features(pooled, corners) @ offers.T
        best = gaps.topk(min(LIKELY, len(sources)), largest=False).indices  # (n, LIKELY)
        chosen = sources[best[torch.arange(len(best)), torch.from_numpy(random.integers(0, best.shape[1], len(best)))]]
        taken = _patches(detail, chosen, steps) * window
        place = ((corners[:, :1] + steps)[:, :, None] * detail.shape[-1] + (corners[:, 1:] + steps)[:, None, :]).reshape(-1)
        total.view(3, -1).index_add_(1, place, taken.reshape(3, -1))
        weight.view(-1).index_add_(0, place, window.expand(len(corners), -1, -1).reshape(-1))
    return total / weight.clamp(min=1e-3)


def _targets(touched: Tensor, extent: tuple[slice, slice]) -> Tensor:
    """Corners (n, 2) of the patches that cover the hole."""
    last_y, last_x = touched.shape[0] - 1, touched.shape[1] - 1
    rows, columns = extent
    y = torch.arange(rows.start, min(rows.stop, last_y + PATCH), STRIDE).clamp(max=last_y)
    x = torch.arange(columns.start, min(columns.stop, last_x + PATCH), STRIDE).clamp(max=last_x)
    where = torch.nonzero(touched[y[:, None], x[None]] > 0)
    return torch.stack([y[where[:, 0]], x[where[:, 1]]], 1)


def _patches(detail: Tensor, corners: Tensor, steps: Tensor) -> Tensor:
    """(3, n, PATCH, PATCH)."""
    return detail[0][:, (corners[:, :1] + steps)[:, :, None], (corners[:, 1:] + steps)[:, None, :]]
