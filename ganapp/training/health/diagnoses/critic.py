"""Whether the discriminator has won: it tells nearly every picture apart, and the generator learns nothing from it any more."""

from __future__ import annotations

from ganapp.training.health.view import Real, View

BETTER = "lower"
ADVICE = ("lower_d_rate", "raise_penalty", "augment_on")
WON = 0.98


def measure(view: View) -> float | None:
    """Running share of scores on the right side (of pairs in the right order, for a paired loss), 0.5 to 1; None without one."""
    return view.certainty


def threshold(real: Real) -> float:
    """A fixed share: a discriminator that beats chance this far is of no use to its opponent. Real pictures play no part."""
    return WON
