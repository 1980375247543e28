"""How many of the kinds of pictures that the data hold are generated at all."""

from __future__ import annotations

from ganapp.training.health.view import Real, View

BETTER = "higher"
SHARE = 0.2  # a witness may err now and then: a mode it names so rarely is not there
ADVICE = ("pair_the_critic", "raise_penalty", "lower_d_rate")


def measure(view: View) -> float:
    """Number of modes that come up at least once, and at least a fifth as often as in the data."""
    seen = view.histogram()
    return float(((seen > 0) & (seen >= SHARE * view.reference.frequencies)).sum())


def threshold(real: Real) -> float:
    """A twentieth, and at least half a mode, below as many real pictures: one missing digit of ten is noticed."""
    return real.below(max(0.5, 0.05 * real.mean))
