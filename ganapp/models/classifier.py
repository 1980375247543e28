"""What a classifier promises: it says which class a picture shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from ganapp.machine import devices
from ganapp.models import catalog


@dataclass(frozen=True)
class Classifier:
    """A model that names classes. id: what it is called; pictures are (n, channels, size, size) in [-1, 1], slopes go through."""

    id: str
    _net: Any = field(repr=False)

    def __call__(self, x: Tensor) -> Tensor:
        """Scores (n, classes) before the softmax."""
        scores: Tensor = self._net(x)
        return scores

    def features(self, x: Tensor) -> Tensor:
        """What it sees in them, (n, features)."""
        seen: Tensor = self._net.features(x)
        return seen


def load(model: str) -> Classifier:
    """See models.load."""
    devices.limit_threads()
    return Classifier(model, catalog.load(model, "classify").net())
