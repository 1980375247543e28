"""Whether a log-mel picture and a drawn digit belong together: `mel_discriminator`, with an eye in the place of the word.

What it hears and what it sees meet in an inner product (Miyato and Koyama 2018, "cGANs with Projection Discriminator"). What it hears is
brought to mean 0 and deviation 1 first, by what a discriminator of words heard in recordings: without that all sounds look alike to the
product, and nothing is learnt of pairs.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from ganapp.base.kinds import Whole, Width
from ganapp.base.validation import settings_class
from ganapp.nets import mel_discriminator
from ganapp.nets.mel_reader import Eye


@settings_class
class Config:
    """side: of a drawing, a multiple of 8; eye: channels of the first layers that see it, a multiple of 8; size, voices, width, features:
    see `mel_discriminator.Config`."""

    side: Annotated[int, Whole(8, 1024, step=8)] = 32
    eye: Annotated[int, Whole(8, 512, step=8)] = 24
    size: Annotated[int, Whole(16, 1024, step=16)] = 64
    voices: Width = 7
    width: Width = 32
    features: Width = 192


class Net(mel_discriminator.Ear):
    """Pictures x (b, size, size), normalised, drawings (b, 1, side, side) in [-1, 1] and weights of voices (b, voices) -> scores (b,); with
    `others`, drawings that do not belong to x, the scores (b,) beside those as well."""

    usual: Tensor
    spread: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__(mel_discriminator.Config(config.size, 1, config.voices, config.width, config.features))
        self.config = config
        self.eye = Eye(config.side, config.eye, config.voices, config.features)
        self.register_buffer("usual", torch.zeros(config.features))
        self.register_buffer("spread", torch.ones(config.features))

    def pairs(self, seen: Tensor, asked: Tensor, voices: Tensor) -> Tensor:
        """Scores (b,) of what is heard (b, features) beside what is seen (b, features)."""
        heard = (seen - self.usual) / self.spread
        together: Tensor = (heard * asked).sum(1) / seen.shape[1]
        return self.matched(seen, torch.zeros_like(asked), voices) + together

    def forward(self, x: Tensor, drawings: Tensor, voices: Tensor, others: Tensor | None = None) -> Tensor | tuple[Tensor, Tensor]:
        seen = self.features(x)
        score = self.pairs(seen, self.eye(drawings, voices), voices)
        return score if others is None else (score, self.pairs(seen, self.eye(others, voices), voices))
