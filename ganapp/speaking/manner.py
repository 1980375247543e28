"""How a digit is written says how it is said: a thick stroke loudly, a digit that leans to the right high.

Both are linear between their ends; what is thinner, thicker or more slanted than nearly all digits of MNIST is said as those at the ends.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ganapp.metrics import attributes
from ganapp.sounds import raising

DECIBELS, SEMITONES = 6.0, 2.5  # at the ends, below and above
WEIGHTS, SLANTS = (1.6, 4.0), (-20.0, 35.0)  # pixels and degrees at the ends, of 32 x 32; few of MNIST lie beyond


@dataclass(frozen=True)
class Manner:
    """decibels, semitones (b,): louder and higher than usual."""

    decibels: Tensor
    semitones: Tensor


def of_ink(ink: Tensor) -> Manner:
    """How digits are said whose ink is (b, 1, h, w) in [0, 1]."""
    return Manner(_between(attributes.weight(ink), WEIGHTS, DECIBELS), _between(attributes.slant(ink), SLANTS, SEMITONES))


def _between(value: Tensor, ends: tuple[float, float], most: float) -> Tensor:
    low, high = ends
    return ((value - low) / (high - low) * 2 - 1).clamp(-1, 1) * most


def said(pictures: Tensor, manner: Manner) -> Tensor:
    """Log-mel pictures (b, bands, frames) in that manner."""
    return raising.said(pictures, manner.decibels, manner.semitones)
