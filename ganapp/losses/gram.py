"""Gram matrices: which features of a picture occur together, wherever they are; two pictures with like matrices look painted by one hand.

Gatys et al. 2016, "Image Style Transfer Using Convolutional Neural Networks"; here as a share of the painting's own, so that the depths
count alike.
"""

from __future__ import annotations

from torch import Tensor


def matrix(features: Tensor) -> Tensor:
    """features (b, c, h, w) -> (b, c, c): mean over the places of the products of every two channels."""
    flat = features.flatten(2)  # (b, c, h * w)
    return flat @ flat.transpose(1, 2) / flat.shape[2]


def distance(made: Tensor, wanted: Tensor) -> Tensor:
    """Matrices (b, c, c) each -> (b,): squared distance as a share of the squared size of `wanted`. 0 for equal ones; not bounded."""
    return (made - wanted).square().sum((1, 2)) / wanted.square().sum((1, 2)).clamp(min=1e-8)
