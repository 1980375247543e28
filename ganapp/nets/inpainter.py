"""Inpainter: fills a hole in a photograph, starting from a smooth membrane stretched over it.

The net does not paint from nothing: the hole is first filled by a membrane (the solution of Laplace's equation, by a pull-push
pyramid with relaxation, Gortler et al. 1996, "The Lumigraph"), and a U-Net (Ronneberger et al. 2015) with dilated residual blocks
at an eighth of the size (Iizuka et al. 2017, "Globally and Locally Consistent Image Completion") adds what the membrane lacks.
So an untrained net is as good as a classical one. Few channels at full size, no normalisation: cheap on a CPU.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.base.kinds import Items, Width, Widths
from ganapp.base.validation import settings_class

MULTIPLE = 8  # of a picture's sides
RELAXATIONS = 4  # of the membrane, at every size of the pyramid
SLOPE = 0.2  # of the leaky ReLU


@settings_class
class Config:
    """Settings of the net.

    widths: channels at a half, a quarter and an eighth of the size; fine: channels at full size; dilations: of the residual
    blocks, one each.
    """

    widths: Annotated[tuple[Width, Width, Width], Items(3)] = (24, 48, 112)
    fine: Width = 12
    dilations: Widths = (1, 2, 4, 8, 1, 2, 4, 8)


def membrane(x: Tensor, known: Tensor) -> Tensor:
    """x (b, c, h, w) where known (b, 1, h, w) is 1, and a smooth surface through its rim where known is 0; grey (0) when nothing is known.

    Averages of known pixels at ever smaller sizes, then back up: what a size does not know comes from the smaller one and is
    relaxed towards the mean of its four neighbours.
    """
    levels = [(x * known, known)]
    while max(levels[-1][0].shape[-2:]) > 1:
        levels.append((_halved(levels[-1][0]), _halved(levels[-1][1])))
    surface = torch.zeros_like(levels[-1][0])
    for total, weight in reversed(levels):
        if surface.shape != total.shape:
            surface = functional.interpolate(surface, total.shape[-2:], mode="bilinear", align_corners=False)
        there = weight > 0
        mean = total / weight.clamp(min=1e-6)
        surface = torch.where(there, mean, surface)
        for _ in range(RELAXATIONS):
            surface = torch.where(there, mean, _neighbours(surface))
    return surface


def _halved(x: Tensor) -> Tensor:
    return functional.avg_pool2d(x, 2, ceil_mode=True)


def _neighbours(x: Tensor) -> Tensor:
    """The mean of each pixel's four neighbours; at the border the pixel itself stands for the missing ones."""
    padded = functional.pad(x, (1, 1, 1, 1), mode="replicate")
    return (padded[..., :-2, 1:-1] + padded[..., 2:, 1:-1] + padded[..., 1:-1, :-2] + padded[..., 1:-1, 2:]) / 4


def _conv(before: int, after: int, kernel: int = 3, stride: int = 1, dilation: int = 1) -> nn.Conv2d:
    conv = nn.Conv2d(before, after, kernel, stride, dilation * (kernel // 2), dilation)
    nn.init.kaiming_normal_(conv.weight, SLOPE, nonlinearity="leaky_relu")
    nn.init.zeros_(conv.bias)  # type: ignore[arg-type]
    return conv


class Block(nn.Module):
    """A dilated 3x3 and a 1x1 convolution beside the identity, (b, width, h, w) to the same."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.wide, self.back = _conv(width, width, dilation=dilation), _conv(width, width, 1)
        with torch.no_grad():
            self.back.weight *= 0.2  # eight blocks in a row add up

    def forward(self, x: Tensor) -> Tensor:
        inner = functional.leaky_relu(self.wide(functional.leaky_relu(x, SLOPE)), SLOPE)
        mended: Tensor = x + self.back(inner)
        return mended


class Net(nn.Module):
    """Picture x (b, 3, h, w) in [-1, 1] and mask (b, 1, h, w), 1 = fill -> (b, 3, h, w) in [-1, 1]; h and w multiples of 8.

    Outside the mask the picture comes back as it went in; what it shows inside the mask plays no part.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        half, quarter, eighth = config.widths
        leaky = nn.LeakyReLU(SLOPE)
        self.in_half = nn.Sequential(_conv(16, half), leaky, _conv(half, half), leaky)
        self.in_quarter = nn.Sequential(_conv(half, quarter, stride=2), leaky, _conv(quarter, quarter), leaky)
        self.in_eighth = _conv(quarter, eighth, stride=2)
        self.middle = nn.Sequential(*(Block(eighth, dilation) for dilation in config.dilations))
        self.up_quarter = nn.Sequential(leaky, _conv(eighth, quarter, 1))
        self.out_quarter = nn.Sequential(_conv(2 * quarter, quarter), leaky, _conv(quarter, quarter), leaky)
        self.up_half = _conv(quarter, half, 1)
        self.out_half = nn.Sequential(_conv(2 * half, half), leaky, _conv(half, half), leaky, _conv(half, 4 * config.fine, 1))
        self.fine = nn.Sequential(_conv(config.fine + 4, config.fine), leaky)
        self.paint = _conv(config.fine, 3)
        with torch.no_grad():
            self.paint.weight *= 0.01  # an untrained net leaves the membrane nearly as it is

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        known = 1 - mask
        start = membrane(x, known)
        given = torch.cat([start, mask], 1)  # (b, 4, h, w)
        half = self.in_half(functional.pixel_unshuffle(given, 2))  # (b, widths[0], h/2, w/2)
        quarter = self.in_quarter(half)  # (b, widths[1], h/4, w/4)
        middle = self.middle(self.in_eighth(quarter))  # (b, widths[2], h/8, w/8)
        quarter = self.out_quarter(torch.cat([_doubled(self.up_quarter(middle)), quarter], 1))
        half = self.out_half(torch.cat([_doubled(self.up_half(quarter)), half], 1))  # (b, 4 fine, h/2, w/2)
        fine = self.fine(torch.cat([functional.pixel_shuffle(half, 2), given], 1))  # (b, fine, h, w)
        return torch.where(mask > 0, (start + self.paint(fine)).clamp(-1, 1), x)


def _doubled(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2, mode="nearest")
