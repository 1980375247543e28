"""What a small model that reads nothing but samples makes of real texts: it suffers from bad samples and from missing ones alike.

Zhao et al. 2018, "Adversarially Regularized Autoencoders", section 5 (reverse perplexity). The small model counts runs of up to three items
and joins the counts after Witten and Bell (1991), so that it is the same for everybody and takes seconds.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

ORDER = 3


class Counts:
    """Runs of up to ORDER numbers below `size`, in texts that were read."""

    def __init__(self, texts: Sequence[Sequence[int]], size: int) -> None:
        self.size = size
        self.after: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
        for text in texts:
            for place, item in enumerate(text):
                for n in range(min(ORDER, place + 1)):
                    self.after[tuple(text[place - n : place])][item] += 1

    def odds(self, before: tuple[int, ...], item: int) -> float:
        """How likely `item` follows `before`, above 0; Witten and Bell: a context gives way as often as it has met something new."""
        lower = self.odds(before[1:], item) if before else 1 / self.size
        seen = self.after.get(before)
        if not seen:
            return lower
        total, kinds = seen.total(), len(seen)
        return (seen[item] + kinds * lower) / (total + kinds)


def reverse_perplexity(samples: Sequence[Sequence[int]], real: Sequence[Sequence[int]], size: int) -> float:
    """Perplexity by item of `real` texts, of numbers below `size`, under counts of `samples`; comparable only for as many samples."""
    counts = Counts(samples, size)
    lost, items = 0.0, 0
    for text in real:
        for place, item in enumerate(text):
            lost -= math.log(counts.odds(tuple(text[max(0, place - ORDER + 1) : place]), item))
            items += 1
    return math.exp(lost / items)
