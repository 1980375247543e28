"""Peak signal-to-noise ratio, over a whole picture or over a part of it."""

from __future__ import annotations

import torch
from torch import Tensor


def psnr(result: Tensor, real: Tensor, where: Tensor | None = None) -> float:
    """10 log10 (1 / mean squared error) in decibels, inf for equal ones. result, real: (c, h, w) in [0, 1]; where: (h, w), not 0 for the
    pixels that count, None for all."""
    squares = (result.double() - real.double()).square().mean(0)  # (h, w)
    counted = squares if where is None else squares[where > 0]
    if counted.numel() == 0:
        raise ValueError("no pixel counts")
    return float(-10 * torch.log10(counted.mean()))
