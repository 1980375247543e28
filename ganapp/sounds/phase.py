"""Samples of log-mel pictures: phases by Griffin and Lim's search."""

from __future__ import annotations

import torch
from torch import Tensor

from ganapp.sounds import mel

ROUNDS, MOMENTUM = 60, 0.99
PEAK = 0.99  # a sound that would be louder is made quieter as a whole: nothing is cut
TURNS = (0.6180339887, 0.7548776662, 0.5698402910)  # of the phases that the search begins from: of golden and plastic ratio


def griffin_lim(picture: Tensor, rounds: int = ROUNDS) -> Tensor:
    """Samples (b, (frames - 1) * HOP) at mel.RATE of log-mel pictures (b, BANDS, frames).

    Griffin and Lim 1984 with the momentum of Perraudin, Balazs and Sondergaard 2013, "A fast Griffin-Lim algorithm". It begins from phases
    that look random and are always the same; from drawn ones it comes no nearer.
    """
    size = mel.power(picture).sqrt()
    found = torch.polar(size, beginning(*size.shape[1:]).expand_as(size))
    before = torch.zeros_like(found)
    for _ in range(rounds):
        again = mel.spectrum(_samples(found))
        ahead = again + MOMENTUM * (again - before)
        before = again
        found = size * ahead / ahead.abs().clamp(min=1e-9)
    return unclipped(_samples(found))


def guess(picture: Tensor, rounds: int) -> Tensor:
    """What a vocoder begins from: the samples after so many rounds, nothing after none."""
    return griffin_lim(picture, rounds) if rounds else picture.new_zeros(len(picture), (picture.shape[2] - 1) * mel.HOP)


def unclipped(samples: Tensor) -> Tensor:
    """Samples (b, n), each row made quieter as a whole where it would be louder than PEAK."""
    return samples * (PEAK / samples.abs().amax(1, keepdim=True).clamp(min=PEAK))


def beginning(bins: int, frames: int) -> Tensor:
    """The phases (bins, frames) that the search begins from."""
    k, t = torch.arange(bins, dtype=torch.float64)[:, None], torch.arange(frames, dtype=torch.float64)
    turns = k * k * TURNS[0] + t * t * TURNS[1] + k * t * TURNS[2]
    return (turns % 1 * 2 * torch.pi).float()


def _samples(spectrum: Tensor) -> Tensor:
    """The inverse short-time transform (Griffin and Lim's equation 6)."""
    return torch.istft(spectrum, mel.FFT, mel.HOP, mel.WINDOW, mel.window(), center=True)
