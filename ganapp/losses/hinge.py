"""The hinge game: real scores are pushed above 1, generated ones below -1, and no further.

Lim & Ye 2017, "Geometric GAN"; Miyato et al. 2018, "Spectral Normalization for GANs", equations 16 and 17.
At equilibrium the discriminator's loss is 2; the generator's is whatever constant in [-1, 1] the scores settle on.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import relu

PAIRED = False
BORDER: float | None = 0.0
EQUILIBRIUM: dict[str, float | None] = {"discriminator": 2.0, "generator": None}


def discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """L_D = max(0, 1 - D(x)) + max(0, 1 + D(G(z))), from 0; real, fake: scores (b,)."""
    return relu(1 - real).mean() + relu(1 + fake).mean()


def generator(real: Tensor, fake: Tensor) -> Tensor:
    """L_G = -D(G(z)), unbounded; `real` plays no part."""
    return -fake.mean()
