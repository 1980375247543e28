"""Who says what a picture shows, and in what numbers pictures are compared, for any data set.

Where a judge knows the data its verdicts are the modes and its features the numbers. Elsewhere the numbers are the principal
components of small pictures, and the modes are the classes of the nearest real pictures, or, without classes, the cells of
k-means among them (the bins of Richardson & Weiss 2018, "On GANs and GMMs").
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.models.classifier import Classifier
from ganapp.training.data.sets import Pictures
from ganapp.training.data.sizes import framed, resized_square

SIDE, COMPONENTS, CELLS, NEIGHBOURS, FITTED = 16, 48, 20, 5, 2000
BATCH = 250


class Witness(Protocol):
    """modes: how many kinds of pictures there can be."""

    modes: int

    def look(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Features (n, d) float32 and modes (n,) int64 of pictures x (n, c, h, w) in [-1, 1]."""


class Judged:
    """A shipped classifier; of stacked pictures it names each channel's digit, and the mode is the number they make."""

    def __init__(self, judge: Classifier, stacked: bool) -> None:
        self.judge, self.stacked = judge, stacked
        self.modes = judge.classes ** (3 if stacked else 1)

    @torch.no_grad()
    def look(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """See `Witness`."""
        layers = torch.split(x, 1, 1) if self.stacked else (x.mean(1, keepdim=True),)
        features, mode = [], torch.zeros(len(x), dtype=torch.long)
        for layer in layers:
            small = framed(layer, self.judge.size)
            seen = torch.cat([self.judge.features(part) for part in torch.split(small, BATCH)])
            features.append(seen)
            mode = mode * self.judge.classes + self.judge.head(seen).argmax(1)
        return torch.cat(features, 1), mode


class Plain:
    """Principal components of pictures of 16 x 16, and the classes or cells of real ones. `data` is what it learns them from."""

    def __init__(self, data: Pictures, random: torch.Generator) -> None:
        index = torch.randperm(len(data), generator=random)[:FITTED]
        flat = self._flat(data.at(index)[0])  # (m, c * 256)
        self.mean = flat.mean(0)
        _, _, rows = torch.linalg.svd(flat - self.mean, full_matrices=False)
        self.axes = rows[:COMPONENTS].T  # (c * 256, components)
        self.known = self._project(flat)
        if data.labels is not None:
            self.labels, self.modes, self.neighbours = data.labels[index], len(data.classes), NEIGHBOURS
        else:
            self.known = cells(self.known, min(CELLS, max(2, len(flat) // 10)), random)
            self.labels, self.modes, self.neighbours = torch.arange(len(self.known)), len(self.known), 1

    @staticmethod
    def _flat(x: Tensor) -> Tensor:
        return resized_square(x, SIDE).flatten(1)

    def _project(self, flat: Tensor) -> Tensor:
        projected: Tensor = (flat - self.mean) @ self.axes
        return projected

    def look(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """See `Witness`."""
        features = self._project(self._flat(x))
        nearest = torch.cdist(features, self.known).topk(self.neighbours, largest=False).indices  # (n, k)
        return features, self.labels[nearest].mode(1).values


def cells(points: Tensor, count: int, random: torch.Generator, rounds: int = 20) -> Tensor:
    """Centres (count, d) of `count` cells of points (n, d): Lloyd's k-means from random points."""
    centres = points[torch.randperm(len(points), generator=random)[:count]].clone()
    for _ in range(rounds):
        place = torch.cdist(points, centres).argmin(1)
        sums = torch.zeros_like(centres).index_add_(0, place, points)
        held = place.bincount(minlength=count)
        centres = torch.where(held[:, None] > 0, sums / held.clamp_min(1)[:, None], centres)
    return centres


def witness(data: Pictures, random: torch.Generator) -> Witness:
    """The best witness for a data set: its judge where there is one and it can be loaded."""
    if data.judge:
        try:
            judge = models.load(data.judge, "classify")
        except UserError:
            if data.stacked:  # nothing else can tell a thousand modes apart
                raise
        else:
            return Judged(judge, data.stacked)
    return Plain(data, random)
