"""Quatrains as the recipe `verse` sees them: rows of tokens with what was asked for in front."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ganapp.base import paths
from ganapp.models.alphabet import FORMS, Alphabet
from ganapp.writing import corpus, prosody

SHIPPED, OWN = "quatrains", "own poems"  # what a model's config.json says of its data
GIVEN = 0.25  # share of the rows in which first characters are asked for; of these, half ask for all four
HELD_OUT = 10  # of a reader's own poems every tenth is kept for measuring


class Poems:
    """Poems of one split in memory: tokens (n, 28), form and rhyme (n, 2), all int64."""

    def __init__(self, poems: Sequence[Sequence[int]], alphabet: Alphabet) -> None:
        self.alphabet = alphabet
        self.poems = torch.tensor(poems, dtype=torch.long).view(-1, prosody.LENGTH)
        asked = [(prosody.form_of(poem, alphabet), alphabet.rhyme[poem[-1]]) for poem in poems]
        self.condition = torch.tensor(asked, dtype=torch.long).view(-1, 2)

    def __len__(self) -> int:
        return len(self.poems)

    def at(self, index: Tensor, given: float = GIVEN) -> tuple[Tensor, Tensor]:
        """Rows (b, 34) of first characters, form, rhyme and poem, and the conditions (b, 2). Uses torch's random numbers for `given`, the
        share of rows that say their first characters."""
        poems, condition = self.poems[index], self.condition[index]
        return rows(poems, condition, self.alphabet, _chosen(len(poems), given)), condition


def _chosen(b: int, share: float) -> Tensor:
    """Which first characters are asked for, (b, 4) of truths."""
    if not share:
        return torch.zeros(b, prosody.LINES, dtype=torch.bool)
    asking, all_four = torch.rand(b, 1) < share, torch.rand(b, 1) < 0.5
    return asking & (all_four | (torch.rand(b, prosody.LINES) < 0.5))


def rows(poems: Tensor, condition: Tensor, alphabet: Alphabet, chosen: Tensor) -> Tensor:
    """Whole rows (b, 34) of poems (b, 28) with their conditions (b, 2) and the first characters that `chosen` (b, 4) lets be seen."""
    first = torch.where(chosen, poems[:, :: prosody.COLUMNS], alphabet.any)
    start = alphabet.form(0)
    kind = torch.stack([condition[:, 0] + start, condition[:, 1] + start + len(FORMS)], dim=1)
    return torch.cat([first, kind, poems], dim=1)


def load(source: str) -> tuple[Poems, Poems]:
    """Poems to learn from and poems to measure by: the shipped ones for "", or those of a reader's file ("upload:..." or a path)."""
    known = corpus.shipped_alphabet()
    if not source:
        return Poems(corpus.poems("train"), known), Poems(corpus.poems("dev"), known)
    place = paths.pictures(source)
    files = sorted(path for path in place.iterdir() if path.is_file()) if place.is_dir() else [place]
    own = [poem for file in files for poem in corpus.of_file(file)]
    learned = [poem for number, poem in enumerate(own) if number % HELD_OUT]
    return Poems(learned, known), Poems(own[::HELD_OUT], known)
