"""The relativistic paired game: the discriminator says how much more real a real picture looks than a generated one.

Jolicoeur-Martineau 2018, "The relativistic discriminator", equation 4 with f1 = log sigmoid; Huang et al. 2024, "The GAN is
dead; long live the GAN!" (R3GAN), equation 2, who add R1 and R2 and prove local convergence. Paired by place in the batch.
"""

from __future__ import annotations

import math

from torch import Tensor
from torch.nn.functional import softplus

PAIRED = True
BORDER: float | None = None
EQUILIBRIUM: dict[str, float | None] = {"discriminator": math.log(2), "generator": math.log(2)}


def discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """L_D = -log sigmoid(D(x) - D(G(z))), from 0; real, fake: scores (b,)."""
    return softplus(fake - real).mean()


def generator(real: Tensor, fake: Tensor) -> Tensor:
    """L_G = -log sigmoid(D(G(z)) - D(x)), from 0."""
    return softplus(real - fake).mean()
