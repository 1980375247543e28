"""The two objectives of the recipe `digits` under their short names; each is defined in its own file."""

from __future__ import annotations

from torch import Tensor

from ganapp.losses import non_saturating, relativistic

classic_discriminator = non_saturating.discriminator
relativistic_discriminator = relativistic.discriminator
relativistic_generator = relativistic.generator


def classic_generator(fake: Tensor) -> Tensor:
    """L_G = -log D(G(z)), the non-saturating form. Goodfellow et al. 2014, section 3. log 2 when D is blind."""
    return non_saturating.generator(fake, fake)
