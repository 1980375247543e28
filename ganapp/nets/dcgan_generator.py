"""DCGAN generator, conditional on a mixture of classes.

Radford et al. 2015, "Unsupervised Representation Learning with Deep Convolutional GANs" (transposed convolutions,
batch norm and ReLU in the generator); conditioning by an embedding joined to the latent, as in Mirza & Osindero 2014.
"""

from __future__ import annotations

from typing import Annotated

import torch
from pydantic import AfterValidator
from torch import Tensor, nn

from ganapp.base.kinds import WIDEST, Count, Depth, Whole, Width, refused
from ganapp.base.validation import settings_class


def smallest(size: int) -> int:
    """Side of the smallest stage, in pixels: `size` halved as long as it is even and more than 7 pixels, 4 to 7 for a size that fits."""
    while size > 7 and size % 2 == 0:
        size //= 2
    return size


def _halvable(size: int) -> int:
    if smallest(size) > 7:
        raise refused("halvable")
    return size


Side = Annotated[int, Whole(8, WIDEST), AfterValidator(_halvable)]


@settings_class
class Config:
    """Settings of the generator.

    size: side of the picture in pixels, from 8: 4, 5, 6 or 7 times a power of two; channels: 1 grey, 3 colour;
    latent: length of z; classes: number of classes, 0 for none; width: channels of the last hidden layer (doubled a stage
    upwards, at most eightfold); embedding: length of the class embedding; layers: convolutions a stage, of which the first
    doubles the size.
    """

    size: Side = 32
    channels: Width = 1
    latent: Width = 64
    classes: Count = 10
    width: Width = 64
    embedding: Width = 32
    layers: Depth = 1


def stage_widths(size: int, width: int) -> list[int]:
    """Channels at the smallest stage, at twice its size, ... up to size / 2; the smallest is the widest."""
    stages = (size // smallest(size)).bit_length() - 1
    return [width * min(8, 2 ** (stages - 1 - i)) for i in range(stages)]


class Net(nn.Module):
    """z (b, latent) ~ N(0, I) and class weights y (b, classes) summing to 1 -> pictures (b, channels, size, size) in [-1, 1]."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        widths = stage_widths(config.size, config.width)
        joined = config.latent + (config.embedding if config.classes else 0)
        self.embed = nn.Linear(config.classes, config.embedding, bias=False) if config.classes else None
        self.base = smallest(config.size)
        self.stem = nn.Linear(joined, widths[0] * self.base**2)
        self.stem_norm = nn.BatchNorm2d(widths[0])
        stages: list[nn.Module] = []
        for wide, narrow in zip(widths, widths[1:], strict=False):
            stages += [nn.ConvTranspose2d(wide, narrow, 4, 2, 1, bias=False), nn.BatchNorm2d(narrow), nn.ReLU()]
            for _ in range(config.layers - 1):
                stages += [nn.Conv2d(narrow, narrow, 3, 1, 1, bias=False), nn.BatchNorm2d(narrow), nn.ReLU()]
        self.stages = nn.Sequential(*stages)
        self.paint = nn.ConvTranspose2d(widths[-1], config.channels, 4, 2, 1)
        if self.embed is not None:
            nn.init.normal_(self.embed.weight)

    def forward(self, z: Tensor, y: Tensor) -> Tensor:
        code = z if self.embed is None else torch.cat([z, self.embed(y)], dim=1)  # (b, latent + embedding)
        x = self.stem(code).view(z.shape[0], -1, self.base, self.base)  # (b, widest, base, base)
        x = torch.relu(self.stem_norm(x))
        return torch.tanh(self.paint(self.stages(x)))  # (b, channels, size, size)
