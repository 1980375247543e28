"""Haar wavelets: a picture as its coarse half and three planes of detail (Haar 1910; Korkmaz et al. 2024, "Training Generative Image
Super-Resolution Models by Wavelet-Domain Losses", which pins the coarse half and lets a discriminator judge the detail alone)."""

from __future__ import annotations

import torch
from torch import Tensor


def haar(x: Tensor) -> tuple[Tensor, Tensor]:
    """x (b, c, h, w), h and w even -> coarse (b, c, h/2, w/2), the mean of each 2 x 2 pixels, and detail (b, 3c, h/2, w/2): their
    differences across, down and crosswise."""
    a, b = x[..., ::2, ::2], x[..., ::2, 1::2]
    c, d = x[..., 1::2, ::2], x[..., 1::2, 1::2]
    detail = torch.cat([a - b + c - d, a + b - c - d, a - b - c + d], 1) / 4
    return (a + b + c + d) / 4, detail
