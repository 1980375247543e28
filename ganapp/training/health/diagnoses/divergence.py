"""How far the shares of the modes are from the data's: the Kullback-Leibler divergence KL(generated || data) in nats."""

from __future__ import annotations

import numpy as np

from ganapp.training.health.view import Real, View

BETTER = "lower"
ADVICE = ("pair_the_critic", "raise_penalty", "lower_d_rate")


def measure(view: View) -> float:
    """sum p log (p / q) over the modes, from 0; few pictures among many modes never reach 0, real ones neither."""
    p, q = view.histogram(), view.reference.frequencies
    held = p > 0
    return float((p[held] * np.log(p[held] / q[held])).sum())


def threshold(real: Real) -> float:
    """A tenth of a nat above real pictures."""
    return real.above(0.1)
