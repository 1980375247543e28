"""How many of the kinds of pictures that the data hold are generated at all."""

from __future__ import annotations

import numpy as np

from ganapp.training.diagnostics.view import Real, View

NAME, BETTER = "modes_covered", "higher"
ADVICE = ("pair_the_critic", "raise_penalty", "lower_d_rate")


def measure(view: View) -> float:
    """Number of modes among the generated pictures."""
    return float(len(np.unique(view.made.modes)))


def threshold(real: Real) -> float:
    """A twentieth, and at least half a mode, below as many real pictures: one missing digit of ten is noticed."""
    return real.below(max(0.5, 0.05 * real.mean))
