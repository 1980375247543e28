"""How many generated pictures are as good as another one (the birthday-paradox test of Arora & Zhang 2017, as a share)."""

from __future__ import annotations

from ganapp.metrics.distance import nearest_others
from ganapp.training.health.view import Real, View

BETTER = "lower"
ADVICE = ("pair_the_critic", "raise_penalty", "larger_batch")


def measure(view: View) -> float:
    """Share of pictures nearer to another one than only one real picture in a hundred is to its nearest, 0 to 1."""
    return float((nearest_others(view.generated.pixels) < view.reference.near).mean())


def threshold(real: Real) -> float:
    """A tenth of the pictures more than among real ones."""
    return real.above(0.1)
