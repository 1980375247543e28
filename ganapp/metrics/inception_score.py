"""How sure a classifier is of each sample, and how different it finds them: the inception score (Salimans et al. 2016, "Improved Techniques
for Training GANs", section 4)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def inception_score(logits: NDArray[np.floating]) -> float:
    """exp of the mean Kullback-Leibler divergence of p(y|x) from p(y), for logits (n, classes): from 1 to the number of classes."""
    if logits.ndim != 2 or not len(logits):
        raise ValueError("logits are (n, classes), n at least 1")
    steep = logits.astype(np.float64) - logits.max(1, keepdims=True)
    log_p = steep - np.log(np.exp(steep).sum(1, keepdims=True))
    p = np.exp(log_p)
    log_mean = np.log(np.maximum(p.mean(0), 1e-300))
    return float(np.exp((p * (log_p - log_mean)).sum(1).mean()))
