"""Encoder from a picture to the latent that makes it: the first guess of an inversion.

Same trunk as the discriminator, one linear head for z (as in BiGAN/ALI's encoder, Donahue et al. 2016, Dumoulin et al. 2016,
but trained after the generator, on its own samples and on reconstructions of real pictures).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganapp.base.kinds import Count, Width
from ganapp.base.validation import settings_class
from ganapp.nets.dcgan_discriminator import Config as TrunkConfig
from ganapp.nets.dcgan_discriminator import Net as Trunk
from ganapp.nets.dcgan_generator import Side


@settings_class
class Config:
    """size, channels, classes, width: as the discriminator's; latent: length of z."""

    size: Side = 32
    channels: Width = 1
    classes: Count = 10
    latent: Width = 64
    width: Width = 48


class Net(nn.Module):
    """Pictures x (b, channels, size, size) in [-1, 1] and class weights y (b, classes) -> z (b, latent)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        trunk = Trunk(TrunkConfig(config.size, config.channels, 0, config.width, True))
        self.stages = trunk.stages
        self.hidden = nn.Linear(trunk.head.in_features + config.classes, 256)
        self.head = nn.Linear(256, config.latent)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        h = torch.cat([self.stages(x).flatten(1), y], dim=1)  # (b, widest * 16 + classes)
        z: Tensor = self.head(nn.functional.leaky_relu(self.hidden(h), 0.2))
        return z
