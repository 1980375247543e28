"""The Wasserstein game: the score is a critic's, and the difference of its means estimates the earth mover's distance.

Arjovsky et al. 2017, "Wasserstein GAN", equation 2. Holds only for a critic of slope at most 1: add the penalty of
`gradient_penalty.one_centred` (Gulrajani et al. 2017, equation 3) or spectral norm. -L_D is the estimate, 0 at equilibrium.
"""

from __future__ import annotations

from torch import Tensor

PAIRED = False
BORDER: float | None = None
EQUILIBRIUM: dict[str, float | None] = {"discriminator": 0.0, "generator": None}


def discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """L_D = D(G(z)) - D(x), unbounded; real, fake: scores (b,)."""
    return fake.mean() - real.mean()


def generator(real: Tensor, fake: Tensor) -> Tensor:
    """L_G = -D(G(z)), unbounded; `real` plays no part."""
    return -fake.mean()
