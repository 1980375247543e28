"""Samples of log-mel pictures: a small vocoder that ends in an inverse short-time transform (Kaneko et al. 2022, "iSTFTNet").

All layers work on short frames, a fifth of a picture's frame apart and 10 ms long, whose spectra the net says; the transform that joins
them is a transposed convolution. With a `guess`, the net does not begin from nothing: it is given the samples that a few rounds of Griffin
and Lim's search found, and learns what is to be taken from their spectra, and what is to be added (compare Masuyama et al. 2019, "Deep
Griffin-Lim Iteration", and Koizumi et al. 2022, "WaveFit"). So the voice's pulses already follow each other; a small net is slow to learn
to place them.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.base.kinds import Whole, Width
from ganapp.base.validation import settings_class

OVERLAP = 4  # short frames that meet in a sample
LOUDEST = 6.0  # of the logarithm of what is added
DILATIONS = (1, 3, 9)


@settings_class
class Config:
    """bands: of a picture; hop: samples between its frames; step: samples between short frames, a part of hop; width: channels; blocks:
    residual ones; guess: whether samples are given that it begins from; rounds: of the search for them."""

    bands: Width = 64
    hop: Annotated[int, Whole(4, 1024, step=4)] = 100
    step: Annotated[int, Whole(2, 256, step=2)] = 20
    width: Width = 128
    blocks: Annotated[int, Whole(1, 64)] = 6
    guess: bool = True
    rounds: Annotated[int, Whole(0, 1000)] = 16


class Block(nn.Module):
    """Two convolutions along time beside what comes in, (b, width, 1, frames); the second begins at nothing."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, (1, 3), padding=(0, dilation), dilation=(1, dilation))
        self.second = nn.Conv2d(width, width, (1, 3), padding=(0, 1))
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor) -> Tensor:
        seen = functional.leaky_relu(x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-6), 0.2)
        added: Tensor = self.second(functional.leaky_relu(self.first(seen), 0.2))
        return x + added


class Net(nn.Module):
    """Log-mel pictures (b, bands, frames), and samples to begin from (b, (frames - 1) * hop) -> samples of that size.

    mean, scale: of each band, from the recordings.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__()
        if config.hop % config.step:
            raise ValueError("the step of short frames divides the hop of a picture's")
        c = self.config = config
        self.bins = OVERLAP * c.step // 2 + 1
        self.look = nn.Conv2d(c.bands + (2 * self.bins if c.guess else 0), c.width, (1, 7), padding=(0, 3))
        self.blocks = nn.ModuleList(Block(c.width, DILATIONS[i % len(DILATIONS)]) for i in range(c.blocks))
        self.tell = nn.Conv2d(c.width, 4 * self.bins, (1, 3), padding=(0, 1))
        for name, value in (("mean", 0.0), ("scale", 1.0)):
            self.register_buffer(name, torch.full((c.bands,), value))
        for each in self.tell.parameters():
            nn.init.zeros_(each)

    def forward(self, picture: Tensor, guess: Tensor) -> Tensor:
        count = (picture.shape[2] - 1) * (self.config.hop // self.config.step) + 1  # short frames
        seen = (picture - self.mean[:, None]) / self.scale[:, None]
        seen = functional.interpolate(seen, count, mode="linear", align_corners=True)
        spectrum = self.spectrum(guess) if self.config.guess else None  # (b, 2 bins, count)
        if spectrum is not None:
            seen = torch.cat([seen, self.pressed(spectrum)], dim=1)
        x = self.look(seen[:, :, None])  # (b, width, 1, count)
        for block in self.blocks:
            x = block(x)
        kept, loud, added = self.tell(functional.leaky_relu(x, 0.2))[:, :, 0].float().split([self.bins, self.bins, 2 * self.bins], 1)
        made = added * loud.clamp(max=LOUDEST).exp().repeat(1, 2, 1)
        if spectrum is not None:
            made = made + spectrum * (1 + kept).repeat(1, 2, 1)
        return self.samples(made)

    def spectrum(self, samples: Tensor) -> Tensor:
        """Spectra of the short frames of samples (b, n): real parts, then imaginary ones, (b, 2 bins, n / step + 1)."""
        with torch.autocast(samples.device.type, enabled=False):  # half precision would be heard as noise
            found: Tensor = functional.conv2d(samples[:, None, None].float(), self._basis(samples), None, *self._places())
        return found[:, :, 0]

    def _basis(self, like: Tensor) -> Tensor:
        return bases(OVERLAP * self.config.step).to(like.device)  # no part of the weights, which are kept in half precision

    def _places(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """How far apart short frames are, and how far the first reaches before the samples."""
        step = self.config.step
        return (1, step), (0, OVERLAP * step // 2)

    def pressed(self, spectrum: Tensor) -> Tensor:
        """Spectra whose sizes are square roots."""
        real, imaginary = spectrum.chunk(2, dim=1)
        return spectrum * (real.square() + imaginary.square() + 1e-6).pow(-0.25).repeat(1, 2, 1)

    def samples(self, spectrum: Tensor) -> Tensor:
        """Samples (b, n) of spectra of short frames (b, 2 bins, n / step + 1): `spectrum` undone."""
        size = OVERLAP * self.config.step
        weights = torch.full((self.bins,), 2.0, device=spectrum.device)
        weights[0] = weights[-1] = 1.0
        weighed = spectrum * (weights / (1.5 * size)).repeat(2)[:, None]
        with torch.autocast(spectrum.device.type, enabled=False):
            made: Tensor = functional.conv_transpose2d(weighed[:, :, None], self._basis(spectrum), None, *self._places())
        return made[:, 0, 0]


def bases(size: int) -> Tensor:
    """Cosines, then negative sines, under Hann's periodic window: (size + 2, 1, 1, size)."""
    turns = torch.outer(torch.arange(size // 2 + 1.0), torch.arange(float(size))) * (2 * torch.pi / size)
    return (torch.cat([turns.cos(), -turns.sin()]) * torch.hann_window(size))[:, None, None]
