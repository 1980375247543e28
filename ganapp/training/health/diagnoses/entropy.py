"""How evenly the generated pictures are spread over the modes. Shannon 1948: -sum p log p, as a share of its largest value."""

from __future__ import annotations

import numpy as np

from ganapp.training.health.view import Real, View

BETTER = "higher"
ADVICE = ("pair_the_critic", "raise_penalty", "lower_d_rate")


def measure(view: View) -> float:
    """Entropy of the modes over log of their number, 0 to 1."""
    p = view.histogram()
    p = p[p > 0]
    return float((p * np.log(1 / p)).sum() / np.log(len(view.reference.frequencies)))


def threshold(real: Real) -> float:
    """Five hundredths below real pictures."""
    return real.below(0.05)
