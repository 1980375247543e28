"""How a rate or weight changes over a run."""

from __future__ import annotations

import math


def cosine(start: float, end: float, k: int, steps: int) -> float:
    """From `start` at step 0 to `end` at the last step, along half a cosine."""
    return end + (start - end) * 0.5 * (1 + math.cos(math.pi * k / max(1, steps - 1)))
