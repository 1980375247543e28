"""English stanzas as the recipe `stanzas` sees them: rows of tokens, and beside each token where it stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ganapp.base import paths
from ganapp.models.lexicon import SCHEMES, Lexicon
from ganapp.writing import metre
from ganapp.writing import stanzas as corpus
from ganapp.writing.metre import ANY, FRONT, LINES, LONGEST, Stand
from ganapp.writing.stanzas import Stanza

SHIPPED, OTHER = "stanzas", "other stanzas"  # what a model's config.json says of its data
GIVEN = 0.25  # share of the rows in which first letters are asked for; of these, half ask for all four
LENGTH = FRONT + LONGEST


class Stanzas:
    """Stanzas of one split in memory. tokens: (n, 60) int64, `end` where a row is over; where: (n, 60, 5) after each token, no letter asked
    for; firsts: (n, 4) the first letters of the lines; sizes: (n,) tokens of each row; words: (n,) words of each."""

    def __init__(self, stanzas: Sequence[Stanza], known: Lexicon) -> None:
        self.known = known
        texts = [metre.written(stanza.lines, known) for stanza in stanzas]
        fit = [(stanza, text) for stanza, text in zip(stanzas, texts, strict=True) if len(text) <= LONGEST]
        rows = np.full((len(fit), LENGTH), known.end, np.int64)
        for row, (stanza, text) in zip(rows, fit, strict=True):
            row[: FRONT + len(text)] = [known.start, known.metre(stanza.metre), known.scheme(stanza.scheme), *text]
        firsts = [[_letter(line, known) for line in stanza.lines] for stanza, _ in fit]
        stand = Stand(known, np.full((len(fit), LINES), ANY))
        seen = [stand.where(), stand.where()]
        stand.choose(rows[:, 1] - known.metre(0), rows[:, 2] - known.scheme(0))
        seen.append(stand.where())
        for place in range(FRONT, LENGTH):
            stand.push(rows[:, place])
            seen.append(stand.where())
        self.tokens = torch.from_numpy(rows)
        self.where = torch.from_numpy(np.stack(seen, axis=1)).to(torch.int16)
        self.firsts = torch.tensor(firsts, dtype=torch.long).view(-1, LINES)
        self.sizes = torch.tensor([FRONT + len(text) for _, text in fit])
        self.words = (self.tokens < len(known)).sum(1)
        self.rhymed = self.tokens[:, 2] != known.scheme(SCHEMES.index("free"))

    def __len__(self) -> int:
        return len(self.tokens)

    def at(self, index: Tensor, given: float = GIVEN) -> tuple[Tensor, Tensor, Tensor]:
        """Rows (b, n), where (b, n, 5) and sizes (b,), n the longest. Uses torch's random numbers for `given`, the share of rows that say
        their first letters."""
        sizes = self.sizes[index]
        n = int(sizes.max())
        where = self.where[index, :n].long()
        where[:, :, 4] = _asked(self.firsts[index], where[:, :, 0], given)
        return self.tokens[index, :n], where, sizes


def _letter(line: Sequence[int], known: Lexicon) -> int:
    return next((known.letters[token] for token in line if token < len(known)), ANY)


def _asked(firsts: Tensor, line: Tensor, share: float) -> Tensor:
    """The first letter asked for at each place (b, n), by the line it stands in."""
    letters = torch.full_like(firsts, ANY)
    if share:
        asking, all_four = torch.rand(len(firsts), 1) < share, torch.rand(len(firsts), 1) < 0.5
        letters = torch.where(asking & (all_four | (torch.rand(firsts.shape) < 0.5)), firsts, ANY)
    return torch.nn.functional.pad(letters, (0, 1), value=ANY).gather(1, line)


def load(source: str = "") -> tuple[Stanzas, Stanzas]:
    """Stanzas to learn from, and rhymed ones to choose by: the shipped ones for "", or those of a folder that scripts/stanzas.py wrote."""
    place = paths.pictures(source) if source else corpus.folder()
    known = corpus.lexicon_of(place)
    train, dev = (corpus.of_folder(place, known, split) for split in ("train", "dev"))
    return Stanzas(train, known), Stanzas(corpus.with_scheme(dev), known)
