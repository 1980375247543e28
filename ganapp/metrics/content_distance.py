"""Content distance: how much of what a photograph shows has changed, by what VGG16 sees after relu4_2 (Gatys et al. 2016, "Image Style
Transfer Using Convolutional Neural Networks"), relative to the photograph: |F(painted) - F(photo)|^2 / |F(photo)|^2."""

from __future__ import annotations

from torch import Tensor

LAYER = 8  # of VGG16's convolutions, counted from 0: relu4_2


def content_distance(painted: Tensor, photo: Tensor) -> Tensor:
    """0 for the photograph itself, about 1 for a picture without any content. painted, photo: features (1, c, h, w)."""
    apart: Tensor = (painted - photo).square().sum() / photo.square().sum()
    return apart
