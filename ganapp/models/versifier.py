"""What a writer of English stanzas promises: the odds of the next word, and a critic's opinion on every line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from ganapp.models import lexicon, writer
from ganapp.models.about import UNKNOWN, About
from ganapp.models.catalog import Loaded
from ganapp.models.lexicon import Lexicon


@dataclass(frozen=True)
class Versifier:
    """id: what it is called; lexicon: its words; critical: whether it has a critic; values: what was fitted: "critic", the quantiles of its
    scores of real "lines" and "poems", lowest first."""

    id: str
    lexicon: Lexicon
    critical: bool
    _net: Any = field(repr=False)
    _critic: Any = field(default=None, repr=False)
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    about: About = field(default=UNKNOWN, repr=False)

    @torch.no_grad()
    def next(self, tokens: Tensor, where: Tensor, past: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Scores (b, tokens) of what follows tokens (b,) standing at `where` (b, 5), and the past to hand in with what follows."""
        scores, past = self._net.continue_(tokens[:, None], where[:, None], past)
        return scores[:, -1], past

    @torch.no_grad()
    def opinions(self, texts: Tensor, where: Tensor) -> Tensor:
        """The critic's score of every line (b, 4) of texts (b, n), each token standing at `where` (b, n, 5); higher is more real, their
        mean is the stanza's."""
        scores: Tensor = self._critic()(texts, where)
        return scores

    def share(self, score: float, of: str) -> float | None:
        """The share of real "lines" or "poems" that the critic finds less real than `score`, 0 to 1; None where that was not measured."""
        return writer.share(self.values.get("critic"), score, of)


def of_folder(loaded: Loaded) -> Versifier:
    """The promise of a model folder."""
    known = lexicon.of(loaded.description.values.get("lexicon"), f"{loaded.id}/config.json")
    return Versifier(loaded.id, known, *writer.parts(loaded))
