"""Plain convolutions at the small size, pixel shuffle, and the picture itself past them, its pixels made large.

SRVGG of Real-ESRGAN (Wang et al. 2021, "Real-ESRGAN: Training Real-World Blind Super-Resolution with Pure Synthetic Data"), whose names of
the weights these are. For weights that others trained; ours, which recipes train, are of the family `upscaler`.
"""

from __future__ import annotations

from typing import Annotated

from torch import Tensor, nn
from torch.nn import functional

from ganapp.base.kinds import Choice, Depth, Width
from ganapp.base.validation import settings_class


@settings_class
class Config:
    """scale: 2, 3 or 4; width: channels; depth: convolutions between the first and the last."""

    scale: Annotated[int, Choice((2, 3, 4))] = 4
    width: Width = 64
    depth: Depth = 16


class Net(nn.Module):
    """Pictures x (b, 3, h, w) in [-1, 1], any size -> (b, 3, scale h, scale w), about [-1, 1], not clamped."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        width, body = config.width, nn.ModuleList()
        for i in range(config.depth + 1):
            body.extend([nn.Conv2d(width if i else 3, width, 3, 1, 1), nn.PReLU(width)])
        self.body = body.append(nn.Conv2d(width, 3 * config.scale**2, 3, 1, 1))

    @property
    def receptive(self) -> int:
        """How far, in pixels of the input, a pixel's enlargement looks."""
        return self.config.depth + 2

    @property
    def widest(self) -> int:
        """Numbers that its largest layer gives for one pixel of the input."""
        return max(self.config.width, 3 * self.config.scale**2)

    def forward(self, x: Tensor) -> Tensor:
        y = small = (x + 1) / 2  # its weights know [0, 1]
        for layer in self.body:
            y = layer(y)
        y = functional.pixel_shuffle(y, self.config.scale)  # (b, 3, scale h, scale w)
        return (y + functional.interpolate(small, scale_factor=float(self.config.scale), mode="nearest")) * 2 - 1


def layers(config: Config) -> list[str]:
    """Names of its layers with weights, in the order in which they are computed."""
    return [f"body.{i}" for i in range(2 * config.depth + 3)]
