"""Penalties on the gradient of the discriminator's score with respect to its input."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def zero_centred(scores: Tensor, pictures: Tensor) -> Tensor:
    """Mean over the batch of |dD/dx|^2, summed over pixels: R1 when `pictures` are real, R2 when they are generated.

    Mescheder et al. 2018, "Which Training Methods for GANs do actually Converge?", equation 9. The caller multiplies
    by gamma / 2. `scores` (b,) must have been computed from `pictures` (b, c, h, w), which must require a gradient.
    """
    return squared(scores, pictures).mean()


def squared(scores: Tensor, pictures: Tensor) -> Tensor:
    """|dD/dx|^2 of each picture, (b,); see `zero_centred`."""
    (gradient,) = torch.autograd.grad(scores.sum(), pictures, create_graph=True)
    return gradient.square().flatten(1).sum(1)


def one_centred(score: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, share: Tensor) -> Tensor:
    """Mean over the batch of (|dD/dx^| - 1)^2 at x^ = e x + (1 - e) G(z), e uniform in [0, 1] for each pair.

    Gulrajani et al. 2017, "Improved Training of Wasserstein GANs", equation 3; the caller multiplies by lambda (10 there).
    `score` gives (b,) for pictures (b, c, h, w); real and fake are such pictures, share (b, 1, 1, 1) is e.
    """
    between = torch.lerp(fake.detach(), real.detach(), share).requires_grad_()  # (b, c, h, w)
    (gradient,) = torch.autograd.grad(score(between).float().sum(), between, create_graph=True)
    length = (gradient.square().flatten(1).sum(1) + 1e-12).sqrt()  # (b,); the root of 0 has no derivative
    return (length - 1).square().mean()
