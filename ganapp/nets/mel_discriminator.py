"""Whether a log-mel picture is a recording of a word by a voice: residual convolutions over both axes, without normalisation (R1, R2).

What it sees is compared with the word and the voice by inner products (Miyato and Koyama 2018, "cGANs with Projection Discriminator"), and
with the rest of its batch by one number for each group (Karras et al. 2018, "Progressive Growing of GANs", section 3).
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.base.kinds import WIDEST, Whole, Width
from ganapp.base.validation import settings_class
from ganapp.nets import composed

GROUP = 4  # pictures whose spread is measured together


@settings_class
class Config:
    """size: bands and frames of a picture, a multiple of 16; words, voices: how many there are; width: channels of the first stage, doubled
    at each of the next three; features: numbers that it sums up a picture in; frames: where there are other than size of them, else 0, a
    multiple of 16; parts: what words are composed of, 0 where each stands for itself."""

    size: Annotated[int, Whole(16, 1024, step=16)] = 64
    words: Width = 20
    voices: Width = 7
    width: Width = 32
    features: Width = 192
    frames: Annotated[int, Whole(0, 1024, step=16)] = 0
    parts: Annotated[int, Whole(0, WIDEST)] = 0


class Block(nn.Module):
    """Halves both axes: two convolutions beside an average."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, before, 3, 1, 1)
        self.second = nn.Conv2d(before, after, 4, 2, 1)
        self.skip = nn.Conv2d(before, after, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        seen = functional.leaky_relu(self.first(functional.leaky_relu(x, 0.2)), 0.2)
        joined: Tensor = self.skip(functional.avg_pool2d(x, 2)) + self.second(seen)
        return joined * 0.7071


def spread(x: Tensor) -> Tensor:
    """The mean standard deviation within each picture's group, as one more channel: (b, c, h, w) -> (b, c + 1, h, w)."""
    b = len(x)
    size = GROUP if b % GROUP == 0 else 1
    grouped = x.float().reshape(b // size, size, -1)  # (groups, size, c h w)
    deviation = (grouped.var(1, unbiased=False) + 1e-8).sqrt().mean(1)  # (groups,)
    return torch.cat([x, deviation.repeat_interleave(size)[:, None, None, None].expand(b, 1, *x.shape[2:]).to(x.dtype)], dim=1)


class Ear(nn.Module):
    """What hears a picture and a voice, before it is asked what was to be said. See `Net`."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        w, places = config.width, (config.size // 16) * ((config.frames or config.size) // 16)
        self.stem = nn.Conv2d(1, w, 4, 2, 1)
        self.blocks = nn.Sequential(Block(w, 2 * w), Block(2 * w, 4 * w), Block(4 * w, 8 * w))
        self.last = nn.Conv2d(8 * w + 1, 8 * w, 3, 1, 1)
        self.sum = nn.Linear(8 * w * places, config.features)
        self.alone = nn.Linear(config.features, 1)
        self.voice = nn.Linear(config.voices, config.features, bias=False)

    def features(self, x: Tensor) -> Tensor:
        """What it hears in them, (b, features)."""
        seen = spread(self.blocks(self.stem(x[:, None])))
        seen = functional.leaky_relu(self.last(functional.leaky_relu(seen, 0.2)), 0.2)
        summed: Tensor = self.sum(seen.flatten(1))
        return functional.leaky_relu(summed, 0.2)

    def matched(self, seen: Tensor, asked: Tensor, voices: Tensor) -> Tensor:
        """Scores (b,) of features (b, features) beside what was to be said, asked (b, features), and voices (b, voices)."""
        score: Tensor = self.alone(seen).squeeze(1) + (seen * (asked + self.voice(voices))).sum(1) * seen.shape[1] ** -0.5
        return score


class Net(Ear):
    """Pictures x (b, size, frames), normalised, and weights of words (b, words) and voices (b, voices) -> scores (b,)."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.config = config
        self.word = composed.words(config.words, config.parts, config.features)

    def forward(self, x: Tensor, words: Tensor, voices: Tensor) -> Tensor:
        return self.matched(self.features(x), self.word(words), voices)
