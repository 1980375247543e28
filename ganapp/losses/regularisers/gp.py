"""The gradient penalty of WGAN-GP. Gulrajani et al. 2017, "Improved Training of Wasserstein GANs"."""

from __future__ import annotations

from torch import Tensor

from ganapp.losses import gradient_penalty
from ganapp.losses.regularisers import Turn

NEEDS = ()


def penalty(turn: Turn) -> Tensor:
    """Mean over the batch of (|dD/dx^| - 1)^2 between real and generated pictures, equation 3."""
    return gradient_penalty.one_centred(turn.score, turn.real, turn.generated, turn.shares())


def weight(value: float, _: float, lazy: int) -> float:
    """lambda, the same all through the run."""
    return value * lazy
