"""The sound border: what every sound is between a file and a net, and how one is brought to a rate, a loudness and a length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

LOBES, CUT, BETA = 16, 0.94, 9.0  # of the filter that changes a rate: zero crossings a side, share of the band that is kept, Kaiser's beta
BLOCK = 128  # phases whose weights are computed together
QUIET = 1e-6  # root mean square of what counts as silence


@dataclass(frozen=True)
class Sound:
    """samples: (b, n) float32 in [-1, 1]; rate: of them in a second."""

    samples: Samples
    rate: int

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.dtype != np.float32:
            raise TypeError("a sound is float32 (b, n)")
        if self.rate < 1:
            raise ValueError("a sound has a rate of at least 1")

    @property
    def seconds(self) -> float:
        """How long it is."""
        return float(self.samples.shape[1] / self.rate)


def bordered(samples: NDArray[np.floating], rate: int) -> Sound:
    """A sound of samples (n,) or (b, n): what is not finite becomes silence, and what is louder than full scale is cut."""
    rows = np.atleast_2d(np.nan_to_num(np.asarray(samples, np.float32), nan=0.0, posinf=1.0, neginf=-1.0))
    return Sound(np.clip(rows, -1.0, 1.0).astype(np.float32), rate)


def resampled(sound: Sound, rate: int) -> Sound:
    """The sound at another rate: band-limited by a windowed sinc (Smith, "Digital Audio Resampling"), as long as before to a sample."""
    if rate == sound.rate:
        return sound
    common = math.gcd(rate, sound.rate)
    up, down = rate // common, sound.rate // common
    scale = min(1.0, rate / sound.rate) * CUT  # the band that both rates hold
    reach = math.ceil(LOBES / scale)
    n = sound.samples.shape[1]
    count = max(1, -(-n * up // down))
    padded = np.pad(sound.samples, ((0, 0), (reach, reach + 1)))
    made = np.empty((len(sound.samples), count), np.float32)
    steps = np.arange(-reach + 1, reach + 1)
    phases = np.arange(min(up, count))
    for first in range(0, len(phases), BLOCK):
        block = phases[first : first + BLOCK]
        distance = steps - (block * down % up / up)[:, None]  # (block, 2 reach)
        window = np.i0(BETA * np.sqrt(np.clip(1 - (distance / reach) ** 2, 0, 1)))
        weights = (scale * np.sinc(scale * distance) * window).astype(np.float32)
        weights /= weights.sum(1, keepdims=True)
        for phase, own in zip(block, weights, strict=True):  # samples that lie equally between two of the old ones share their weights
            whole = np.arange(phase, count, up) * down // up
            made[:, phase::up] = padded[:, whole[:, None] + steps + reach] @ own  # (b, places)
    return bordered(made, rate)


def levelled(sound: Sound, level: float = 0.1) -> Sound:
    """Each row at the root mean square `level`, less where that would cut its peaks; silence stays silent."""
    rms = np.sqrt(np.mean(sound.samples**2, axis=1, keepdims=True))
    peak = np.abs(sound.samples).max(axis=1, keepdims=True, initial=0.0)
    gain = np.where(rms > QUIET, np.minimum(level / np.maximum(rms, QUIET), 0.99 / np.maximum(peak, QUIET)), 1.0)
    return Sound((sound.samples * gain).astype(np.float32), sound.rate)


def trimmed(sound: Sound, decibels: float = 35.0, block: float = 0.01) -> Sound:
    """A single sound without the quiet before and after it: blocks that are `decibels` below the loudest one."""
    size = max(1, round(sound.rate * block))
    row = sound.samples[0]
    blocks = row[: len(row) // size * size].reshape(-1, size)
    if not len(blocks):
        return sound
    power = np.mean(blocks**2, axis=1)
    loud = np.flatnonzero(power > max(power.max() * 10 ** (-decibels / 10), QUIET**2))
    if not len(loud):
        return sound
    return Sound(sound.samples[:, loud[0] * size : (loud[-1] + 1) * size], sound.rate)


def joined(sounds: Sequence[Sound], overlap: float = 0.01) -> Sound:
    """Single sounds of one rate one after the other, each without the quiet around it; over `overlap` seconds one fades into the next."""
    rate = sounds[0].rate
    count = max(1, round(overlap * rate))
    rise = ((np.arange(count) + 0.5) / count).astype(np.float32)
    whole = trimmed(sounds[0]).samples[0]
    for sound in sounds[1:]:
        following = trimmed(sound).samples[0]
        if min(len(whole), len(following)) < count:
            whole = np.concatenate([whole, following])
            continue
        seam = whole[-count:] * (1 - rise) + following[:count] * rise
        whole = np.concatenate([whole[:-count], seam, following[count:]])
    return bordered(whole, rate)
