"""The encoder of a variational autoencoder: a picture's distribution over latents, normal with a diagonal covariance.

Kingma & Welling 2014, "Auto-Encoding Variational Bayes"; the trunk is a DCGAN discriminator's. `forward` gives the mean, so the
net stands wherever an encoder from pictures to latents is wanted.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganapp.base.kinds import Count, Depth, Width
from ganapp.base.validation import settings_class
from ganapp.nets.dcgan_discriminator import Config as TrunkConfig
from ganapp.nets.dcgan_discriminator import Net as Trunk
from ganapp.nets.dcgan_generator import Side

CERTAIN, VAGUE = -12.0, 4.0  # log variance is kept between: exp() of more would overflow a half-trained net's loss


@settings_class
class Config:
    """size, channels, classes, width, layers: as the DCGAN discriminator's; latent: length of z."""

    size: Side = 32
    channels: Width = 1
    classes: Count = 10
    latent: Width = 64
    width: Width = 32
    layers: Depth = 1


class Net(nn.Module):
    """Pictures x (b, channels, size, size) in [-1, 1] and class weights y (b, classes) -> the mean of z (b, latent)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        trunk = Trunk(TrunkConfig(config.size, config.channels, 0, config.width, True, config.layers))
        self.stages = trunk.stages
        self.head = nn.Linear(trunk.head.in_features + config.classes, 2 * config.latent)

    def distribution(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of z, (b, latent) each."""
        h = torch.cat([self.stages(x).flatten(1), y], dim=1)  # (b, widest * base * base + classes)
        mean, log_variance = self.head(h).chunk(2, dim=1)
        return mean, log_variance.clamp(CERTAIN, VAGUE)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return self.distribution(x, y)[0]
