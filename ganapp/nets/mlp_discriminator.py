"""A discriminator of fully connected layers with a projection head for the class.

Goodfellow et al. 2014, section 5 (maxout units and dropout for MNIST); Goodfellow et al. 2013, "Maxout Networks"; Miyato &
Koyama 2018 for the head.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from ganapp.base.kinds import BelowOne, Count, Depth, Width
from ganapp.base.validation import settings_class
from ganapp.nets.dcgan_discriminator import projected


@settings_class
class Config:
    """size, channels, classes: of the pictures; width: units of a hidden layer; layers: hidden layers; pieces: linear pieces
    of a maxout unit, 1 for LeakyReLU 0.2; dropout: share of the units dropped in training, 0 to below 1."""

    size: Width = 32
    channels: Width = 1
    classes: Count = 10
    width: Width = 256
    layers: Depth = 2
    pieces: Depth = 1
    dropout: BelowOne = 0.0


class Net(nn.Module):
    """Pictures x (b, channels, size, size) in [-1, 1] and class weights y (b, classes) -> scores (b,), unbounded; higher is more real."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        widths = [config.channels * config.size**2, *[config.width] * config.layers]
        self.hidden = nn.ModuleList(nn.Linear(before, after * config.pieces) for before, after in pairwise(widths))
        self.drop = nn.Dropout(config.dropout)
        self.head = nn.Linear(config.width, 1)
        self.project = nn.Parameter(torch.randn(config.classes, config.width) * config.width**-0.5) if config.classes else None

    def features(self, x: Tensor) -> Tensor:
        """The last hidden layer's activations, (b, width)."""
        c, h = self.config, x.flatten(1)
        for layer in self.hidden:
            h = self.drop(layer(h))
            h = h.view(len(h), -1, c.pieces).amax(2) if c.pieces > 1 else nn.functional.leaky_relu(h, 0.2)  # (b, width)
        return h

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return projected(self.features(x), y, self.head, self.project)
