"""Edge SSIM: whether the outlines of a picture are where they were, whatever the colours are now."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.metrics.luminance import luminance
from ganapp.metrics.ssim import ssim


def edges(picture: Tensor) -> Tensor:
    """picture (3, h, w) in [0, 1] -> (1, h, w): the length of the gradient of luminance (Sobel), 1 along the edge of a full step."""
    across = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=torch.float64) / 4
    kernels = torch.stack([across, across.t()])[:, None]
    grey = functional.pad(luminance(picture)[None], (1, 1, 1, 1), mode="replicate")
    return functional.conv2d(grey, kernels)[0].square().sum(0, keepdim=True).sqrt()


def edge_ssim(painted: Tensor, photo: Tensor) -> float:
    """SSIM of the two maps of edges, at most 1. painted, photo: (3, h, w) in [0, 1]."""
    return ssim(edges(painted), edges(photo))
