"""DCGAN discriminator with a projection head for the class, and no normalisation.

Radford et al. 2015 (strided convolutions, LeakyReLU 0.2); Miyato & Koyama 2018, "cGANs with Projection Discriminator".
No batch norm: R1 and R2 are gradients of each sample's own score, which batch statistics would mix.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganapp.base.kinds import Count, Depth, Width
from ganapp.base.validation import settings_class
from ganapp.nets.dcgan_generator import Side, smallest

WIDEST = 8


@settings_class
class Config:
    """Settings of the discriminator: as the generator's; width is the number of channels after the first stage.

    normalise: batch norm between the stages, as in the DCGAN of 2015; leave it off wherever a gradient penalty is used;
    layers: convolutions a stage, of which the first halves the size.
    """

    size: Side = 32
    channels: Width = 1
    classes: Count = 10
    width: Width = 64
    normalise: bool = False
    layers: Depth = 1


def projected(h: Tensor, y: Tensor, head: nn.Linear, project: Tensor | None) -> Tensor:
    """Scores (b,) of features h (b, n) for class weights y (b, classes): Miyato & Koyama 2018. project: (classes, n), None
    without classes."""
    score: Tensor = head(h).squeeze(1)
    return score if project is None else score + ((y @ project) * h).sum(1)


class Net(nn.Module):
    """Pictures x (b, channels, size, size) in [-1, 1] and class weights y (b, classes) -> scores (b,), unbounded; higher is more real."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        stages: list[nn.Module] = []
        before, side, base = config.channels, config.size, smallest(config.size)
        while side > base:
            after = config.width * min(WIDEST, config.size // side)
            stages.append(nn.Conv2d(before, after, 4, 2, 1, bias=not (config.normalise and stages)))
            if config.normalise and len(stages) > 1:
                stages.append(nn.BatchNorm2d(after))
            stages.append(nn.LeakyReLU(0.2))
            for _ in range(config.layers - 1):
                stages.append(nn.Conv2d(after, after, 3, 1, 1, bias=not config.normalise))
                stages += [nn.BatchNorm2d(after), nn.LeakyReLU(0.2)] if config.normalise else [nn.LeakyReLU(0.2)]
            before, side = after, side // 2
        self.stages = nn.Sequential(*stages)
        length = before * base**2
        self.head = nn.Linear(length, 1)
        self.project = nn.Parameter(torch.randn(config.classes, length) * length**-0.5) if config.classes else None

    def features(self, x: Tensor) -> Tensor:
        """The last stage's activations, (b, widest * base * base)."""
        stages: Tensor = self.stages(x)
        return stages.flatten(1)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return projected(self.features(x), y, self.head, self.project)
