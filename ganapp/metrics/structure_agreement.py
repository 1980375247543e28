"""Whether strokes follow the photo's contours: how well the structure tensors of two pictures agree.

Bigun and Granlund 1987, "Optimal Orientation Detection of Linear Symmetry": the smoothed outer products of the gradient of luminance say
in which direction a neighbourhood changes most, and how much more than across it.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.metrics.luminance import luminance

WINDOW = 9  # pixels over which a direction is the mean
FLAT = 1e-15  # below which there is no direction, only rounding


def directions(picture: Tensor) -> Tensor:
    """picture (3, h, w) in [0, 1] -> (2, h, w): the doubled angle of the direction of change as a vector, as long as the difference of the
    structure tensor's eigenvalues."""
    across = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=torch.float64) / 8
    grey = functional.pad(luminance(picture).double()[None], (1, 1, 1, 1), mode="replicate")
    dx, dy = functional.conv2d(grey, torch.stack([across, across.t()])[:, None])[0]
    both = torch.stack([dx * dx - dy * dy, 2 * dx * dy])[None]
    return functional.avg_pool2d(both, WINDOW, 1, WINDOW // 2, count_include_pad=False)[0]


def agreement(painted: Tensor, photo: Tensor) -> float:
    """The mean cosine of the doubled angles between the directions of two pictures (3, h, w), each place weighed by how clear the photo's
    direction is: 1 where all strokes follow the photo, 0 where they go anyhow, -1 where all cross it."""
    ours, theirs = directions(painted), directions(photo)
    weight = theirs.square().sum(0).sqrt()
    lengths = ours.square().sum(0).sqrt() * weight
    cosine = torch.where(lengths > FLAT, (ours * theirs).sum(0) / lengths.clamp(min=1e-12), 0)
    total = float(weight.sum())
    return float((cosine * weight).sum()) / total if total > FLAT else 0.0
