"""The discriminator's score as a probability: one logistic curve, with an offset for each digit.

Platt 1999 on the score. The loss compares a real and a generated digit of the same class only, so each class may have a zero of
its own (Huang et al. 2024 pair by class), and the curve has one for each.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from ganapp.metrics.trials import CLASSES, painted
from ganapp.training.data.digits_data import Digits

HALF = 5000  # real digits to fit on, and as many to check on; as many generated ones
BLOCK = 500
ROUNDS = 30


@torch.no_grad()
def scores(discriminator: nn.Module, x: Tensor, labels: Tensor) -> Tensor:
    """The scores (n,) of pictures (n, 1, h, w) in [-1, 1] as digits (n,)."""
    y = torch.eye(CLASSES)[labels]
    return torch.cat([discriminator(x[i : i + BLOCK], y[i : i + BLOCK]) for i in range(0, len(x), BLOCK)])


def logistic(terms: Tensor, real: Tensor, penalty: float = 1e-3) -> Tensor:
    """Weights (k,) of logistic regression of real (n,), 0 or 1, on terms (n, k), by Newton's method."""
    terms, real = terms.double(), real.double()
    weights = torch.zeros(terms.shape[1], dtype=torch.float64)
    for _ in range(ROUNDS):
        p = torch.sigmoid(terms @ weights)
        slope = terms.T @ (p - real) + penalty * weights
        curve = terms.T @ (terms * (p * (1 - p))[:, None]) + penalty * torch.eye(len(weights), dtype=torch.float64)
        move = torch.linalg.solve(curve, slope)
        weights = weights - move
        if move.abs().max() < 1e-9:
            break
    return weights


def terms_of(score: Tensor, labels: Tensor, classes: int = CLASSES) -> Tensor:
    """(n, 1 + classes): the score and which class it was judged as."""
    return torch.cat([score[:, None], torch.eye(classes)[labels]], dim=1)


def ranked(real: Tensor, made: Tensor) -> float:
    """How often a real one scores above a made one: the area under the ROC curve, ties counted half."""
    both = torch.cat([real, made])
    places = torch.argsort(torch.argsort(both)).double() + 1
    return float((places[: len(real)].sum() - len(real) * (len(real) + 1) / 2) / (len(real) * len(made)))


def fitted(generator: nn.Module, discriminator: nn.Module, latent: int, count: int = HALF) -> dict[str, Any]:
    """slope and offsets (10) of the curve; and on digits it was not fitted on: auc, within classes as the curve sees it, accuracy at
    0.5, and error, the gap between probability and frequency in ten bins."""
    data = Digits("test")
    count = min(count, len(data) // 2)
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(0))[: 2 * count]
    real, _ = data.at(order)
    labels = data.labels[order]
    z = torch.randn(2 * count, latent, generator=torch.Generator().manual_seed(2))
    made = painted(generator, z, labels) * 2 - 1
    own, other = scores(discriminator, real, labels), scores(discriminator, made, labels)
    return {**curve((own, other), labels, CLASSES), "digits": count}


def curve(scores: tuple[Tensor, Tensor], labels: Tensor, classes: int) -> dict[str, Any]:
    """The curve for the scores of real and of made pictures, (2 n,) each, as classes (2 n,): fitted on the first half, told on the rest."""
    count = len(labels) // 2
    own, other = scores
    score, both = torch.cat([own[:count], other[:count]]), torch.cat([labels[:count], labels[:count]])
    answer = torch.cat([torch.ones(count), torch.zeros(count)])
    weights = logistic(terms_of(score, both, classes), answer)
    held = [torch.sigmoid(terms_of(s[count:], labels[count:], classes).double() @ weights) for s in (own, other)]
    guess = torch.cat(held)
    truth = torch.cat([torch.ones(len(held[0])), torch.zeros(len(held[1]))]).double()
    place = (guess * 10).long().clamp(max=9)
    gaps = torch.zeros(10, dtype=torch.float64).index_add_(0, place, truth - guess)
    return {
        "slope": round(float(weights[0]), 6),
        "offsets": [round(float(w), 6) for w in weights[1:]],
        "auc": round(ranked(held[0], held[1]), 4),
        "accuracy": round(float(((guess > 0.5) == (truth > 0.5)).double().mean()), 4),
        "error": round(float(gaps.abs().sum() / len(guess)), 4),
    }
