"""The encoder of a variational autoencoder: a picture's distribution over latents, normal with a diagonal covariance.

Kingma & Welling 2014, "Auto-Encoding Variational Bayes"; the trunk is a DCGAN discriminator's. `forward` gives the mean, so the
net stands wherever an encoder from pictures to latents is wanted.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganapp.nets.dcgan_discriminator import Config as TrunkConfig
from ganapp.nets.dcgan_discriminator import Net as Trunk

CERTAIN, VAGUE = -12.0, 4.0  # log variance is kept between: exp() of more would overflow a half-trained net's loss


@dataclass(frozen=True)
class Config:
    """size, channels, classes, width, layers: as the DCGAN discriminator's; latent: length of z."""

    size: int = 32
    channels: int = 1
    classes: int = 10
    latent: int = 64
    width: int = 32
    layers: int = 1

    def __post_init__(self) -> None:
        if self.latent < 1:
            raise ValueError("latent must be positive")
        TrunkConfig(self.size, self.channels, self.classes, self.width, layers=self.layers)


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
