"""Differentiable augmentation: both players see real and generated pictures through the same random changes.

Zhao et al. 2020, "Differentiable Augmentation for Data-Efficient GAN Training", section 3: brightness, saturation and contrast
("colour"), translation by up to an eighth, a cut-out square of half the side. Every picture gets its own. All functions take
and give x (b, c, h, w) in [-1, 1]; random numbers are torch's, drawn on the CPU, for the rows that this process has of the batch. x may
hold several batches one after the other, `sets` of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.training.run.place import here

SHIFT, CUT = 0.125, 0.5  # shares of the side


def _uniform(x: Tensor, low: float, high: float, sets: int) -> Tensor:
    """One number for each picture, (b, 1, 1, 1)."""
    place = here()
    return (place.rand(len(x) * place.world, 1, 1, 1, sets=sets) * (high - low) + low).to(x.device)


def _whole(x: Tensor, low: int, high: int, sets: int) -> Tensor:
    """One whole number from `low` to `high` - 1 for each picture, (b, 1, 1, 1)."""
    place = here()
    return place.part(torch.randint(low, high, (len(x) * place.world, 1, 1, 1)), sets).to(x.device)


def ground(x: Tensor) -> float:
    """What fills the places that a change leaves empty: no ink for grey pictures, middle grey for coloured ones."""
    return -1.0 if x.shape[1] == 1 else 0.0


def brightness(x: Tensor, sets: int = 1) -> Tensor:
    """Lighter or darker by up to a half of the half range."""
    return x + _uniform(x, -0.5, 0.5, sets)


def saturation(x: Tensor, sets: int = 1) -> Tensor:
    """Differences between a pixel's channels times 0 to 2."""
    middle = x.mean(1, keepdim=True)
    return (x - middle) * _uniform(x, 0.0, 2.0, sets) + middle


def contrast(x: Tensor, sets: int = 1) -> Tensor:
    """Differences from the picture's mean times 0.5 to 1.5."""
    middle = x.mean((1, 2, 3), keepdim=True)
    return (x - middle) * _uniform(x, 0.5, 1.5, sets) + middle


def colour(x: Tensor, sets: int = 1) -> Tensor:
    """Brightness, saturation and contrast; of grey pictures only contrast, in which ink stays ink."""
    return contrast(x, sets) if x.shape[1] == 1 else contrast(saturation(brightness(x, sets), sets), sets)


def translation(x: Tensor, sets: int = 1) -> Tensor:
    """Moved by whole pixels, up to an eighth of the side each way."""
    fill = ground(x)
    for dimension in (2, 3):
        side = x.shape[dimension]
        reach = int(side * SHIFT + 0.5)
        index = _whole(x, -reach, reach + 1, sets) + _along(x, dimension)
        inside = (index >= 0) & (index < side)
        x = x.gather(dimension, index.clamp(0, side - 1).expand_as(x)).where(inside, fill)
    return x


def _along(x: Tensor, dimension: int) -> Tensor:
    """The places along a dimension of x, shaped to be compared with one number for each picture."""
    shape = [1, 1, 1, 1]
    shape[dimension] = x.shape[dimension]
    return torch.arange(x.shape[dimension], device=x.device).view(shape)


def cutout(x: Tensor, sets: int = 1) -> Tensor:
    """A square of half the side emptied, a quarter of the picture; its centre is anywhere, what lies outside is lost."""
    covered = torch.ones(len(x), 1, 1, 1, dtype=torch.bool, device=x.device)
    for dimension in (2, 3):
        side = x.shape[dimension]
        length = int(side * CUT + 0.5)
        first = _whole(x, 0, side + 1 - length % 2, sets) - length // 2
        along = _along(x, dimension)
        covered = covered & (along >= first) & (along < first + length)
    return x.where(~covered, ground(x))


KINDS: dict[str, Callable[[Tensor, int], Tensor]] = {"colour": colour, "translation": translation, "cutout": cutout}


def augment(x: Tensor, kinds: Sequence[str], sets: int = 1) -> Tensor:
    """The changes named, one after the other. KeyError for an unknown one."""
    for kind in kinds:
        x = KINDS[kind](x, sets)
    return x


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
