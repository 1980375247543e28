"""Each picture moved a little."""

from __future__ import annotations

from torch import Tensor

from ganapp.training.data.augmentations import along, ground, whole

SHIFT = 0.125  # share of the side


def translation(x: Tensor, sets: int = 1) -> Tensor:
    """Moved by whole pixels, up to an eighth of the side each way."""
    fill = ground(x)
    for dimension in (2, 3):
        side = x.shape[dimension]
        reach = int(side * SHIFT + 0.5)
        index = whole(x, -reach, reach + 1, sets) + along(x, dimension)
        inside = (index >= 0) & (index < side)
        x = x.gather(dimension, index.clamp(0, side - 1).expand_as(x)).where(inside, fill)
    return x
