"""Brightness, saturation and contrast of each picture."""

from __future__ import annotations

from torch import Tensor

from ganapp.training.data.augmentations import uniform


def colour(x: Tensor, sets: int = 1) -> Tensor:
    """Brightness, saturation and contrast; of grey pictures only contrast, in which ink stays ink."""
    return contrast(x, sets) if x.shape[1] == 1 else contrast(saturation(brightness(x, sets), sets), sets)


def brightness(x: Tensor, sets: int = 1) -> Tensor:
    """Lighter or darker by up to a half of the half range."""
    return x + uniform(x, -0.5, 0.5, sets)


def saturation(x: Tensor, sets: int = 1) -> Tensor:
    """Differences between a pixel's channels times 0 to 2."""
    middle = x.mean(1, keepdim=True)
    return (x - middle) * uniform(x, 0.0, 2.0, sets) + middle


def contrast(x: Tensor, sets: int = 1) -> Tensor:
    """Differences from the picture's mean times 0.5 to 1.5."""
    middle = x.mean((1, 2, 3), keepdim=True)
    return (x - middle) * uniform(x, 0.5, 1.5, sets) + middle
