"""Fréchet distance between patches: whether the holes' contents look, as a crowd, like photographs, whatever each should have shown.

As FID (Heusel et al. 2017), but of the places of VGG16's third stage (relu3_3), each of which sees 40 x 40 pixels. Not comparable
with Inception-FID.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ganapp.metrics.frechet import between

STAGE, WIDTH, SHRINKS = 2, 256, 4  # of VGG16's stages, counted from 0, and its channels; a place stands for 4 x 4 pixels


def patches(features: list[Tensor], where: Tensor) -> NDArray[np.float32]:
    """(n, 256): the places that lie wholly where `where` (h, w) is not 0; features: what metrics.lpips.activations found in the picture."""
    inside = -functional.max_pool2d(-(where[None, None] > 0).float(), SHRINKS)[0, 0] > 0
    taken: NDArray[np.float32] = features[STAGE][0][:, inside].t().numpy()
    return taken


@dataclass
class Crowd:
    """The places of many pictures, by their sums alone: count, total (256,), squares (256, 256): the sum of x x^T."""

    count: int = 0
    total: NDArray[np.float64] = field(default_factory=lambda: np.zeros(WIDTH))
    squares: NDArray[np.float64] = field(default_factory=lambda: np.zeros((WIDTH, WIDTH)))

    def add(self, places: NDArray[np.float32]) -> None:
        """Places (n, 256) of one more picture."""
        deep = places.astype(np.float64)
        self.count += len(deep)
        self.total = self.total + deep.sum(0)
        self.squares = self.squares + deep.T @ deep

    @property
    def mean(self) -> NDArray[np.float64]:
        """(256,)."""
        return self.total / self.count

    @property
    def covariance(self) -> NDArray[np.float64]:
        """(256, 256), of a sample."""
        spread: NDArray[np.float64] = (self.squares - np.outer(self.total, self.mean)) / (self.count - 1)
        return spread


def patch_distance(result: Crowd, real: Crowd) -> float:
    """Squared Fréchet distance of all places of many pictures; needs some thousands of them to be steady."""
    return between(result.mean, result.covariance, real.mean, real.covariance)
