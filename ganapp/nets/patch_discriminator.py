"""Patch discriminator: a score for every patch of a picture, not for the whole.

Isola et al. 2017, "Image-to-Image Translation with Conditional Adversarial Networks" (PatchGAN); spectral norm after Miyato et al.
2018. Its inner activations serve feature matching (Wang et al. 2018, "High-Resolution Image Synthesis ... with Conditional GANs").
"""

from __future__ import annotations

import math

from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from ganapp.base.kinds import Depth, Width
from ganapp.base.validation import settings_class

STAGES, HEAD = ((4, 2), (4, 2), (4, 2), (3, 1)), (3, 1)  # kernel and stride of each convolution
SHRINKS = math.prod(stride for _, stride in STAGES)  # a score stands for 8 x 8 pixels
SEES = 1 + sum((kernel - 1) * math.prod(s for _, s in STAGES[:i]) for i, (kernel, _) in enumerate((*STAGES, HEAD)))  # of 54 x 54


@settings_class
class Config:
    """width: channels after the first convolution, doubled by each further one, at most eightfold; channels: of the pictures;
    heads: scores for every patch, one for each kind of picture that it is to know."""

    width: Width = 32
    channels: Width = 3
    heads: Depth = 1


class Net(nn.Module):
    """Pictures x (b, channels, h, w) in [-1, 1], h and w multiples of 8 -> scores (b, heads, h/8, w/8), unbounded; higher is more real."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        w = config.width
        widths = (config.channels, w, 2 * w, 4 * w, 4 * w)
        shapes = zip(widths, widths[1:], STAGES)
        convolutions = (spectral_norm(nn.Conv2d(before, after, kernel, stride, 1)) for before, after, (kernel, stride) in shapes)
        self.stages = nn.ModuleList(nn.Sequential(convolution, nn.LeakyReLU(0.2)) for convolution in convolutions)
        self.head = spectral_norm(nn.Conv2d(4 * w, config.heads, *HEAD, 1))

    def features(self, x: Tensor) -> list[Tensor]:
        """The activations after every convolution but the last: (b, width, h/2, w/2), ... (b, 4 width, h/8, w/8)."""
        activations = []
        for stage in self.stages:
            x = stage(x)
            activations.append(x)
        return activations

    def score(self, features: list[Tensor]) -> Tensor:
        """The scores that `features` lead to."""
        scores: Tensor = self.head(features[-1])
        return scores

    def forward(self, x: Tensor) -> Tensor:
        return self.score(self.features(x))
