"""Style distance: how far the texture of a picture is from a painting's, wherever in the picture it lies.

Sliced Wasserstein distance of order 2 between the features that VGG16 finds at all places of the two pictures, after relu1_2, relu2_2,
relu3_3 and relu4_3 (Heitz et al. 2021, "A Sliced Wasserstein Loss for Neural Texture Synthesis"): along a random direction v the
distance of two crowds of numbers is that of their quantiles,

    d^2 = mean over v and quantiles q of (q of v.F(picture) - q of v.F(painting))^2 / variance of v.F(painting), mean over v

A picture that has nothing but the painting's mean features is at d = 1 in every layer, so the layers count alike; the style distance is
the mean of their d. The directions follow from a seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ganapp.losses import sliced

LAYERS = (1, 3, 6, 9)  # of VGG16's convolutions, counted from 0: relu1_2, relu2_2, relu3_3, relu4_3
SEED, DIRECTIONS, QUANTILES = 7, 128, 256


@dataclass(frozen=True)
class Texture:
    """What is compared of a painting: for each layer its quantiles (directions, quantiles), and their variance."""

    quantiles: tuple[Tensor, ...]
    variances: tuple[float, ...]


def texture(features: Sequence[Tensor]) -> Texture:
    """The texture of a painting. features: (1, c, h, w) of each layer."""
    quantiles = tuple(_quantiles(each, number) for number, each in enumerate(features))
    return Texture(quantiles, tuple(float(each.var(1, correction=0).mean()) for each in quantiles))


def layer_distances(features: Sequence[Tensor], painting: Texture) -> list[float]:
    """d of each layer; features: (1, c, h, w) of the picture, of the same layers as the painting's."""
    quantiles = [_quantiles(each, number) for number, each in enumerate(features)]
    squares = [float((a - b).square().mean()) for a, b in zip(quantiles, painting.quantiles, strict=True)]
    return [(square / variance) ** 0.5 for square, variance in zip(squares, painting.variances, strict=True)]


def style_distance(features: Sequence[Tensor], painting: Texture) -> float:
    """The mean of the layers' distances: 0 for the painting itself, about 1 for a picture that has nothing of it."""
    distances = layer_distances(features, painting)
    return sum(distances) / len(distances)


def _quantiles(features: Tensor, number: int) -> Tensor:
    """(DIRECTIONS, QUANTILES), double precision: of the places' features along the directions of layer `number`, rising."""
    random = torch.Generator().manual_seed(SEED + number)
    lines = sliced.directions(features.shape[1], DIRECTIONS, random)
    ordered = (lines @ features[0].flatten(1)).sort(1).values.double()  # (directions, places)
    return resampled(ordered, QUANTILES)


def resampled(ordered: Tensor, count: int) -> Tensor:
    """Rising numbers (k, n) at `count` evenly spread ranks, (k, count): between two of them by linear interpolation."""
    ranks = ((torch.arange(count, dtype=torch.float64) + 0.5) / count * ordered.shape[1] - 0.5).clamp(0, ordered.shape[1] - 1)
    below = ranks.floor().long()
    share = (ranks - below).to(ordered.dtype)
    above = (below + 1).clamp(max=ordered.shape[1] - 1)
    return torch.lerp(ordered[:, below], ordered[:, above], share)
