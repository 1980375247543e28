"""From a picture to the latent that makes it: an encoder's guess, improved by descent.

Zhu et al. 2016, "Generative Visual Manipulation on the Natural Image Manifold" (encoder, then optimisation); the loss adds the
distance of a classifier's features to that of the pixels, and keeps the latent as long as latents are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ganapp.digits import latent

BANK = 64  # latents that a search without an encoder tries first, from the seeds 0, 1, ...


class Judge(Protocol):
    """What names the classes of pictures (n, c, h, w) in [-1, 1]: a promise of models.classifier, or the bare net."""

    def __call__(self, x: Tensor) -> Tensor:
        """Scores (n, classes)."""

    def features(self, x: Tensor) -> Tensor:
        """What it sees, (n, features)."""


@dataclass(frozen=True)
class Nets:
    """generator, the judge of what it draws if there is one, and the encoder of the generator's folder if it has one; see
    models.sampler.Sampler for the first and the last."""

    generator: Callable[[Tensor, Tensor], Tensor]
    judge: Judge | None
    encoder: Callable[[Tensor, Tensor], Tensor] | None
    latent: int


@dataclass(frozen=True)
class Search:
    """How to search. starts: latents tried for each picture, the encoder's guess first, then the nearest of the bank; steps and
    rate: of Adam (cosine to a tenth); features, length: weights of the judge's features and of a latent longer than usual,
    against that of the pixels."""

    starts: int = 1
    steps: int = 70
    rate: float = 0.2
    features: float = 0.5
    length: float = 0.02


@dataclass(frozen=True)
class Match:
    """For n pictures: z (n, latent), pictures (n, c, h, w) in [-1, 1], residual (n,) in [0, 1], and distance (n,), 1 - cos of the
    judge's features, in [0, 1], 0 without a judge."""

    z: Tensor
    pictures: Tensor
    residual: Tensor
    distance: Tensor


def residual(made: Tensor, x: Tensor) -> Tensor:
    """The share of ink that does not lie on ink: sum |a - b| / sum (a + b) of pictures (n, c, h, w) in [-1, 1], -> (n,) in [0, 1].

    The distance of Sorensen and Dice (1948, 1945) for grey pictures: bold and fine digits are measured alike.
    """
    a, b = (made + 1) / 2, (x + 1) / 2
    share: Tensor = (a - b).abs().flatten(1).sum(1) / (a + b).flatten(1).sum(1).clamp(min=1e-6)
    return share


def typical(z: Tensor) -> Tensor:
    """How usual the length of z (n, latent) is: the share of N(0, I) that is shorter, (n,), from the chi-squared distribution."""
    share: Tensor = torch.special.gammainc(torch.tensor(z.shape[1] / 2), z.square().sum(1) / 2)
    return share


@lru_cache(maxsize=4)
def _bank(length: int) -> Tensor:
    """Latents (BANK, length) drawn towards the average hand, where descent goes on well."""
    return torch.from_numpy(0.7 * np.stack([latent.from_seed(seed, length) for seed in range(BANK)])).float()


@torch.no_grad()
def _starts(nets: Nets, x: Tensor, y: Tensor, count: int) -> Tensor:
    """(n, count, latent): where the search begins for each of x (n, c, h, w) under its classes y (n, classes)."""
    bank = _bank(nets.latent)
    guesses = [] if nets.encoder is None else [nets.encoder(x, y)[:, None]]
    missing = count - len(guesses)
    if missing:
        nearest = torch.empty(len(x), missing, nets.latent)
        for kind in torch.unique(y, dim=0) if y.shape[1] else y[:1]:  # type: ignore[no-untyped-call]
            rows = (y == kind).all(1).nonzero()[:, 0]
            made = nets.generator(bank, kind.expand(len(bank), -1))
            for row in rows.tolist():
                order = residual(made, x[row : row + 1].expand_as(made)).topk(missing, largest=False).indices
                nearest[row] = bank[order]
        guesses.append(nearest)
    return torch.cat(guesses, dim=1)


def _measured(nets: Nets, z: Tensor, y: Tensor, target: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """The pictures of z, their residual and the distance of their features from those of the target (pictures, features)."""
    made = nets.generator(z, y)
    misfit = residual(made, target[0])
    if nets.judge is None:
        return made, misfit, torch.zeros_like(misfit)
    features: Tensor = nets.judge.features(made)
    return made, misfit, 1 - functional.cosine_similarity(features, target[1])


@torch.no_grad()
def likeliest(nets: Nets, x: Tensor, classes: int) -> int:
    """The class under which the first guess for one picture x (1, c, h, w) comes nearest to it; 0 where there are none."""
    best, named = math.inf, 0
    for block in torch.split(torch.eye(classes), BANK) if classes else ():  # type: ignore[no-untyped-call]
        many = x.expand(len(block), -1, -1, -1)
        misfit = residual(nets.generator(_starts(nets, many, block, 1)[:, 0], block), many)
        if float(misfit.min()) < best:
            best, named = float(misfit.min()), int(block[misfit.argmin()].argmax())
    return named


def search(nets: Nets, x: Tensor, y: Tensor, how: Search) -> Match:
    """The latents whose pictures under classes y (n, classes) come nearest to x (n, c, h, w) in [-1, 1]. Nothing in it is random."""
    n = len(x)
    z = _starts(nets, x, y, how.starts).flatten(0, 1).requires_grad_(True)  # (n * starts, latent)
    with torch.no_grad():
        features = x if nets.judge is None else nets.judge.features(x)
    target = x.repeat_interleave(how.starts, 0), features.repeat_interleave(how.starts, 0)
    classes = y.repeat_interleave(how.starts, 0)
    optimiser = torch.optim.Adam([z], how.rate, betas=(0.9, 0.99))
    for step in range(how.steps + 1):
        optimiser.param_groups[0]["lr"] = how.rate * (0.55 + 0.45 * math.cos(math.pi * step / how.steps))
        made, misfit, distance = _measured(nets, z, classes, target)
        loss = misfit + how.features * distance + how.length * (z.square().mean(1) - 1).clamp(min=0).square()
        if step < how.steps:
            (z.grad,) = torch.autograd.grad(loss.sum(), z)
            optimiser.step()
    best = torch.arange(n) * how.starts + loss.detach().view(n, how.starts).argmin(1)
    return Match(z.detach()[best], made.detach()[best], misfit.detach()[best], distance.detach()[best])
