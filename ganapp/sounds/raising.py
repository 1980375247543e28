"""Log-mel pictures said higher and louder, by arithmetic alone; slopes go through, so that a net may do it too."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.sounds import mel

BROAD = 2.0  # bands
FLOOR = -6.9078  # ln(mel.FLOOR)
MEL = 2595.0 / math.log(10)  # of the mel scale, over natural logarithms
NEPER = 0.230259  # of power in a decibel


def said(pictures: Tensor, decibels: Tensor, semitones: Tensor) -> Tensor:
    """Log-mel pictures (b, bands, frames), each so much (b,) louder and higher; silence stays silent."""
    louder = raised(pictures, semitones) + (decibels * NEPER)[:, None, None]
    return torch.where(pictures > FLOOR + 0.05, louder, pictures).clamp(min=FLOOR)


def raised(pictures: Tensor, semitones: Tensor) -> Tensor:
    """Log-mel pictures (b, bands, frames), each so many semitones (b,) higher. What a vowel is known by, the broad shape along the bands
    (a bell `BROAD` bands wide), stays; the rest, the harmonics, moves: band by band what stood where its middle came from, between its
    neighbours by linear interpolation."""
    b, bands, frames = pictures.shape
    shape = _broad(pictures)
    low, high = (MEL * math.log1p(edge / 700.0) for edge in (mel.LOW, mel.HIGH))
    middles = low + (torch.arange(bands, device=pictures.device) + 1) * ((high - low) / (bands + 1))  # of the bands, mel
    ratio = torch.exp(semitones[:, None] * (-math.log(2) / 12))
    source = torch.log((torch.exp(middles / MEL) - 1) * ratio + 1) * MEL  # (b, bands), mel
    at = (source - low) * ((bands + 1) / (high - low)) - 1
    at = at.clamp(0, bands - 1)
    whole = at.floor().clamp(max=bands - 2)
    part = (at - whole)[:, :, None]
    index = whole.long()[:, :, None].expand(b, bands, frames)
    fine = pictures - shape
    return shape + fine.gather(1, index) * (1 - part) + fine.gather(1, index + 1) * part


def _broad(pictures: Tensor) -> Tensor:
    """Pictures smoothed along their bands."""
    reach = round(3 * BROAD)
    bell = torch.exp(-((torch.arange(-reach, reach + 1) / BROAD) ** 2) / 2)
    padded = functional.pad(pictures.transpose(1, 2), (reach, reach), mode="replicate")  # (b, frames, bands + 2 reach)
    rows = functional.conv1d(padded.flatten(0, 1)[:, None], (bell / bell.sum())[None, None])  # (b frames, 1, bands)
    return rows.view(pictures.shape[0], pictures.shape[2], -1).transpose(1, 2)
