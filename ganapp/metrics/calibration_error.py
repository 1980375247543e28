"""Whether a classifier's probabilities mean what they say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def calibration_error(logits: NDArray[np.floating], labels: NDArray[np.integer], bins: int = 15) -> float:
    """Expected calibration error of logits (n, classes) for labels (n,), 0 to 1: Guo et al. 2017, equation 3.

    The predictions are sorted by confidence (the softmax of the class named) into `bins` of equal width; the error is the mean
    of |accuracy - confidence| of the bins, weighted by how many predictions each holds.
    """
    shifted = logits.astype(np.float64) - logits.max(1, keepdims=True)
    confidence = 1.0 / np.exp(shifted).sum(1)  # (n,)
    right = (logits.argmax(1) == labels).astype(np.float64)
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(place, right - confidence, bins)
    return float(np.abs(gaps).sum() / len(labels))
