"""What a ranker of replies promises: how well replies answer what was said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from ganapp.models import about
from ganapp.models.about import UNKNOWN, About
from ganapp.models.catalog import Loaded


@dataclass(frozen=True)
class Replier:
    """id: what it is called; buckets: numbers that the grams of a text are given as, (n, most) int64 from 1, 0 for what fills up."""

    id: str
    buckets: int
    _net: Any = field(repr=False)
    about: About = field(default=UNKNOWN, repr=False)

    @torch.no_grad()
    def score(self, said: Tensor, replies: Tensor) -> Tensor:
        """How well each of m replies answers each of n turns: (n, m), higher is better."""
        scores: Tensor = self._net.compare(self._net.read(said), self._net.read(replies))
        return scores

    @torch.no_grad()
    def alike(self, said: Tensor, others: Tensor) -> Tensor:
        """How alike n turns and m other turns are in their grams, the rare ones counting more: (n, m), 0 to 1."""
        return self._net.read(said)[0] @ self._net.read(others)[0].T  # type: ignore[no-any-return]


def of_folder(loaded: Loaded) -> Replier:
    """The promise of a model folder."""
    net: Any = loaded.net()
    return Replier(loaded.id, net.config.buckets, net, about.of_folder(loaded))
