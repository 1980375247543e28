"""Structural similarity (Wang et al. 2004, "Image Quality Assessment: From Error Visibility to Structural Similarity").

Gaussian window of 11 x 11 with sigma 1.5, K1 = 0.01, K2 = 0.03, pictures mirrored at the border, mean over the channels.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

REACH, SIGMA = 5, 1.5
C1, C2 = 0.01**2, 0.03**2


def ssim_map(result: Tensor, real: Tensor) -> Tensor:
    """(h, w): the similarity around every pixel, at most 1. result, real: (c, h, w) in [0, 1], at least 6 pixels each way."""
    a, b = result.double(), real.double()
    blurred = _blur(torch.cat([a, b, a * a, b * b, a * b]))
    mean_a, mean_b, aa, bb, ab = blurred.chunk(5)
    var_a, var_b, cov = aa - mean_a**2, bb - mean_b**2, ab - mean_a * mean_b
    likeness = (2 * mean_a * mean_b + C1) * (2 * cov + C2) / ((mean_a**2 + mean_b**2 + C1) * (var_a + var_b + C2))
    return likeness.mean(0)


def ssim(result: Tensor, real: Tensor, where: Tensor | None = None) -> float:
    """The mean of the map, over the pixels where `where` (h, w) is not 0, or over all."""
    found = ssim_map(result, real)
    return float(found.mean() if where is None else found[where > 0].mean())


def _blur(x: Tensor) -> Tensor:
    """(n, h, w) under the Gaussian window."""
    line = torch.exp(-(torch.arange(-REACH, REACH + 1, dtype=x.dtype) ** 2) / (2 * SIGMA**2))
    line = line / line.sum()
    x = torch.cat([x[:, :REACH].flip(1), x, x[:, -REACH:].flip(1)], 1)  # mirrored, the edge pixel twice
    x = torch.cat([x[:, :, :REACH].flip(2), x, x[:, :, -REACH:].flip(2)], 2)
    x = functional.conv2d(x[:, None], line.view(1, 1, -1, 1))
    return functional.conv2d(x, line.view(1, 1, 1, -1))[:, 0]
