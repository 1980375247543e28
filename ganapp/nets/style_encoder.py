"""Style encoder: from any picture to the numbers of its style, with which a stylizer paints.

After Huang and Belongie 2017 (AdaIN) and Ghiasi et al. 2017, "Exploring the Structure of a Real-time, Arbitrary Neural Artistic
Stylization Network", whose style net predicts the scales and shifts of all layers; small enough for a CPU, as MicroAST's micro encoders
(Wang et al. 2023). What it keeps of a picture are the mean and spread of its activations at every size, not their places.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.base.kinds import Width, Widths
from ganapp.base.validation import settings_class

SLOPE = 0.2
SIDE = 192  # pixels of the shorter side at which a style is looked at


@settings_class
class Config:
    """numbers: of the stylizer's style; code: how many the net squeezes a style into before; widths: channels at each size, halved each."""

    numbers: Width
    code: Width = 64
    widths: Widths = (16, 32, 64, 96, 128)


class Net(nn.Module):
    """Pictures (b, 3, h, w) in [-1, 1], any size -> numbers (b, numbers) of their styles; 0 = as the stylizer is by itself."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        befores = (3, *config.widths[:-1])
        self.stages = nn.ModuleList(nn.Conv2d(before, after, 3, 2, 1) for before, after in zip(befores, config.widths))
        self.squeeze = nn.Linear(2 * sum(config.widths) + 6, 2 * config.code)
        self.code = nn.Linear(2 * config.code, config.code)
        self.tell = nn.Linear(config.code, config.numbers)
        for conv in self.stages:
            nn.init.kaiming_normal_(conv.weight, SLOPE, nonlinearity="leaky_relu")  # type: ignore[arg-type]
        with torch.no_grad():
            self.tell.weight *= 0.1
            self.tell.bias.zero_()

    def forward(self, x: Tensor) -> Tensor:
        y = reduced(x)
        moments = [*_moments(y)]
        for conv in self.stages:
            y = functional.leaky_relu(conv(y), SLOPE)
            moments += _moments(y)
        inner = functional.leaky_relu(self.squeeze(torch.cat(moments, 1)), SLOPE)
        numbers: Tensor = self.tell(functional.leaky_relu(self.code(inner), SLOPE))
        return numbers


def reduced(x: Tensor) -> Tensor:
    """x made small, or large, until its shorter side has 192 pixels: (b, 3, h, w)."""
    scale = SIDE / min(x.shape[-2:])
    size = [max(1, round(side * scale)) for side in x.shape[-2:]]
    return x if size == list(x.shape[-2:]) else functional.interpolate(x, size, mode="bilinear", antialias=True)


def _moments(y: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of each channel over the places, (b, c) each."""
    flat = y.flatten(2)
    return flat.mean(2), flat.std(2)
