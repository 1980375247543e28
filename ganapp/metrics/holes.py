"""Enclosed background of grey pictures."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def filled(ink: Tensor) -> Tensor:
    """Ink (n, h, w) in [0, 1] with its holes filled: each place becomes as dark as the darkest that a way from it to the border, in steps
    along rows and columns, must cross at least (grey reconstruction; Vincent 1993, "Morphological grayscale reconstruction in image
    analysis")."""
    walls = functional.pad(ink, (1, 1, 1, 1))
    level = torch.ones_like(walls)
    level[:, 0], level[:, -1], level[:, :, 0], level[:, :, -1] = 0, 0, 0, 0
    while True:
        before = level
        for _ in range(8):  # comparing costs as much as a step
            lower = level.clone()
            lower[:, 1:] = torch.minimum(lower[:, 1:], level[:, :-1])
            lower[:, :-1] = torch.minimum(lower[:, :-1], level[:, 1:])
            lower[:, :, 1:] = torch.minimum(lower[:, :, 1:], level[:, :, :-1])
            lower[:, :, :-1] = torch.minimum(lower[:, :, :-1], level[:, :, 1:])
            level = torch.maximum(lower, walls)
        if torch.equal(before, level):
            return level[:, 1:-1, 1:-1]
