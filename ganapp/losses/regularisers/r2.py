"""R2: the discriminator's slope at generated pictures. Mescheder et al. 2018, "Which Training Methods for GANs do actually Converge?"."""

from __future__ import annotations

from torch import Tensor

from ganapp.losses.regularisers import Turn

NEEDS = ("generated",)


def penalty(turn: Turn) -> Tensor:
    """Mean over the batch of |dD/dx|^2 at G(z), equation 10."""
    return turn.generated_slopes.mean()


def weight(value: float, share: float, _: int) -> float:
    """gamma / 2, which falls over the run."""
    return value * share / 2
