"""What the two players minimise. `real` = D(x) and `fake` = D(G(z)) are scores (b,), logits where a probability is meant.

softplus(-t) = -log sigmoid(t) and softplus(t) = -log(1 - sigmoid(t)); all functions return the mean over the batch.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import softplus


def classic_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """L_D = -log D(x) - log(1 - D(G(z))), D = sigmoid(score). Goodfellow et al. 2014, equation 1. log 4 when D is blind."""
    return softplus(-real).mean() + softplus(fake).mean()


def classic_generator(fake: Tensor) -> Tensor:
    """L_G = -log D(G(z)), the non-saturating form. Goodfellow et al. 2014, section 3. log 2 when D is blind."""
    return softplus(-fake).mean()


def relativistic_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """L_D = -log sigmoid(D(x) - D(G(z))), paired by place in the batch. Jolicoeur-Martineau 2018; Huang et al. 2024 (R3GAN)."""
    return softplus(fake - real).mean()


def relativistic_generator(real: Tensor, fake: Tensor) -> Tensor:
    """L_G = -log sigmoid(D(G(z)) - D(x)), paired by place in the batch. The same sources."""
    return softplus(real - fake).mean()
