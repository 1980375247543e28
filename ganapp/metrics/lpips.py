"""LPIPS: how different two pictures look, by VGG16's features (Zhang et al. 2018, version 0.1)."""

from __future__ import annotations

import torch
from torch import Tensor

from ganapp.losses import perceptual
from ganapp.metrics import vgg


class Against:
    """Distances from one real picture (3, h, w) in [0, 1], at least 16 pixels each way, whose features are computed once.

    UserError when VGG16's weights are nowhere to be found, see metrics/vgg.py.
    """

    def __init__(self, real: Tensor) -> None:
        self._eye = vgg.features()
        self._real = self._seen(real)

    @torch.inference_mode()
    def _seen(self, picture: Tensor) -> list[Tensor]:
        found: list[Tensor] = self._eye(picture[None].float() * 2 - 1)
        return found

    @torch.inference_mode()
    def __call__(self, made: Tensor) -> float:
        """0 for an equal picture, about 0.7 for an unrelated one."""
        return float(perceptual.distance(self._seen(made), self._real, list(self._eye.heads)))


def lpips(made: Tensor, real: Tensor) -> float:
    """The distance of two pictures, see `Against`."""
    return Against(real)(made)
