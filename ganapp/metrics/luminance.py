"""Luminance as super-resolution is measured on: ITU-R BT.601 luma of eight-bit video, 16 to 235."""

from __future__ import annotations

import torch
from torch import Tensor


def luminance(picture: Tensor) -> Tensor:
    """picture (3, h, w) in [0, 1] -> Y (1, h, w), 16/255 for black to 235/255 for white; double precision."""
    weights = torch.tensor([65.481, 128.553, 24.966], dtype=torch.float64, device=picture.device)
    return (torch.einsum("chw,c->hw", picture.double(), weights).unsqueeze(0) + 16) / 255
