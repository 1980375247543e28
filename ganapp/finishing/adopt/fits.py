"""What is fitted to real pictures: the discriminator's probability, and from when on a search has found nothing."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from ganapp.finishing.adopt.real import Real, one_hot
from ganapp.finishing.limits import CLOSE, REFUSED
from ganapp.finishing.realness import curve
from ganapp.tasks import _inversion
from ganapp.tasks.invert import HOW

BLOCK = 100
FEWEST = 20  # real pictures a class must have for an offset of its own, halves for fitting and telling
SOUGHT = 40  # pictures that are searched for
SPOTTY = 0.2  # largest share of pixels that are neither ink nor paper in what is shown as ink


@torch.no_grad()
def painted(net: nn.Module, z: Tensor, y: Tensor) -> Tensor:
    """Pictures (n, c, h, w) in [-1, 1]."""
    return torch.cat([net(z[i : i + BLOCK], y[i : i + BLOCK]) for i in range(0, len(z), BLOCK)])


@torch.no_grad()
def _scores(discriminator: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return torch.cat([discriminator(x[i : i + BLOCK], y[i : i + BLOCK]) for i in range(0, len(x), BLOCK)])


def probability(generator: nn.Module, discriminator: nn.Module, latent: int, real: Real, classes: int) -> dict[str, Any]:
    """slope and offsets (one a class, one in all without classes) of the curve from a score to the probability of being real, and auc,
    accuracy and error on pictures it was not fitted on; pictures: real ones on either side; held_out: whether training never saw them."""
    count = len(real.x) // 2 * 2
    x, labels = real.x[:count], real.labels[:count]
    y = one_hot(labels, classes)
    z = torch.randn(count, latent, generator=torch.Generator().manual_seed(2))
    scores = _scores(discriminator, x, y), _scores(discriminator, painted(generator, z, y), y)
    apart = classes > 1 and count >= FEWEST * classes
    found = curve(scores, labels if apart else torch.zeros_like(labels), classes if apart else 1)
    offsets = found["offsets"] if apart else found["offsets"] * max(1, classes)
    return {**found, "offsets": offsets, "pictures": count // 2, "held_out": real.held_out}


def search(tools: _inversion.Nets, real: Real, classes: int) -> dict[str, Any]:
    """weights, not_a_digit and close as `tasks.invert.verdict` uses them, from the residuals of searches for real pictures: the worst
    one in a hundred would be refused, the best four fifths are called close. residual: their median."""
    x, labels = real.x[:SOUGHT], real.labels[:SOUGHT]
    found = _inversion.search(tools, x, one_hot(labels, classes), HOW)
    limits = {"not_a_digit": 1 - REFUSED, "close": CLOSE, "residual": 0.5}
    told = {name: round(float(found.residual.quantile(share)), 4) for name, share in limits.items()}
    return {"weights": [1.0, 0.0, 0.0], **told, "pictures": len(x), "held_out": real.held_out}


def look(pictures: Tensor) -> str:
    """How pictures (n, c, h, w) in [-1, 1] are to be shown: "colour"; of grey ones "ink" where nearly every pixel is ink or paper, and
    paper prevails, else "grey", as photographs."""
    if pictures.shape[1] == 3:
        return "colour"
    shares = (pictures + 1) / 2
    between = float(((shares > 0.15) & (shares < 0.85)).float().mean())
    paper = float((shares <= 0.15).float().mean())
    return "ink" if between <= SPOTTY and paper > 0.5 else "grey"
