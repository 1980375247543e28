"""Perceptual distance: how far apart two pictures are in the features of a net that has learnt to see.

Zhang et al. 2018, "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric" (LPIPS): features at several depths,
each made unit length over its channels, their squared differences weighted by learnt heads.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

TINY = 1e-10  # keeps the length of an all-zero feature from being divided by


def unit(features: Tensor) -> Tensor:
    """Features (b, c, h, w), each pixel's c numbers scaled to length one."""
    length: Tensor = torch.sqrt((features * features).sum(1, keepdim=True) + TINY)
    return features / length


def maps(a: Sequence[Tensor], b: Sequence[Tensor], heads: Sequence[Tensor]) -> list[Tensor]:
    """For each depth, the distance at every place, (b, 1, h, w): sum_c w_c (a_c - b_c)^2; a, b: features; heads: w (c,) each."""
    return [((unit(one) - unit(other)) ** 2 * head.view(1, -1, 1, 1)).sum(1, keepdim=True) for one, other, head in zip(a, b, heads)]


def distance(a: Sequence[Tensor], b: Sequence[Tensor], heads: Sequence[Tensor]) -> Tensor:
    """LPIPS of each pair, (b,): means over places, summed over depths. As many depths as `a` has."""
    total: Tensor = torch.stack([at.mean((1, 2, 3)) for at in maps(a, b, heads)]).sum(0)
    return total
