"""From a recording to what recipes learn from: the log-mel picture of its first 0.8 seconds, told once or over and over."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ganapp.sounds import mel
from ganapp.sounds.sound import Sound, levelled, resampled, trimmed
from ganapp.training.data import spoken

BEFORE = 200  # samples of silence before a sound
QUIET = 40.0  # decibels below the loudest moment at which what lies before and after a sound is cut away
LEAST, MOST = (0.88, 0.82, -0.8), (1.14, 1.2, 0.8)  # pitch, tempo and tilt between which a recording is told anew


def picture(sound: Sound) -> Tensor:
    """The log-mel picture (64, 64) of a recording: at 8,000 samples a second, without the quiet around it, all equally loud."""
    return framed(trimmed(resampled(sound, mel.RATE), QUIET))


def framed(word: Sound) -> Tensor:
    """The log-mel picture (64, 64) of a sound of 8,000 samples a second that has been trimmed."""
    samples = functional.pad(torch.from_numpy(levelled(word).samples), (BEFORE, 0))
    return mel.logmel(mel.framed(samples))[0]


def altered(told: Tensor, tempo: float, tilt: float) -> Tensor:
    """A picture at another tempo, its lows and highs louder or quieter by up to `tilt`."""
    at = (torch.arange(mel.FRAMES) * tempo).clamp(max=mel.FRAMES - 1.001)
    whole, part = at.long(), at - at.long()
    stretched = told[:, whole] * (1 - part) + told[:, whole + 1] * part
    stretched[:, torch.arange(mel.FRAMES) * tempo > mel.FRAMES - 1] = spoken.floor()
    slope = torch.linspace(-tilt, tilt, mel.BANDS)[:, None]
    return torch.where(stretched > spoken.floor() + 0.1, stretched + slope, stretched).clamp(min=spoken.floor())


def anew(sound: Sound, random: np.random.Generator) -> Tensor:
    """The picture of a recording told higher or lower, slower or quicker, duller or brighter, as `random` draws it."""
    pitch, tempo, tilt = random.uniform(LEAST, MOST)
    told = picture(Sound(sound.samples, round(sound.rate * pitch / 100) * 100))  # a multiple: few phases
    return altered(told, tempo / pitch, tilt)
