"""Moments of features: which of them a picture has and which occur together, wherever they are; two pictures with like moments look painted
by one hand.

As the Gram matrices of Gatys et al. 2016, "Image Style Transfer Using Convolutional Neural Networks", but mean and covariance apart: in a
Gram matrix the squares of the means outweigh all else, and the brush strokes are in the covariance (as the "decentralised" Gram matrix of
AnimeGAN, Chen et al. 2019). Both as a share of the painting's own, so that the depths count alike.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

MEAN = 0.3  # of the means' distance beside 1 for that of the covariances
TINY = 1e-8


class Moments(NamedTuple):
    """Of features: mean (b, c) and covariance (b, c, c) over the places."""

    mean: Tensor
    covariance: Tensor


def of(features: Tensor) -> Moments:
    """The moments of features (b, c, h, w)."""
    flat = features.flatten(2)  # (b, c, h * w)
    mean = flat.mean(2)
    apart = flat - mean.unsqueeze(2)
    return Moments(mean, apart @ apart.transpose(1, 2) / flat.shape[2])


def distance(made: Moments, wanted: Moments) -> Tensor:
    """(b,): the squared distance of the covariances as a share of the squared size of the wanted one, and 0.3 times that of the means as a
    share of the wanted variance. 0 for equal ones; not bounded."""
    variance = wanted.covariance.diagonal(dim1=1, dim2=2).sum(1).clamp(min=TINY)
    apart = (made.covariance - wanted.covariance).square().sum((1, 2)) / wanted.covariance.square().sum((1, 2)).clamp(min=TINY)
    return apart + MEAN * (made.mean - wanted.mean).square().sum(1) / variance
