"""Fréchet distance between patches: whether the holes' contents look, as a crowd, like photographs, whatever each should have shown.

As FID (Heusel et al. 2017), but of the places of VGG16's third stage (relu3_3), each of which sees 40 x 40 pixels. Not comparable
with Inception-FID.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ganapp.metrics.frechet import frechet

STAGE, SHRINKS = 2, 4  # of VGG16's stages, counted from 0; a place stands for 4 x 4 pixels


def patches(features: list[Tensor], where: Tensor) -> NDArray[np.float32]:
    """(n, 256): the places that lie wholly where `where` (h, w) is not 0; features: what metrics.lpips.seen found in the picture."""
    inside = -functional.max_pool2d(-(where[None, None] > 0).float(), SHRINKS)[0, 0] > 0
    taken: NDArray[np.float32] = features[STAGE][0][:, inside].t().numpy()
    return taken


def patch_distance(made: list[NDArray[np.float32]], real: list[NDArray[np.float32]]) -> float:
    """Squared Fréchet distance of all places of many pictures; needs some thousands of them to be steady."""
    return frechet(np.concatenate(made), np.concatenate(real))
