"""Words as sums of what they are composed of: of a syllable its initial, its final and its tone, each with numbers of its own.

What a net learns of a part it knows of every word that has it, so that few recordings of each teach many.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Composed(nn.Module):
    """Weights of words (b, words) -> (b, out): by a table (words, parts), which says what each word is composed of."""

    table: Tensor

    def __init__(self, words: int, parts: int, out: int) -> None:
        super().__init__()
        self.register_buffer("table", torch.zeros(words, parts))
        self.part = nn.Linear(parts, out, bias=False)
        nn.init.normal_(self.part.weight)

    def forward(self, words: Tensor) -> Tensor:
        told: Tensor = self.part(words @ self.table)
        return told


def words(count: int, parts: int, out: int) -> nn.Module:
    """What turns weights of words (b, count) into (b, out): every word for itself where there are no parts."""
    return Composed(count, parts, out) if parts else nn.Linear(count, out, bias=False)
