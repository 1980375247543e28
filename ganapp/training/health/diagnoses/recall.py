"""How much of the data's variety is generated. Kynkaanniemi et al. 2019; see `ganapp.metrics.manifold`."""

from __future__ import annotations

from ganapp.metrics.manifold import manifold
from ganapp.training.health.view import Real, View

BETTER = "higher"
ADVICE = ("pair_the_critic", "raise_penalty", "lower_d_rate")
NEIGHBOURS = 5


def measure(view: View) -> float:
    """Share of real pictures that lie among generated ones in the witness's features, 0 to 1."""
    return manifold(view.reference.real.features, view.generated.features, NEIGHBOURS).recall


def threshold(real: Real) -> float:
    """Half of real pictures'."""
    return real.below(0.5 * real.mean)
