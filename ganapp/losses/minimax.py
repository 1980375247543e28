"""The saturating minimax game, exactly as the value function states it.

    min_G max_D  E log D(x) + E log(1 - D(G(z))),   D = sigmoid(score)

Goodfellow et al. 2014, "Generative Adversarial Networks", equation 1. The generator's gradient vanishes as soon as the
discriminator wins: d/ds log(1 - sigmoid(s)) = -sigmoid(s).
"""

from __future__ import annotations

import math

from torch import Tensor
from torch.nn.functional import softplus

PAIRED = False
BORDER: float | None = 0.0
EQUILIBRIUM: dict[str, float | None] = {"discriminator": math.log(4), "generator": -math.log(2)}


def discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """L_D = -log D(x) - log(1 - D(G(z))), from 0; real, fake: logits (b,)."""
    return softplus(-real).mean() + softplus(fake).mean()


def generator(real: Tensor, fake: Tensor) -> Tensor:
    """L_G = log(1 - D(G(z))), below 0; `real` plays no part."""
    return -softplus(fake).mean()
