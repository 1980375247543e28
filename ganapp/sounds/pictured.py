"""Log-mel pictures as pictures: what a classifier is given, and what is looked at."""

from __future__ import annotations

from torch import Tensor

DARK, BRIGHT = -6.9078, 7.0  # ln(FLOOR), and a power that speech hardly ever has


def of_logmel(picture: Tensor) -> Tensor:
    """Log-mel pictures (b, bands, frames) as grey ones (b, 1, bands, frames) in [-1, 1], low bands first."""
    return ((picture - DARK) / (BRIGHT - DARK) * 2 - 1).clamp(-1, 1)[:, None]


def from_shown(grey: Tensor) -> Tensor:
    """Log-mel pictures (b, bands, frames) of what `shown` gave: what was louder than BRIGHT stays that loud."""
    return grey[:, 0].flip(1) * (BRIGHT - DARK) + DARK


def shown(picture: Tensor) -> Tensor:
    """The same to look at: (b, 1, bands, frames) in [0, 1], low bands at the bottom."""
    return (of_logmel(picture).flip(2) + 1) / 2
