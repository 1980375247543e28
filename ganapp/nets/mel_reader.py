"""Log-mel pictures of drawn digits: an eye sees the drawing, and what it sees steers what draws the sounds of `mel_generator`.

No word stands between them: the eye gives the code that a word has in `mel_generator` (Isola et al. 2017, "Image-to-Image Translation with
Conditional Adversarial Networks", for a pair whose sides have nothing in common but what they mean). It also gives how the digit is said:
two numbers, by which the sound that was drawn is made louder and higher (`sounds/raising.py`).
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor, nn

from ganapp.base.kinds import Whole, Width
from ganapp.base.validation import settings_class
from ganapp.nets import mel_generator
from ganapp.sounds import raising

GROUPS = 8  # of channels that are normalised together
MOST = (6.0, 2.5)  # decibels and semitones, louder or higher and less


@settings_class
class Config:
    """size: side of a drawing, a multiple of 8; eye: channels of the first layers that see it, a multiple of 8; bands, frames, latent,
    voices, width, code, kernel, sheets, last: see `mel_generator.Config`."""

    size: Annotated[int, Whole(8, 1024, step=8)] = 32
    eye: Annotated[int, Whole(8, 512, step=8)] = 24
    bands: Width = 64
    frames: Annotated[int, Whole(8, 1024, step=8)] = 64
    latent: Width = 64
    voices: Width = 7
    width: Width = 192
    code: Width = 128
    kernel: Annotated[int, Whole(1, 15)] = 3
    sheets: Width = 6
    last: Width = 16

    def drawing(self) -> mel_generator.Config:
        """That of what draws the sounds."""
        shape = (self.bands, self.frames, self.latent, 1, self.voices, self.width, self.code, self.kernel, self.sheets, self.last)
        return mel_generator.Config(*shape)


class Eye(nn.Module):
    """Drawings (b, 1, size, size) in [-1, 1], 1 = ink, and weights of voices (b, voices) -> codes (b, code): a digit is another word in
    another language, and the voice tells which."""

    def __init__(self, size: int, width: int, voices: int, code: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 1
        for factor in (1, 2, 4):
            after = width * factor
            for source, stride in ((before, 1), (after, 2)):
                layers += [nn.Conv2d(source, after, 3, stride, 1), nn.GroupNorm(GROUPS, after), nn.LeakyReLU(0.2)]
            before = after
        self.stages = nn.Sequential(*layers)
        self.sum = nn.Linear(before * (size // 8) ** 2, code)
        self.join = nn.Sequential(nn.LeakyReLU(0.2), nn.Linear(code + voices, 2 * code), nn.LeakyReLU(0.2), nn.Linear(2 * code, code))

    def seen(self, drawings: Tensor) -> Tensor:
        """What it sees before it knows who is to speak, (b, code)."""
        summed: Tensor = self.sum(self.stages(drawings).flatten(1))
        return summed

    def asked(self, seen: Tensor, voices: Tensor) -> Tensor:
        """What of that a voice is asked to say, (b, code)."""
        told: Tensor = self.join(torch.cat([seen, voices], dim=1))
        return told

    def forward(self, drawings: Tensor, voices: Tensor) -> Tensor:
        return self.asked(self.seen(drawings), voices)


class Net(mel_generator.Drawing):
    """z (b, latent) ~ N(0, I), drawings (b, 1, size, size) in [-1, 1], 1 = ink, and weights of voices (b, voices) that sum to 1 -> log-mel
    pictures (b, bands, frames)."""

    def __init__(self, config: Config) -> None:
        super().__init__(config.drawing())
        self.config = config
        self.eye = Eye(config.size, config.eye, config.voices, config.code)
        self.hand = nn.Sequential(nn.LeakyReLU(0.2), nn.Linear(config.code, 64), nn.LeakyReLU(0.2), nn.Linear(64, 2))

    def manner(self, seen: Tensor) -> Tensor:
        """Decibels and semitones (b, 2), louder and higher, of what the eye sees (b, code)."""
        return torch.tanh(self.hand(seen).float()) * torch.tensor(MOST, device=seen.device)

    def normalised(self, z: Tensor, drawings: Tensor, voices: Tensor) -> Tensor:
        """The pictures before mean and scale, (b, bands, frames): what a discriminator hears."""
        seen = self.eye.seen(drawings)
        manner = self.manner(seen)
        plain = self.heard(self.drawn(self.eye.asked(seen, voices), z, voices))
        said = raising.said(plain, manner[:, 0], manner[:, 1])
        return (said - self.mean[:, None]) / self.scale[:, None]

    def forward(self, z: Tensor, drawings: Tensor, voices: Tensor) -> Tensor:
        return self.heard(self.normalised(z, drawings, voices))
