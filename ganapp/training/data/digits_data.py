"""Handwritten digits as the recipes see them: 32 x 32, [-1, 1], one-hot classes, and the judge's light augmentation."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.digits import idx


class Digits:
    """All of one split in memory: pictures (n, 1, 28, 28) uint8, labels (n,) int64."""

    def __init__(self, split: str = "train", data: str = "mnist") -> None:
        loaded = idx.load(data, split)
        self.pictures = torch.from_numpy(loaded.pictures.copy()).unsqueeze(1)  # (n, 1, 28, 28)
        self.labels = torch.from_numpy(loaded.labels.copy())  # (n,)

    def __len__(self) -> int:
        return len(self.labels)

    def at(self, index: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures (b, 1, 32, 32) in [-1, 1], padded with background by 2 pixels, and classes (b, 10) one-hot."""
        x = functional.pad(self.pictures[index].float() / 127.5 - 1.0, (2, 2, 2, 2), value=-1.0)  # (b, 1, 32, 32)
        return x, functional.one_hot(self.labels[index], 10).float()


def jiggle(x: Tensor, degrees: float = 12.0, scale: float = 0.12, shear: float = 0.15, shift: float = 2.0) -> Tensor:
    """Each picture of x (b, 1, h, w) in [-1, 1] under its own small random affine map; shift in pixels."""
    b, side = x.shape[0], x.shape[-1]

    def uniform(limit: float) -> Tensor:
        return (torch.rand(b) * 2 - 1) * limit

    angle = uniform(degrees) * torch.pi / 180
    wide, high, lean = 1 + uniform(scale), 1 + uniform(scale), uniform(shear)
    cos, sin = angle.cos(), angle.sin()
    across = [wide * cos, wide * (lean * cos - sin), uniform(shift) * 2 / side]
    down = [high * sin, high * (lean * sin + cos), uniform(shift) * 2 / side]
    theta = torch.stack(across + down, dim=1).view(b, 2, 3)  # (b, 2, 3)
    grid = functional.affine_grid(theta, [b, 1, side, side], align_corners=False)
    return functional.grid_sample(x + 1, grid, align_corners=False) - 1
