"""What a writer of verse promises: the odds of the next character, and a critic's opinion on every line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from ganapp.models import about, alphabet
from ganapp.models.about import UNKNOWN, About
from ganapp.models.alphabet import Alphabet
from ganapp.models.catalog import Loaded


@dataclass(frozen=True)
class Writer:
    """A model that writes quatrains of seven. id: what it is called; alphabet: its characters; critical: whether it has a critic; values:
    what was fitted: "critic", the quantiles of its scores of real "lines" and "poems", lowest first."""

    id: str
    alphabet: Alphabet
    critical: bool
    _net: Any = field(repr=False)
    _critic: Any = field(default=None, repr=False)
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    about: About = field(default=UNKNOWN, repr=False)

    @torch.no_grad()
    def next(self, tokens: Tensor, condition: Tensor, past: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Scores (b, tokens) of what follows tokens (b, n) under form and rhyme (b, 2), and the past to hand in with what follows."""
        scores, past = self._net.continue_(tokens, condition, past)
        return scores[:, -1], past

    @torch.no_grad()
    def opinions(self, poems: Tensor) -> Tensor:
        """The critic's score of every line (b, 4) of poems (b, 28), higher is more real; their mean is the poem's."""
        scores: Tensor = self._critic().of_lines(poems)
        return scores

    def share(self, score: float, of: str) -> float | None:
        """The share of real "lines" or "poems" that the critic finds less real than `score`, 0 to 1; None where that was not measured."""
        return share(self.values.get("critic"), score, of)


def share(known: Any, score: float, of: str) -> float | None:
    """The share of what `known`, quantiles by name, holds of real texts that lies below `score`; None where it does not say."""
    marks: list[float] = known.get(of, []) if isinstance(known, dict) else []
    if len(marks) < 2:
        return None
    below = sum(mark < score for mark in marks)
    if below in (0, len(marks)):
        return below / len(marks)
    low, high = marks[below - 1], marks[below]
    return (below - 1 + (score - low) / max(high - low, 1e-9)) / (len(marks) - 1)


def parts(loaded: Loaded) -> tuple[bool, Any, Any, Mapping[str, Any], About]:
    """What a promise to write is made of, beside its name and what it knows: critical, net, critic, values, about."""
    description = loaded.description
    critical = "critic" in description.parts
    return critical, loaded.net(), (lambda: loaded.net("critic")) if critical else None, description.values, about.of_folder(loaded)


def of_folder(loaded: Loaded) -> Writer:
    """The promise of a model folder."""
    known = alphabet.of(loaded.description.values.get("alphabet"), f"{loaded.id}/config.json")
    return Writer(loaded.id, known, *parts(loaded))
