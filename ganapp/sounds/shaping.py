"""A log-mel picture as a sound of a length, pitch, loudness and brightness. The page does the same in assets/js/listen.

What is changed is exact, and what comes of it can be measured (`measures`): a sound is made longer by spreading its frames, higher by
spreading them as well and playing them that much quicker, louder by a factor, brighter by a slope over the bands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.sounds import mel, phase
from ganapp.sounds.sound import Sound, bordered, resampled

Way = Callable[[Tensor], Tensor]  # samples (b, (frames - 1) * mel.HOP) of log-mel pictures (b, bands, frames)
MIDDLE = 1000.0  # Hz, where brightness changes nothing
LENGTHS, PITCHES, LOUDNESSES, BRIGHTNESSES = (0.5, 2.0), (-12.0, 12.0), (-24.0, 6.0), (-6.0, 6.0)


@dataclass(frozen=True)
class Shape:
    """length: times as long, LENGTHS; pitch: semitones higher, PITCHES; loudness: decibels more, LOUDNESSES; brightness: decibels more for
    each octave above MIDDLE, and less for each below it, BRIGHTNESSES."""

    length: float = 1.0
    pitch: float = 0.0
    loudness: float = 0.0
    brightness: float = 0.0


def shaped(picture: Tensor, shape: Shape, way: Way = phase.griffin_lim) -> Sound:
    """Sounds (b, n) of log-mel pictures (b, bands, frames), whose samples `way` finds."""
    factor = 2.0 ** (shape.pitch / 12.0)
    bright = tilted(picture, shape.brightness)
    long = stretched(bright, shape.length * factor)
    samples = way(long).numpy()
    sound = resampled(bordered(samples, round(mel.RATE * factor / 20) * 20), mel.RATE)  # a round rate: few weights to work out
    return bordered(sound.samples * 10 ** (shape.loudness / 20), mel.RATE)


def tilted(picture: Tensor, decibels: float) -> Tensor:
    """Each octave above MIDDLE so many decibels louder; silence stays silent."""
    octaves = (mel.centres() / MIDDLE).log2()
    slope = (octaves * decibels * (torch.log(torch.tensor(10.0)) / 10))[:, None]
    quiet = picture <= _floor() + 1e-3
    return torch.where(quiet, picture, picture + slope).clamp(min=_floor())


def stretched(picture: Tensor, times: float) -> Tensor:
    """So many times as many frames, by linear interpolation between the first and the last."""
    frames = max(2, round((picture.shape[2] - 1) * times) + 1)
    return functional.interpolate(picture, frames, mode="linear", align_corners=True)


def _floor() -> float:
    return float(torch.tensor(mel.FLOOR).log())
