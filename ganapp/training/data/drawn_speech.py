"""Drawn digits beside recordings of the same digit that are changed to be said as the digit is written (`speaking/manner.py`).

Any drawing of a digit belongs to any recording of it: nobody wrote and spoke at once. Drawings are slanted, made thicker and finer on the
way, so that every manner occurs.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.speaking import manner
from ganapp.training.data import digits_data
from ganapp.training.data.spoken import Spoken

DIGITS = 10  # words are the digits, ten by ten in each language
LEAN = 0.35  # most shear of a drawing


class Pairs(NamedTuple):
    """pictures (b, 64, 64): log-mel, said as their drawings are written; drawings (b, 1, 32, 32) in [-1, 1]; voices (b, voices);
    manners (b, 2): decibels and semitones; others: the same digits by other hands; words (b,)."""

    pictures: Tensor
    drawings: Tensor
    voices: Tensor
    manners: Tensor
    others: Tensor
    words: Tensor


class DrawnSpeech:
    """Pairs of drawings of MNIST's training digits and recordings; `recordings` say ten digits in each of their languages."""

    def __init__(self, recordings: Spoken) -> None:
        self.recordings = recordings
        self.digits = digits_data.Digits()
        self.pools = [(self.digits.labels == digit).nonzero()[:, 0] for digit in range(DIGITS)]

    def at(self, index: Tensor) -> Pairs:
        """Pairs for the recordings of `index`, by torch's random state."""
        pictures, words, voices = self.recordings.at(index)
        named = words.argmax(1)
        drawings, others = (self.written(self._drawing(named % DIGITS)) for _ in range(2))
        how = manner.of_ink((drawings + 1) / 2)
        return Pairs(manner.said(pictures, how), drawings, voices, torch.stack([how.decibels, how.semitones], dim=1), others, named)

    def _drawing(self, digits: Tensor) -> Tensor:
        pools = [self.pools[digit] for digit in digits.tolist()]
        chosen = torch.stack([pool[int(place * len(pool))] for pool, place in zip(pools, torch.rand(len(pools)).tolist())])
        return self.digits.at(chosen)[0]

    @staticmethod
    def written(drawings: Tensor) -> Tensor:
        """The same digits by other hands: slanted and turned a little, thicker or finer."""
        x = digits_data.jiggle(drawings, degrees=6.0, scale=0.1, shear=LEAN, shift=1.5)
        return heavier(x, torch.rand(len(x)) * 1.8 - 1)


def heavier(drawings: Tensor, by: Tensor) -> Tensor:
    """Drawings (b, 1, h, w) with strokes up to a pixel a side thicker (1) or finer (-1): by (b,) in [-1, 1]."""
    thick = functional.max_pool2d(drawings, 3, 1, 1)
    cross = torch.stack([drawings, *(drawings.roll(step, axis) for axis in (2, 3) for step in (-1, 1))])
    fine = cross.amin(0)
    share = by.abs()[:, None, None, None]
    return torch.where(by[:, None, None, None] > 0, torch.lerp(drawings, thick, share), torch.lerp(drawings, fine, 0.8 * share))


def slanted(drawings: Tensor, shear: float) -> Tensor:
    """Drawings (b, 1, h, w) in [-1, 1], leaning to the right by `shear`, the tangent of the angle, about their middle."""
    b, _, h, w = drawings.shape
    theta = torch.tensor([[1.0, shear, 0.0], [0.0, 1.0, 0.0]]).expand(b, 2, 3)
    grid = functional.affine_grid(theta, [b, 1, h, w], align_corners=False)
    return functional.grid_sample(drawings + 1, grid, align_corners=False) - 1
