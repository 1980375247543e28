"""What a classifier promises: it says which class a picture shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from ganapp.models import about
from ganapp.models.about import UNKNOWN, About
from ganapp.models.catalog import Loaded


@dataclass(frozen=True)
class Classifier:
    """A model that names classes. id: what it is called; classes: how many; pictures are (n, channels, size, size) in [-1, 1], slopes go
    through. names: of the classes, () where they are their numbers."""

    id: str
    size: int
    classes: int
    _net: Any = field(repr=False)
    about: About = field(default=UNKNOWN, repr=False)
    names: tuple[str, ...] = ()

    def __call__(self, x: Tensor) -> Tensor:
        """Scores (n, classes) before the softmax."""
        scores: Tensor = self._net(x)
        return scores

    def features(self, x: Tensor) -> Tensor:
        """What it sees in them, (n, features)."""
        seen: Tensor = self._net.features(x)
        return seen

    def head(self, features: Tensor) -> Tensor:
        """Scores (n, classes) of what it saw, (n, features)."""
        scores: Tensor = self._net.head(features)
        return scores


def of_folder(loaded: Loaded) -> Classifier:
    """The promise of a model folder."""
    net: Any = loaded.net()
    words = loaded.description.values.get("words")
    names = tuple(map(str, words)) if isinstance(words, list) else ()
    return Classifier(loaded.id, net.config.size, net.config.classes, net, about.of_folder(loaded), names)
