"""Log-mel pictures of spoken words: convolutions along time alone, in which every band of the mel scale has channels of its own, then a few
over both axes.

Low and high bands differ (harmonics below, hiss above), so what a layer learns of one must not be forced upon another; along time a sound
is the same a moment later. The last convolutions join neighbouring bands. Time is doubled by repeating frames, then convolved (Odena et
al. 2016, "Deconvolution and Checkerboard Artifacts"); blocks are residual, normalised over the channels of a frame (Karras et al. 2018,
equation 2) and steered by what is to be said: gain and bias of each channel (Perez et al. 2018, "FiLM").
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.base.kinds import WIDEST, Whole, Width
from ganapp.base.validation import settings_class
from ganapp.nets import composed

SOFT = 4.0  # how sharply values bend at the floor


@settings_class
class Config:
    """bands, frames: of a picture, frames a multiple of 8; latent: random numbers; words, voices: how many there are; width: channels;
    code: of what is to be said and by whom; kernel: frames that a convolution sees, odd; sheets: channels of each band; last: channels of
    the convolutions over both axes; parts: what words are composed of, 0 where each stands for itself."""

    bands: Width = 64
    frames: Annotated[int, Whole(8, 1024, step=8)] = 64
    latent: Width = 64
    words: Width = 20
    voices: Width = 7
    width: Width = 256
    code: Width = 128
    kernel: Annotated[int, Whole(1, 15)] = 3
    sheets: Width = 6
    last: Width = 16
    parts: Annotated[int, Whole(0, WIDEST)] = 0


class Block(nn.Module):
    """Two convolutions beside what comes in, (b, width, 1, frames); the second begins at nothing."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        shape = (config.width, config.width, (1, config.kernel), 1, (0, config.kernel // 2))
        self.first, self.second = nn.Conv2d(*shape), nn.Conv2d(*shape)
        self.steer = nn.Linear(config.code, 2 * config.width)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.steer.weight)
        nn.init.zeros_(self.steer.bias)

    def forward(self, x: Tensor, code: Tensor) -> Tensor:
        gain, bias = self.steer(code)[:, :, None, None].chunk(2, dim=1)
        seen = functional.leaky_relu(normal(x) * (1 + gain) + bias, 0.2)
        added: Tensor = self.second(functional.leaky_relu(self.first(seen), 0.2))
        return x + added


def normal(x: Tensor) -> Tensor:
    """x with a mean square of 1 over the channels."""
    return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-6)


class Drawing(nn.Module):
    """What draws a picture of what is asked for: the part of the net that no word enters. See `Net`.

    mean, scale, low: of each band, from the recordings: a picture is mean + scale * x, no lower than low.
    """

    mean: Tensor
    scale: Tensor
    low: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__()
        c = self.shape = config
        self.voice = nn.Linear(c.voices, c.code, bias=False)
        self.join = nn.Sequential(nn.Linear(c.code + c.latent, 2 * c.code), nn.LeakyReLU(0.2), nn.Linear(2 * c.code, c.code))
        self.stem = nn.Linear(c.code + c.latent, c.width * (c.frames // 8))
        self.blocks = nn.ModuleList(Block(c) for _ in range(5))
        self.unfold = nn.Conv2d(c.width, c.bands * c.sheets, 1)
        act = nn.LeakyReLU(0.2)
        around = (nn.Conv2d(before, after, 3, 1, 1) for before, after in ((c.sheets, c.last), (c.last, c.last), (c.last, 1)))
        self.paint = nn.Sequential(next(around), act, next(around), act, next(around))
        for name, value in (("mean", 0.0), ("scale", 1.0), ("low", -1.0)):
            self.register_buffer(name, torch.full((c.bands,), value))
        nn.init.normal_(self.voice.weight)

    def drawn(self, asked: Tensor, z: Tensor, voices: Tensor) -> Tensor:
        """The pictures before mean and scale, (b, bands, frames). asked (b, code): what is to be said."""
        told = torch.cat([(asked + self.voice(voices)) * 0.7, z], dim=1)
        code = self.join(told)  # (b, code)
        x = self.stem(told).view(z.shape[0], self.shape.width, 1, -1)  # (b, width, 1, frames / 8)
        for i, block in enumerate(self.blocks):
            x = block(x, code)
            if i in (0, 1, 2):
                x = functional.interpolate(x, scale_factor=(1.0, 2.0), mode="nearest")
        x = self.unfold(functional.leaky_relu(normal(x), 0.2)).view(z.shape[0], self.shape.sheets, self.shape.bands, -1)
        x = self.paint(x).squeeze(1).float()  # (b, bands, frames)
        low = ((self.low - self.mean) / self.scale)[:, None]
        return low + functional.softplus(x - low, SOFT)

    def heard(self, x: Tensor) -> Tensor:
        """Log-mel pictures of normalised ones."""
        return x * self.scale[:, None] + self.mean[:, None]


class Net(Drawing):
    """z (b, latent) ~ N(0, I) and weights of words (b, words) and voices (b, voices), each summing to 1 -> log-mel
    pictures (b, bands, frames)."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.config = config
        self.word = composed.words(config.words, config.parts, config.code)
        if isinstance(self.word, nn.Linear):
            nn.init.normal_(self.word.weight)

    def normalised(self, z: Tensor, words: Tensor, voices: Tensor) -> Tensor:
        """The pictures before mean and scale, (b, bands, frames): what a discriminator sees."""
        return self.drawn(self.word(words), z, voices)

    def forward(self, z: Tensor, words: Tensor, voices: Tensor) -> Tensor:
        return self.heard(self.normalised(z, words, voices))
