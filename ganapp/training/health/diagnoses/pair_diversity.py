"""How different two generated pictures of one kind are: what is lost first when a generator learns one way to draw each thing."""

from __future__ import annotations

from ganapp.training.health.view import Real, View, pairs_apart

BETTER = "higher"
ADVICE = ("pair_the_critic", "raise_penalty", "larger_batch")


def measure(view: View) -> float:
    """Mean distance of pairs of generated pictures of one mode, as a share of real ones'; about 1 when healthy, 0 for copies."""
    return pairs_apart(view.generated) / max(view.reference.apart, 1e-9)


def threshold(real: Real) -> float:
    """Three quarters of real pictures'."""
    return real.below(0.25 * real.mean)
