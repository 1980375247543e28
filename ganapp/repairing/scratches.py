"""Finding scratches and dust on a scanned photo: thin light or dark lines, and lone specks, that are not part of its texture."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base import progress
from ganapp.pictures.images import Array
from ganapp.pictures.photo import LUMA, Marks

LONGEST = 1400  # pixels of the longer side at which is looked
THIN = 9  # pixels: what is wider is no scratch
LINE, DIRECTIONS = 41, 16  # pixels of the line along which is looked, and how many ways
SURROUND = 63  # pixels: what is usual is measured there
FAINTEST = 0.03  # of the full scale
CROWDED = 0.05  # a speck among more specks than this share of its surroundings is texture


def find(colours: Array, sensitivity: float = 0.5) -> Marks:
    """Marks (h, w) on what looks like damage in colours (h, w, 3) in [0, 1]; the sensitivity goes from 0 (the plainest only) to 1."""
    h, w = colours.shape[:2]
    share = min(1.0, LONGEST / max(h, w))
    small = (max(1, round(h * share)), max(1, round(w * share)))
    grey = torch.from_numpy(np.ascontiguousarray(colours @ LUMA))[None, None]  # (1, 1, h, w)
    if share < 1:  # the extreme of each area, so that a line of one pixel survives
        grey = functional.interpolate(grey, small, mode="area")
    found = torch.zeros_like(grey)
    for sign in (1.0, -1.0):  # lighter than around it, then darker
        progress.go_on()
        found = torch.maximum(found, _damage(grey * sign, 9.0 - 4.5 * sensitivity))
    widened = functional.max_pool2d(found, 3, 1, 1)
    back: Tensor = functional.interpolate(widened, (h, w), mode="nearest") if share < 1 else widened
    return np.asarray(back[0, 0].numpy() > 0)


def _opened(x: Tensor, size: int) -> Tensor:
    """Grey opening by a square: what is lighter than its surroundings and thinner than `size` is gone."""
    pad = size // 2
    low = -functional.max_pool2d(-functional.pad(x, (pad,) * 4, mode="replicate"), size, 1)
    return functional.max_pool2d(functional.pad(low, (pad,) * 4, mode="replicate"), size, 1)


def _usual(x: Tensor) -> Tensor:
    """The mean of x around each place."""
    return functional.avg_pool2d(x, SURROUND, 1, SURROUND // 2, count_include_pad=False)


def _damage(grey: Tensor, strictness: float) -> Tensor:
    """1 where thin light lines or lone specks are, (1, 1, h, w); limits are `strictness` times what is usual around."""
    if min(grey.shape[-2:]) < THIN:
        return torch.zeros_like(grey)
    thin = grey - _opened(grey, THIN)  # top hat
    usual = _usual(thin) + 0.004
    own = (thin > FAINTEST) & (thin > 0.5 * strictness * usual)
    along = _along(thin)
    progress.go_on()
    line = own & (along > FAINTEST * 0.8) & (along > 0.55 * strictness * usual)
    bright = ((thin > 2 * FAINTEST) & (thin > strictness * usual)).float()
    lone = (bright > 0) & (_usual(bright) < CROWDED * 0.25)
    return (line | lone).float()


def _along(thin: Tensor) -> Tensor:
    """The largest mean of `thin` along a line through each place, over all directions."""
    h, w = thin.shape[-2:]
    half = LINE // 2
    padded, best = functional.pad(thin, (half,) * 4), torch.zeros_like(thin)
    for number in range(DIRECTIONS):
        progress.go_on()
        total, angle = torch.zeros_like(thin), math.pi * number / DIRECTIONS
        steps = range(-half, half + 1, 2)  # shifted copies cost a tenth of a convolution with a line
        for step in steps:
            y, x = half + round(step * math.sin(angle)), half + round(step * math.cos(angle))
            total += padded[..., y : y + h, x : x + w]
        torch.maximum(best, total / len(steps), out=best)
    return best
