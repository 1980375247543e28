"""Memorisation: the distance from generated pictures to the nearest training picture, compared with that of real pictures."""

from __future__ import annotations

import numpy as np

from ganapp.training.health.view import Real, View, nearest

BETTER = "higher"
ADVICE = ("augment_on", "raise_penalty", "stop_here")


def measure(view: View) -> float:
    """Median distance to the nearest training picture over that of a real picture to its nearest other: about 1, 0 for copies.

    A real picture is itself among the training ones, so it is not counted as its own nearest."""
    distance = float(np.median(nearest(view.generated.pixels, view.reference.training, rank=1 if view.copies else 0)))
    return distance / max(view.reference.closeness, 1e-9)


def threshold(real: Real) -> float:
    """Well below real pictures': generated ones are a little smoother, and so a little nearer, without being copies."""
    return real.below(0.35 * real.mean)
