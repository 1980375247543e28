"""Least squares: the discriminator is fitted to 1 on real and 0 on generated pictures, the generator pulls its own to 1.

Mao et al. 2017, "Least Squares Generative Adversarial Networks", equation 2 with a = 0, b = c = 1 (their equation 9).
At equilibrium the best score is 1/2 everywhere.
"""

from __future__ import annotations

from torch import Tensor

PAIRED = False
BORDER: float | None = 0.5
EQUILIBRIUM: dict[str, float | None] = {"discriminator": 0.25, "generator": 0.125}


def discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """L_D = 1/2 (D(x) - 1)^2 + 1/2 D(G(z))^2, from 0; real, fake: scores (b,)."""
    return 0.5 * (real - 1).square().mean() + 0.5 * fake.square().mean()


def generator(real: Tensor, fake: Tensor) -> Tensor:
    """L_G = 1/2 (D(G(z)) - 1)^2, from 0; `real` plays no part."""
    return 0.5 * (fake - 1).square().mean()
