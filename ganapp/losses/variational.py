"""What a variational autoencoder minimises: how far its codes are from N(0, I), how far its pictures from the real ones."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, variance) || N(0, I)) in nats, summed over the code (b, d), mean over the batch.

    Kingma & Welling 2014, "Auto-Encoding Variational Bayes", appendix B: 1/2 sum(mean^2 + variance - 1 - log variance).
    """
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()


def drawn(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """A code from N(mean, variance), differentiable in both: mean + standard deviation * noise, from N(0, I). The same, section 2.4."""
    return mean + (0.5 * log_variance).exp() * noise


def calibrated(real: Tensor, rebuilt: Tensor, mean: Callable[[Tensor], Tensor] = Tensor.mean) -> Tensor:
    """-log N(real; rebuilt, s^2 I) in nats a picture with the variance s^2 that suits the batch best, its mean squared error.

    Rybkin et al. 2021, "Simple and Effective VAE Training with Calibrated Decoders", equation 6: D/2 (log 2 pi s^2 + 1). It needs
    no weight against the divergence. Pictures (b, c, h, w), or a discriminator's features (b, d) of them: then it is Larsen et
    al. 2016's equation 8 with a variance that follows the features' scale in place of 1. s^2 is kept above 1e-6. `mean` is given where
    the batch is larger than what is held here: its logarithm is not the mean of the parts' logarithms.
    """
    variance = mean((real - rebuilt).square()).clamp_min(1e-6)
    return 0.5 * real[0].numel() * (torch.log(2 * math.pi * variance) + 1)
