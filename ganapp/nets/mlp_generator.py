"""A generator of fully connected layers, conditional on a mixture of classes: the kind that the first GAN had.

Goodfellow et al. 2014, "Generative Adversarial Networks", section 5 (two hidden layers of rectifiers for MNIST).
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from ganapp.base.kinds import Count, Depth, Width
from ganapp.base.validation import settings_class


@settings_class
class Config:
    """size: side of the picture in pixels; channels: 1 grey, 3 colour; latent: length of z; classes: 0 for none;
    width: units of a hidden layer; layers: hidden layers; normalise: batch norm in the hidden layers."""

    size: Width = 32
    channels: Width = 1
    latent: Width = 64
    classes: Count = 10
    width: Width = 512
    layers: Depth = 2
    normalise: bool = False


class Net(nn.Module):
    """z (b, latent) ~ N(0, I) and class weights y (b, classes) summing to 1 -> pictures (b, channels, size, size) in [-1, 1]."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        widths = [config.latent + config.classes, *[config.width] * config.layers]
        hidden: list[nn.Module] = []
        for before, after in pairwise(widths):
            hidden.append(nn.Linear(before, after, bias=not config.normalise))
            hidden += [nn.BatchNorm1d(after), nn.ReLU()] if config.normalise else [nn.ReLU()]
        self.hidden = nn.Sequential(*hidden)
        self.paint = nn.Linear(config.width, config.channels * config.size**2)

    def forward(self, z: Tensor, y: Tensor) -> Tensor:
        c = self.config
        code = torch.cat([z, y], dim=1) if c.classes else z  # (b, latent + classes)
        return torch.tanh(self.paint(self.hidden(code))).view(-1, c.channels, c.size, c.size)  # (b, channels, size, size)
