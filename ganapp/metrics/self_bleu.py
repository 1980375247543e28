"""How much the texts of one set repeat each other: Zhu et al. 2018, "Texygen", section 3.3; BLEU of each text against all the others."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence


def grams(text: Sequence[Hashable], n: int) -> Counter[tuple[Hashable, ...]]:
    """How often each run of n items occurs."""
    return Counter(tuple(text[start : start + n]) for start in range(len(text) - n + 1))


def self_bleu(texts: Sequence[Sequence[Hashable]], order: int = 3) -> float:
    """Mean over the texts of the geometric mean of their clipped precisions for runs of 1 to `order` items, 0 to 1; texts of one length, at
    least two of them, so that there is no penalty for short ones. A precision of 0 counts as one match in twice as many runs."""
    logs = [0.0] * len(texts)
    for n in range(1, order + 1):
        counts = [grams(text, n) for text in texts]
        most: dict[tuple[Hashable, ...], tuple[int, int]] = {}  # by run, the two greatest counts in any text
        for each in counts:
            for run, count in each.items():
                first, second = most.get(run, (0, 0))
                most[run] = (count, first) if count > first else (first, max(second, count))
        for number, each in enumerate(counts):
            total = sum(each.values())
            kept = sum(min(count, most[run][1] if count == most[run][0] else most[run][0]) for run, count in each.items())
            logs[number] += math.log(kept / total if kept else 1 / (2 * total)) / order
    return sum(map(math.exp, logs)) / len(texts)
