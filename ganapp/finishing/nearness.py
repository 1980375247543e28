"""How near real digits that were kept out of the training come to the training digits."""

from __future__ import annotations

from typing import Any

import numpy as np

from ganapp.digits import digit, idx
from ganapp.tasks import nearest

COUNT = 500
BLOCK = 50
QUANTILES = 21


def fitted(count: int = COUNT) -> dict[str, Any]:
    """usual: the median distance of `count` test digits, as `tasks.nearest` measures it; quantiles (21): at 0, 5, ... 100 %."""
    pictures = idx.load("mnist", "test").pictures
    ink = digit.from_mnist(pictures[np.random.default_rng(0).permutation(len(pictures))[:count]])
    distance = np.concatenate([nearest.search(ink[i : i + BLOCK])[0] for i in range(0, count, BLOCK)])
    quantiles = [round(float(q), 4) for q in np.quantile(distance, np.linspace(0, 1, QUANTILES))]
    return {"usual": quantiles[QUANTILES // 2], "quantiles": quantiles, "digits": count}
