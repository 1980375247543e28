"""What a measure sees: generated pictures beside real ones, in every form that measures need, made once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganapp.metrics.distance import nearest_others, squared_blocks

Vectors = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Real:
    """What a measure says of real pictures: mean and standard deviation over a few sets as large as the generated one."""

    mean: float
    spread: float

    @staticmethod
    def of(values: Sequence[float]) -> Real:
        """From the values themselves, at least one."""
        return Real(float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else 0.0)

    def below(self, slack: float) -> float:
        """A threshold under the mean, by `slack` or four deviations, whichever is more."""
        return self.mean - max(slack, 4 * self.spread)

    def above(self, slack: float) -> float:
        """A threshold over the mean, by `slack` or four deviations, whichever is more."""
        return self.mean + max(slack, 4 * self.spread)


@dataclass(frozen=True)
class Set:
    """Pictures as numbers: pixels (n, p) of the small pictures in [-1, 1], features (n, d), modes (n,)."""

    pixels: Vectors
    features: Vectors
    modes: NDArray[np.int64]


@dataclass(frozen=True)
class Reference:
    """Real pictures to compare with. frequencies (modes,): how often each mode occurs, adding up to 1; near: the 1 %
    quantile of the pixel distance from a real picture to its nearest neighbour; apart: mean distance of pairs of a mode; training (m, p):
    pixels of the training pictures, to detect copies; closeness: median distance from real pictures to their nearest neighbour in
    `training`."""

    real: Set
    frequencies: Vectors
    near: float
    apart: float
    training: Vectors
    closeness: float

    @staticmethod
    def of(real: Set, frequencies: Vectors, training: Vectors, others: Vectors) -> Reference:
        """From a set of real pictures; `others` are real pictures to be compared with `training`, themselves among it."""
        near = float(np.quantile(nearest_others(real.pixels), 0.01))
        closeness = float(np.median(nearest(others, training, rank=1)))
        return Reference(real, frequencies, near, pairs_apart(real), training, closeness)


@dataclass(frozen=True)
class View:
    """generated: the generated set; reference: the real one; turns (t, modes): shares of the modes at the last diagnoses, oldest first, of
    the generator itself and not its average; certainty: running share of scores on the right side, None without a discriminator;
    copies: whether that set is itself taken from the training pictures (when real ones are measured)."""

    generated: Set
    reference: Reference
    turns: Vectors
    certainty: float | None = None
    copies: bool = False

    def histogram(self) -> Vectors:
        """Shares of the modes among the generated pictures, (modes,)."""
        return shares(self.generated.modes, len(self.reference.frequencies))


def shares(modes: NDArray[np.int64], count: int) -> Vectors:
    """Share of each of `count` modes, (count,)."""
    return np.bincount(modes, minlength=count) / max(1, len(modes))


def pairs_apart(pictures: Set) -> float:
    """Mean distance in pixels of pairs of pictures of the same mode (any pairs where no mode has two); 0 for copies of one."""
    total, count = 0.0, 0
    for mode in np.unique(pictures.modes):
        own = pictures.pixels[pictures.modes == mode]
        if len(own) > 1:
            distances = np.concatenate([np.sqrt(block).ravel() for _, block in squared_blocks(own, own)])
            total, count = total + float(distances.sum()), count + len(own) * (len(own) - 1)
    if count:
        return total / count
    n = len(pictures.pixels)
    return float(sum(np.sqrt(block).sum() for _, block in squared_blocks(pictures.pixels, pictures.pixels)) / (n * (n - 1)))


def nearest(queries: Vectors, training: Vectors, rank: int = 0) -> Vectors:
    """Distance of each query (n, p) to its nearest training vector (m, p), (n,); rank 1 skips one, the query itself."""
    found = torch.cdist(torch.from_numpy(queries), torch.from_numpy(training)).topk(rank + 1, largest=False).values
    distances: Tensor = found[:, rank]
    return np.asarray(distances.numpy())
