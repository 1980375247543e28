"""Pictures at the size that a net was taught to see."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def resized_square(x: Tensor, side: int) -> Tensor:
    """Pictures (b, c, h, w) averaged or enlarged to (b, c, side, side): what small classifiers and comparisons look at."""
    if x.shape[-1] == side:
        return x
    if x.shape[-1] % side == 0:
        return functional.adaptive_avg_pool2d(x, side)
    return functional.interpolate(x, (side, side), mode="bilinear", antialias=x.shape[-1] > side, align_corners=False)


def framed(x: Tensor, side: int) -> Tensor:
    """Pictures (b, c, h, w) of digits in [-1, 1] as a classifier of (side, side) was taught to see them.

    Data sets of 28 to 36 px are digits of 28 px with a frame of ground (see `datasets.fitted`), so the frame is made wider or
    narrower and no digit changes its size; all other sizes are resized.
    """
    size = x.shape[-1]
    if not 28 <= size <= 36 or not 28 <= side <= 36:
        return resized_square(x, side)
    before = (side - 28) // 2 - (size - 28) // 2
    after = side - size - before
    return functional.pad(x, (before, after, before, after), value=-1.0)
