"""How often a classifier names the class that was meant: of real pictures its skill, of generated ones their obedience."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def class_accuracy(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """Share of rows of logits (n, classes) that are highest at their label (n,), 0 to 1; n at least 1.

    As Shmelkov et al. 2018's GAN-test when the classifier was trained on real pictures and the pictures are generated.
    """
    if not len(labels) or len(labels) != len(logits):
        raise ValueError(f"{len(logits)} verdicts and {len(labels)} labels")
    return float((logits.argmax(1) == labels).mean())


def by_class(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> list[float | None]:
    """The accuracy among the pictures of each class, (classes,); None for a class without pictures."""
    right = logits.argmax(1) == labels
    return [float(right[labels == c].mean()) if (labels == c).any() else None for c in range(logits.shape[1])]


def wilson(share: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a probability of which `share` was seen in n trials: Wilson 1927, right near 0 and 1 too."""
    z = 1.959963984540054
    middle, width = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (middle - width) / (1 + z * z / n), (middle + width) / (1 + z * z / n)
