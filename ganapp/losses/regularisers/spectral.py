"""Spectral norm: no layer of the discriminator may stretch a difference. Miyato et al. 2018, "Spectral Normalization for GANs"."""

from __future__ import annotations

from torch import nn
from torch.nn.utils import parametrizations

LAYERS = nn.Conv2d | nn.ConvTranspose2d | nn.Linear


def fit(net: nn.Module) -> None:
    """Every weight matrix, the class embedding's too, is divided by its largest singular value: equation 8."""
    for module in list(net.modules()):
        if isinstance(module, LAYERS):
            parametrizations.spectral_norm(module)
    if getattr(net, "project", None) is not None:
        parametrizations.spectral_norm(net, "project")
