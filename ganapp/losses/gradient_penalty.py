"""Penalties on the gradient of the discriminator's score with respect to its input."""

from __future__ import annotations

import torch
from torch import Tensor


def zero_centred(scores: Tensor, pictures: Tensor) -> Tensor:
    """Mean over the batch of |dD/dx|^2, summed over pixels: R1 when `pictures` are real, R2 when they are generated.

    Mescheder et al. 2018, "Which Training Methods for GANs do actually Converge?", equation 9. The caller multiplies
    by gamma / 2. `scores` (b,) must have been computed from `pictures` (b, c, h, w), which must require a gradient.
    """
    (gradient,) = torch.autograd.grad(scores.sum(), pictures, create_graph=True)
    return gradient.square().flatten(1).sum(1).mean()
