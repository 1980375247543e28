"""Residual-in-residual dense blocks, then nearest-neighbour resizing and convolutions: large, slow, and the sharpest of its time.

Wang et al. 2018, "ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks", as Real-ESRGAN has it (Wang et al. 2021), whose
names of the weights these are. For weights that others trained; no recipe here trains it.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.base.kinds import Choice, Depth, Width
from ganapp.base.validation import settings_class

DENSE = 5  # convolutions of a dense block
SHARE = 0.2  # of what a block found, that is added to what came in
SLOPE = 0.2
ROWS, SEEN = 32, 2  # rows of the small picture that are made large at a time, and rows beside them that this looks at


@settings_class
class Config:
    """scale: 4; width: channels; growth: channels that each convolution of a dense block adds; depth: blocks."""

    scale: Annotated[int, Choice((4,))] = 4
    width: Width = 64
    growth: Width = 32
    depth: Depth = 23


class Dense(nn.Module):
    """Five convolutions, each of which sees what all before it found. (b, width, h, w) -> the same."""

    def __init__(self, width: int, growth: int) -> None:
        super().__init__()
        for i in range(DENSE):
            setattr(self, f"conv{i + 1}", nn.Conv2d(width + i * growth, growth if i < DENSE - 1 else width, 3, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        seen = x
        for i in range(1, DENSE):
            seen = torch.cat([seen, _leaky(getattr(self, f"conv{i}")(seen))], 1)  # (b, width + i growth, h, w)
        return torch.add(x, getattr(self, f"conv{DENSE}")(seen), alpha=SHARE)


class Block(nn.Module):
    """Three dense blocks one after the other, and a way past them."""

    def __init__(self, width: int, growth: int) -> None:
        super().__init__()
        self.rdb1, self.rdb2, self.rdb3 = (Dense(width, growth) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        return torch.add(x, self.rdb3(self.rdb2(self.rdb1(x))), alpha=SHARE)


class Net(nn.Module):
    """Pictures x (b, 3, h, w) in [-1, 1], any size -> (b, 3, 4 h, 4 w), about [-1, 1], not clamped."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.conv_first = nn.Conv2d(3, width, 3, 1, 1)
        self.body = nn.ModuleList(Block(width, config.growth) for _ in range(config.depth))
        self.conv_body, self.conv_up1, self.conv_up2, self.conv_hr = (nn.Conv2d(width, width, 3, 1, 1) for _ in range(4))
        self.conv_last = nn.Conv2d(width, 3, 3, 1, 1)

    @property
    def receptive(self) -> int:
        """How far, in pixels of the input, a pixel's enlargement can look; trained nets look a fifth as far, or less."""
        return 3 * DENSE * self.config.depth + 2 + SEEN

    @property
    def widest(self) -> int:
        """Numbers that it keeps at once for one pixel of the input, about a third of them."""
        return self.config.width + (DENSE - 1) * self.config.growth

    def forward(self, x: Tensor) -> Tensor:
        y = first = self.conv_first((x + 1) / 2)  # its weights know [0, 1]
        for block in self.body:
            y = block(y)
        y = first + self.conv_body(y)
        return torch.cat([self._enlarged(y, top) for top in range(0, y.shape[2], ROWS)], 2) * 2 - 1

    def _enlarged(self, y: Tensor, top: int) -> Tensor:
        """Rows of y (b, width, h, w) from `top` on -> (b, 3, 4 rows, 4 w): sixteen times as many numbers, so a few rows at a time."""
        start, end = max(0, top - SEEN), min(y.shape[2], top + ROWS)
        y = y[:, :, start : end + SEEN]
        for convolution in (self.conv_up1, self.conv_up2):
            y = _leaky(convolution(functional.interpolate(y, scale_factor=2.0, mode="nearest")))
        y = _leaky(self.conv_hr(y))
        with torch.autocast(y.device.type, enabled=False):  # half precision knows half a level at best
            large: Tensor = self.conv_last(y.float())
        return large[:, :, (top - start) * self.config.scale :][:, :, : (end - top) * self.config.scale]


def _leaky(x: Tensor) -> Tensor:
    return functional.leaky_relu(x, SLOPE, inplace=not x.requires_grad)


def layers(config: Config) -> list[str]:
    """Names of its convolutions, in the order in which they are computed."""
    dense = [f"body.{i}.rdb{part}.conv{j + 1}" for i in range(config.depth) for part in (1, 2, 3) for j in range(DENSE)]
    return ["conv_first", *dense, "conv_body", "conv_up1", "conv_up2", "conv_hr", "conv_last"]
