"""Whether a picture and a sentence belong together: the discriminator of both ways, from pictures to sentences and back.

Matching-aware as in Reed et al. 2016, "Generative Adversarial Text to Image Synthesis", section 4.2: it is shown real pictures with their
sentences, real pictures with wrong sentences, and what a generator made. It compares place by place, without batch norm (R1, R2).
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor, nn

from ganapp.base.kinds import Depth, Whole, Width
from ganapp.base.validation import settings_class
from ganapp.nets import sentence_encoder


@settings_class
class Config:
    """size: side in pixels, a multiple of 16; channels; width: of the first stage; vocabulary, length, code, depth, heads: of the sentence,
    see sentence_encoder."""

    size: Annotated[int, Whole(16, 4096, step=16)] = 48
    channels: Width = 3
    width: Width = 32
    vocabulary: Width = 118
    length: Annotated[int, Whole(1, 1024)] = 52
    code: Width = 96
    depth: Depth = 2
    heads: Annotated[int, Whole(1, 64)] = 4


class Net(nn.Module):
    """Pictures x (b, channels, size, size) in [-1, 1] and words (b, n) int64 -> scores (b,), unbounded; higher is a better pair."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        w, d = config.width, config.code
        stages: list[nn.Module] = []
        for before, after, kernel, stride in ((config.channels, w, 4, 2), (w, 2 * w, 4, 2), (2 * w, 4 * w, 4, 2), (4 * w, 4 * w, 3, 1)):
            stages += [nn.Conv2d(before, after, kernel, stride, 1), nn.LeakyReLU(0.2)]
        self.stages = nn.Sequential(*stages, nn.Conv2d(4 * w, 4 * w, 2, 2), nn.LeakyReLU(0.2))
        places = (config.size // 16) ** 2
        told = sentence_encoder.Config(config.vocabulary, config.length, d, places, config.depth, config.heads)
        self.sentence = sentence_encoder.Net(told)
        self.alone = nn.Linear(4 * w, 1)
        self.join = nn.Linear(4 * w, d)
        self.weigh = nn.Sequential(nn.Linear(3 * d, d), nn.LeakyReLU(0.2), nn.Linear(d, 1))

    def look(self, x: Tensor) -> Tensor:
        """What it sees in each place, (b, places, 4 width)."""
        seen: Tensor = self.stages(x)
        return seen.flatten(2).transpose(1, 2)

    def compare(self, seen: Tensor, codes: Tensor) -> Tensor:
        """Scores (b,) of pictures as `look` saw them and of sentences as `sentence` read them."""
        shown = self.join(seen)  # (b, places, code)
        score: Tensor = self.alone(seen) + self.weigh(torch.cat([shown, codes, shown * codes], dim=2))  # (b, places, 1)
        total: Tensor = score.sum((1, 2)) * score.shape[1] ** -0.5
        return total

    def forward(self, x: Tensor, words: Tensor) -> Tensor:
        score: Tensor = self.compare(self.look(x), self.sentence(words))
        return score
