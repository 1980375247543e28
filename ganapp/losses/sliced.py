"""Sliced Wasserstein distance between two sets of features: how far apart their distributions are, seen along random directions.

Heitz et al. 2021, "A Sliced Wasserstein Loss for Neural Texture Synthesis": project both sets on a line, sort, compare; the mean over
many lines. Unlike Gram matrices (Gatys et al. 2016) it compares whole distributions, not their second moments.
"""

from __future__ import annotations

import torch
from torch import Tensor


def directions(channels: int, count: int, generator: torch.Generator) -> Tensor:
    """`count` random lines through the space of `channels` numbers: (count, channels), length one."""
    drawn = torch.randn(count, channels, generator=generator)
    lines: Tensor = drawn / drawn.norm(dim=1, keepdim=True)
    return lines


def distance(made: Tensor, wanted: Tensor, lines: Tensor) -> Tensor:
    """made (b, c, n), wanted (b, c, n), lines (p, c) -> (b,): mean squared distance of the sorted projections, as a share of the
    variance that those of `wanted` have. About 1 and more for unrelated sets, 0 for equal ones."""
    one = (lines @ made).sort(2).values  # (b, p, n)
    other = (lines @ wanted).sort(2).values
    spread = other.var(2).mean(1).clamp(min=1e-8)
    return (one - other).square().mean((1, 2)) / spread
