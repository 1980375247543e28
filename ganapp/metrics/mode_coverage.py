"""How many modes a generator has, and how far their shares are from the data's: the measure of Stacked MNIST.

Srivastava et al. 2017, "VEEGAN", section 4.2; Lin et al. 2018, "PacGAN", section 4.1: 26,000 pictures, modes named by a classifier.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Modes:
    """covered: modes seen at least once; divergence: KL(seen || expected) in nats, from 0; floor: what it is on average for as many
    pictures of a perfect generator, (modes - 1) / (2 n) (Miller 1955)."""

    covered: int
    divergence: float
    floor: float


def mode_coverage(modes: NDArray[np.integer], frequencies: NDArray[np.floating]) -> Modes:
    """Modes (n,) from 0, n at least 1, against `frequencies` (m,), all above 0 and adding up to 1. ValueError when they do not fit."""
    if not len(modes) or modes.min() < 0 or modes.max() >= len(frequencies) or (frequencies <= 0).any():
        raise ValueError("modes must be numbered within frequencies, and every frequency be above 0")
    seen = np.bincount(modes, minlength=len(frequencies)) / len(modes)
    held = seen > 0
    divergence = float((seen[held] * np.log(seen[held] / frequencies[held])).sum())
    return Modes(int(held.sum()), divergence, (len(frequencies) - 1) / (2 * len(modes)))
