"""LPIPS: how different two pictures look, by VGG16's features (Zhang et al. 2018, version 0.1)."""

from __future__ import annotations

import torch
from torch import Tensor

from ganapp.losses import perceptual
from ganapp.metrics import vgg


@torch.inference_mode()
def lpips(made: Tensor, real: Tensor) -> float:
    """0 for equal pictures, about 0.7 for unrelated ones. made, real: (3, h, w) in [0, 1], at least 16 pixels each way.

    UserError when VGG16's weights are nowhere to be found, see metrics/vgg.py.
    """
    eye = vgg.features()
    features = eye(torch.stack([made, real]).float() * 2 - 1)
    return float(perceptual.distance([f[:1] for f in features], [f[1:] for f in features], list(eye.heads)))
