"""How a rate or weight changes over a run."""

from __future__ import annotations

import math


def cosine(start: float, end: float, k: int, steps: int) -> float:
    """From `start` at step 0 to `end` at the last step, along half a cosine."""
    return end + (start - end) * 0.5 * (1 + math.cos(math.pi * k / max(1, steps - 1)))


def one_cycle(k: int, steps: int, peak: float, warm: int | None = None) -> float:
    """Learning rate of step k: linear to `peak` over the first tenth, of `warm` steps at most, then half a cosine to nothing."""
    rising = max(1, steps // 10) if warm is None else min(warm, max(1, steps // 10))
    return peak * (k + 1) / rising if k < rising else peak * 0.5 * (1 + math.cos(math.pi * (k - rising) / max(1, steps - rising)))
