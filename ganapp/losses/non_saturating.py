"""The non-saturating game: the discriminator's loss of the minimax game, and a generator that maximises log D(G(z)).

Goodfellow et al. 2014, "Generative Adversarial Networks", section 3, last paragraph. Same fixed point as minimax, but the
gradient is strongest where the generator is worst.
"""

from __future__ import annotations

import math

from torch import Tensor
from torch.nn.functional import softplus

PAIRED = False
BORDER: float | None = 0.0
EQUILIBRIUM: dict[str, float | None] = {"discriminator": math.log(4), "generator": math.log(2)}


def discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """L_D = -log D(x) - log(1 - D(G(z))), from 0; real, fake: logits (b,)."""
    return softplus(-real).mean() + softplus(fake).mean()


def generator(real: Tensor, fake: Tensor) -> Tensor:
    """L_G = -log D(G(z)), from 0; `real` plays no part."""
    return softplus(-fake).mean()
