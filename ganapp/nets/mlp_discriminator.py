"""A discriminator of fully connected layers with a projection head for the class.

Goodfellow et al. 2014, section 5 (maxout units and dropout for MNIST); Goodfellow et al. 2013, "Maxout Networks"; Miyato &
Koyama 2018 for the head.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Config:
    """size, channels, classes: of the pictures; width: units of a hidden layer; layers: hidden layers; pieces: linear pieces
    of a maxout unit, 1 for LeakyReLU 0.2; dropout: share of the units dropped in training, 0 to below 1."""

    size: int = 32
    channels: int = 1
    classes: int = 10
    width: int = 256
    layers: int = 2
    pieces: int = 1
    dropout: float = 0.0

    def __post_init__(self) -> None:
        if min(self.size, self.channels, self.width, self.layers, self.pieces) < 1 or self.classes < 0:
            raise ValueError("size, channels, width, layers and pieces must be positive, classes not negative")
        if not 0 <= self.dropout < 1:
            raise ValueError("dropout must be at least 0 and below 1")


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
        h = self.features(x)
        score: Tensor = self.head(h).squeeze(1)  # (b,)
        if self.project is None:
            return score
        matched: Tensor = ((y @ self.project) * h).sum(1)  # (b,)
        return score + matched
