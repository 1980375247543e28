"""LPIPS: how different two pictures look, by VGG16's features (Zhang et al. 2018, version 0.1)."""

from __future__ import annotations

import torch
from torch import Tensor

from ganapp.losses import perceptual
from ganapp.metrics import vgg


@torch.inference_mode()
def activations(picture: Tensor) -> list[Tensor]:
    """VGG16's five stages, (1, c, h, w) each, of a picture (3, h, w) in [0, 1] with at least 16 pixels each way.

    UserError when the weights are nowhere to be found, see metrics/vgg.py.
    """
    stages: list[Tensor] = vgg.features()(picture[None].float() * 2 - 1)
    return stages


@torch.inference_mode()
def distance(result: list[Tensor], real: list[Tensor]) -> float:
    """LPIPS of two pictures by what `activations` gives for each: 0 for equal ones, about 0.7 for unrelated ones."""
    return float(perceptual.distance(result, real, list(vgg.features().heads)))


def lpips(result: Tensor, real: Tensor) -> float:
    """LPIPS of two pictures (3, h, w) in [0, 1]."""
    return distance(activations(result), activations(real))
