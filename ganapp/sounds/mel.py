"""Sounds as log-mel pictures of 64 x 64, and back as far as powers go; the phase is `phase`'s.

A picture is 0.8 s of 8,000 samples a second: 64 frames, 100 samples apart, of 64 bands from 40 to 4,000 Hz, each the natural logarithm of
the band's power, no less than FLOOR. Bands lie evenly on the mel scale 2595 log10(1 + f / 700) (O'Shaughnessy 1987).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

RATE, FFT, WINDOW, HOP = 8000, 512, 400, 100
BANDS, FRAMES, LOW, HIGH, FLOOR = 64, 64, 40.0, 4000.0, 1e-3
SAMPLES = (FRAMES - 1) * HOP  # of a picture: its frames lie around samples 0, 100 ... 6,300
ROUNDS = 60  # of the search for a spectrum that has the bands' powers


def mels(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Hertz on the mel scale."""
    return 2595.0 * np.log10(1.0 + hertz / 700.0)


def hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    """The way back from the mel scale."""
    return 700.0 * (10.0 ** (mels / 2595.0) - 1.0)


@cache
def bank() -> Tensor:
    """Triangles (BANDS, FFT / 2 + 1): a band rises from its lower neighbour's middle to 1 at its own and falls to its upper neighbour's."""
    ends = mels(np.array([LOW, HIGH]))
    corners = hertz(np.linspace(ends[0], ends[1], BANDS + 2))
    at = np.arange(FFT // 2 + 1) * RATE / FFT
    rise = (at - corners[:-2, None]) / (corners[1:-1] - corners[:-2])[:, None]
    fall = (corners[2:, None] - at) / (corners[2:] - corners[1:-1])[:, None]
    return torch.from_numpy(np.maximum(0.0, np.minimum(rise, fall)).astype(np.float32))


@cache
def centres() -> Tensor:
    """The middle of each band in hertz, (BANDS,)."""
    ends = mels(np.array([LOW, HIGH]))
    return torch.from_numpy(hertz(np.linspace(ends[0], ends[1], BANDS + 2))[1:-1].astype(np.float32))


@cache
def window() -> Tensor:
    """Hann's, periodic, (WINDOW,)."""
    return torch.hann_window(WINDOW)


def spectrum(samples: Tensor) -> Tensor:
    """The short-time Fourier transform (b, FFT / 2 + 1, frames) of samples (b, n), complex; before and after them it is silent."""
    return torch.stft(samples, FFT, HOP, WINDOW, window(), center=True, pad_mode="constant", return_complex=True)


def logmel(samples: Tensor) -> Tensor:
    """Pictures (b, BANDS, frames) of samples (b, n) at RATE, one frame for every HOP of them and one more."""
    power = spectrum(samples).abs().square()
    return (bank() @ power).clamp(min=FLOOR).log()


def framed(samples: Tensor, count: int = SAMPLES) -> Tensor:
    """Samples (b, n) cut, or continued by silence, to `count`."""
    return functional.pad(samples[:, :count], (0, max(0, count - samples.shape[1])))


def power(picture: Tensor, rounds: int = ROUNDS) -> Tensor:
    """Powers (b, FFT / 2 + 1, frames), none negative, whose bands have those of log-mel pictures (b, BANDS, frames).

    Lee and Seung 2001, "Algorithms for Non-negative Matrix Factorization", theorem 1, with the triangles held fixed, from the powers spread
    evenly over each band. What is at the floor is silence.
    """
    triangles = bank()
    wanted = picture.exp() - FLOOR * 0.999
    found: Tensor = (triangles / triangles.sum(1, keepdim=True)).T @ wanted
    above = triangles.T @ wanted
    gram = triangles.T @ triangles
    for _ in range(rounds):
        found = found * above / (gram @ found).clamp(min=1e-9)
    return found
