"""Differentiable augmentation: the discriminator gets real and generated pictures after random changes of the same kinds.

Zhao et al. 2020, "Differentiable Augmentation for Data-Efficient GAN Training", section 3. One change a file, found by listing: its
function bears the file's name, takes and gives x (b, c, h, w) in [-1, 1], and changes every picture in its own way. Random numbers are
torch's, drawn on the CPU, for the rows that this process has of the batch. x may hold several batches one after the other, `sets` of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ganapp.base import members
from ganapp.training.run.place import here

KIND = "augmentations"


def names() -> tuple[str, ...]:
    """Of all changes there are."""
    return members.names(KIND)


def augment(x: Tensor, names: Sequence[str], sets: int = 1) -> Tensor:
    """The changes named, one after the other. KeyError for an unknown one."""
    for name in names:
        x = getattr(members.modules(KIND)[name], name)(x, sets)
    return x


def uniform(x: Tensor, low: float, high: float, sets: int) -> Tensor:
    """One number for each picture, (b, 1, 1, 1)."""
    place = here()
    return (place.rand(len(x) * place.world, 1, 1, 1, sets=sets) * (high - low) + low).to(x.device)


def whole(x: Tensor, low: int, high: int, sets: int) -> Tensor:
    """One whole number from `low` to `high` - 1 for each picture, (b, 1, 1, 1)."""
    place = here()
    return place.part(torch.randint(low, high, (len(x) * place.world, 1, 1, 1)), sets).to(x.device)


def ground(x: Tensor) -> float:
    """What fills the places that a change leaves empty: no ink for grey pictures, middle grey for coloured ones."""
    return -1.0 if x.shape[1] == 1 else 0.0


def along(x: Tensor, dimension: int) -> Tensor:
    """The places along a dimension of x, shaped to be compared with one number for each picture."""
    shape = [1, 1, 1, 1]
    shape[dimension] = x.shape[dimension]
    return torch.arange(x.shape[dimension], device=x.device).view(shape)
