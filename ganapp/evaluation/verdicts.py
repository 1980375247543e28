"""Features and logits that a classifier gives to sets of digits, and sets of digits drawn by a generator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ganapp.models.sampler import Call as Draw
from ganapp.training.data.digits_data import Digits
from ganapp.training.data.sizes import framed

BATCH, SIDE = 500, 32


class Judging(Protocol):
    """A classifier, or its net while it is trained: features of pictures, scores of features."""

    @property
    def features(self) -> Callable[[Tensor], Tensor]: ...  # noqa: D102
    @property
    def head(self) -> Callable[[Tensor], Tensor]: ...  # noqa: D102


@dataclass(frozen=True)
class Verdicts:
    """features (n, d) and logits (n, classes) of the judge, float32, and the labels (n,) that were meant."""

    features: NDArray[np.float32]
    logits: NDArray[np.float32]
    labels: NDArray[np.int64]


class GeneratedDigits(Digits):
    """Generated digits in place of real ones: pictures (n, 1, 32, 32) uint8, 0 background to 255 ink, labels (n,) int64."""

    def __init__(self, pictures: Tensor, labels: Tensor) -> None:
        self.pictures, self.labels = pictures, labels

    def at(self, index: Tensor) -> tuple[Tensor, Tensor]:
        """As `Digits.at`, without padding."""
        return self.pictures[index].float() / 127.5 - 1.0, functional.one_hot(self.labels[index], 10).float()


@torch.no_grad()
def generate(draw: Draw, z: Tensor, labels: Tensor) -> GeneratedDigits:
    """The generator's digits for latents z (n, latent) and labels (n,), rounded to 8 bits as every picture that is shown or saved, and
    framed to the judge's 32 px where the generator's are smaller."""
    pictures = []
    for start in range(0, len(z), BATCH):
        part, labels_part = z[start : start + BATCH], labels[start : start + BATCH]
        x = draw(part, functional.one_hot(labels_part, 10).float())  # (b, 1, size, size)
        x = framed(x, SIDE)  # (b, 1, 32, 32)
        pictures.append(((x + 1) * 127.5).round().clamp(0, 255).to(torch.uint8))
    return GeneratedDigits(torch.cat(pictures), labels)


@torch.no_grad()
def judged(judge: Judging, digits: Digits, index: Tensor | None = None) -> Verdicts:
    """The judge's verdicts on the digits at `index` (all when None)."""
    chosen = torch.arange(len(digits)) if index is None else index
    features, logits = [], []
    for start in range(0, len(chosen), BATCH):
        features.append(judge.features(digits.at(chosen[start : start + BATCH])[0]))
        logits.append(judge.head(features[-1]))
    return Verdicts(torch.cat(features).numpy(), torch.cat(logits).numpy(), digits.labels[chosen].numpy())


def ink(digits: Digits, index: Tensor) -> NDArray[np.uint8]:
    """The digits at `index` as (n, 32, 32) uint8, 0 background to 255 ink."""
    pictures = digits.pictures[index, 0]
    edge = (32 - pictures.shape[-1]) // 2
    return functional.pad(pictures, (edge, edge, edge, edge)).numpy()
