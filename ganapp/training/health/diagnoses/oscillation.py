"""Whether the kinds of pictures take turns: the generator chases what the discriminator has not learnt yet."""

from __future__ import annotations

import numpy as np

from ganapp.training.health.view import Real, View

BETTER = "lower"
ADVICE = ("halve_rates", "raise_penalty", "pair_the_critic")


def measure(view: View) -> float | None:
    """Mean total variation distance between the modes' shares at one diagnosis and the next, 0 to 1; None before the third."""
    if len(view.turns) < 3:
        return None
    return float(0.5 * np.abs(np.diff(view.turns, axis=0)).sum(1).mean())


def threshold(real: Real) -> float:
    """A tenth above what chance makes of as many real pictures."""
    return real.above(0.1)
