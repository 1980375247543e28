"""A sentence as a picture: a DCGAN generator (Radford et al. 2015) whose latent is joined, place by place, by what the words say of it.

Conditioning by a text encoder as in Reed et al. 2016; see sentence_encoder for how a place finds its words. Its features are scaled pixel
by pixel (Karras et al. 2018, "Progressive Growing of GANs", section 4.2), not by statistics of a batch.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.base.kinds import Depth, Whole, Width
from ganapp.base.validation import settings_class
from ganapp.nets import sentence_encoder


@settings_class
class Config:
    """size: side in pixels, a multiple of 16; channels; latent: random numbers of each place; width: channels of the last hidden layer;
    vocabulary, length, code, depth, heads: of the sentence, see sentence_encoder."""

    size: Annotated[int, Whole(16, 4096, step=16)] = 48
    channels: Width = 3
    latent: Width = 16
    width: Width = 32
    vocabulary: Width = 118
    length: Annotated[int, Whole(1, 1024)] = 52
    code: Width = 96
    depth: Depth = 2
    heads: Annotated[int, Whole(1, 64)] = 4


class _Scaled(nn.Module):
    """Each pixel's features (b, c, h, w) at a root mean square of 1, then a leaky ReLU."""

    def forward(self, x: Tensor) -> Tensor:
        return functional.leaky_relu(x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-8), 0.2)


class Net(nn.Module):
    """z (b, places * latent) ~ N(0, I) and words (b, n) int64 -> pictures (b, channels, size, size) in [-1, 1]."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.side, w = config.size // 16, config.width
        told = sentence_encoder.Config(config.vocabulary, config.length, config.code, self.side**2, config.depth, config.heads)
        self.sentence = sentence_encoder.Net(told)
        stages: list[nn.Module] = [nn.Conv2d(config.code + config.latent, 5 * w, 3, 1, 1), _Scaled()]
        for before, after, further in ((5 * w, 4 * w, True), (4 * w, 2 * w, True), (2 * w, w, False)):
            stages += [nn.ConvTranspose2d(before, after, 4, 2, 1), _Scaled()]
            if further:
                stages += [nn.Conv2d(after, after, 3, 1, 1), _Scaled()]
        self.stages = nn.Sequential(*stages)
        self.paint = nn.ConvTranspose2d(w, config.channels, 4, 2, 1)

    def forward(self, z: Tensor, words: Tensor) -> Tensor:
        codes = torch.cat([self.sentence(words), z.view(len(z), self.side**2, -1)], dim=2)  # (b, places, code + latent)
        grid = codes.transpose(1, 2).reshape(len(z), -1, self.side, self.side)  # (b, code + latent, side, side)
        return torch.tanh(self.paint(self.stages(grid)))
