"""From syllables or words to one log-mel picture of a sentence: their pictures one after the other, each fading into the next, under one
contour of pitch.

Pitch declines over every sentence and begins anew with the next (Cohen and 't Hart 1967, "On the anatomy of intonation"); where it asks,
its end rises. The last syllable before a pause is longer; a light one, in the neutral tone, is short and quiet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.sounds import mel, raising

FADE = 3  # frames over which one fades into the next
AUDIBLE = 5.0  # natural logarithms of power below its loudest frame a picture is over
DECLINE, RISE, RISING = 1.2, 3.5, 0.3  # semitones above and below the middle; at the end of a question; seconds before the end
PAUSES = (0.0, 0.18, 0.42)  # seconds after a word, by the kind of pause
LAST, LIGHT, QUIET = 1.2, 0.62, -4.0  # times as long before a pause; in the neutral tone; decibels of the latter
FLOOR = -6.9078  # ln(mel.FLOOR)


@dataclass(frozen=True)
class Piece:
    """picture (bands, frames): log-mel; light: whether it is said lightly; pause: 0 to 2, what follows; question: whether its sentence
    asks."""

    picture: Tensor
    light: bool = False
    pause: int = 0
    question: bool = False


def picture(pieces: Sequence[Piece], lengths: tuple[float, float] = (LAST, LIGHT)) -> Tensor:
    """The log-mel picture (1, bands, frames) of what is said; lengths: times as long before a pause, and where it is light."""
    whole, first = [], 0
    for i, piece in enumerate(pieces):
        if piece.pause == 2 or i + 1 == len(pieces):
            whole.append(_sentence(pieces[first : i + 1], lengths))
            first = i + 1
    return torch.cat(whole, dim=1)[None]


def _sentence(pieces: Sequence[Piece], lengths: tuple[float, float]) -> Tensor:
    """One sentence (bands, frames) with the pause after it."""
    said = _silence(0.03)
    for i, piece in enumerate(pieces):
        ending = piece.pause > 0 or i + 1 == len(pieces)
        heard = audible(piece.picture)
        times = (lengths[0] if ending else 1.0) * (lengths[1] if piece.light else 1.0)
        frames = max(4, round(heard.shape[1] * times))
        heard = functional.interpolate(heard[None], frames, mode="linear", align_corners=True)[0]
        if piece.light:
            heard = torch.where(heard > FLOOR + 0.05, heard + QUIET * raising.NEPER, heard).clamp(min=FLOOR)
        said = joined(said, heard)
        if piece.pause == 1:
            said = torch.cat([said, _silence(PAUSES[1])], dim=1)
    asked = pieces[-1].question
    last = pieces[-1].pause or 1
    return torch.cat([raised(said, contour(said.shape[1], asked)), _silence(PAUSES[last])], dim=1)


def audible(picture: Tensor) -> Tensor:
    """A picture (bands, frames) without the quiet before and after it."""
    loud = picture.exp().sum(0).log()
    heard = (loud > loud.max() - AUDIBLE).nonzero()[:, 0]
    return picture[:, int(heard[0]) : int(heard[-1]) + 1]


def joined(before: Tensor, after: Tensor, fade: int = FADE) -> Tensor:
    """Two pictures (bands, frames), the last frames of one fading into the first of the other; powers are mixed."""
    fade = min(fade, before.shape[1], after.shape[1])
    rise = (torch.arange(fade) + 0.5) / fade
    seam = (before[:, -fade:].exp() * (1 - rise) + after[:, :fade].exp() * rise).log()
    return torch.cat([before[:, :-fade], seam, after[:, fade:]], dim=1)


def contour(frames: int, asked: bool) -> Tensor:
    """Semitones (frames,) over one sentence."""
    line = torch.linspace(DECLINE, -DECLINE, frames)
    if not asked:
        return line
    rising = min(frames, math.ceil(RISING * mel.RATE / mel.HOP))
    line[frames - rising :] += torch.linspace(0, RISE, rising)
    return line


def raised(picture: Tensor, semitones: Tensor) -> Tensor:
    """A picture (bands, frames), each frame so many semitones (frames,) higher; vowels stay."""
    rows = picture.T[:, :, None]  # (frames, bands, 1)
    return raising.said(rows, torch.zeros_like(semitones), semitones)[:, :, 0].T


def _silence(seconds: float) -> Tensor:
    return torch.full((mel.BANDS, max(1, round(seconds * mel.RATE / mel.HOP))), FLOOR)
