"""Exponential moving average of a net's weights and buffers."""

from __future__ import annotations

import copy

import torch
from torch import nn


class Average:
    """A copy of `net` whose weights are the average over training, with a half-life that grows from nothing.

    After step k the decay is 0.5 ** (1 / min(half_life, ramp * k)): early, bad weights are soon forgotten
    (Karras et al. 2020, "Analyzing and Improving the Image Quality of StyleGAN", EMA warm-up).
    """

    def __init__(self, net: nn.Module, half_life: float, ramp: float = 0.05) -> None:
        self.net = copy.deepcopy(net).eval().requires_grad_(False)
        self.half_life, self.ramp = half_life, ramp

    @torch.no_grad()
    def follow(self, net: nn.Module, step: int) -> None:
        """Move towards `net` after its step number `step` (from 1)."""
        decay = 0.5 ** (1.0 / max(min(self.half_life, self.ramp * step), 1e-3))
        for mine, its in zip(self.net.state_dict().values(), net.state_dict().values(), strict=True):
            if mine.dtype.is_floating_point:
                mine.lerp_(its, 1.0 - decay)
            else:
                mine.copy_(its)
