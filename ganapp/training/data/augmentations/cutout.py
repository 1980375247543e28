"""A square of each picture emptied."""

from __future__ import annotations

import torch
from torch import Tensor

from ganapp.training.data.augmentations import along, ground, whole

CUT = 0.5  # share of the side


def cutout(x: Tensor, sets: int = 1) -> Tensor:
    """A square of half the side emptied, a quarter of the picture; its centre is anywhere, what lies outside is lost."""
    covered = torch.ones(len(x), 1, 1, 1, dtype=torch.bool, device=x.device)
    for dimension in (2, 3):
        side = x.shape[dimension]
        length = int(side * CUT + 0.5)
        first = whole(x, 0, side + 1 - length % 2, sets) - length // 2
        place = along(x, dimension)
        covered = covered & (place >= first) & (place < first + length)
    return x.where(~covered, ground(x))
