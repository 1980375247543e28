"""Composing a quatrain: what a reader asked for is put in, all else is drawn from the writer's odds, and the critic orders the drafts.

Every draw is a function of seed, draft and place, so that a link restores a poem.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.models.alphabet import EITHER, FORMS, LEVEL, Alphabet
from ganapp.models.writer import Writer
from ganapp.writing import corpus, prosody
from ganapp.writing.prosody import COLUMNS, LENGTH, LINES

ENDS = tuple(range(COLUMNS - 1, LENGTH, COLUMNS))


@dataclass(frozen=True)
class Wish:
    """heads: the first character of each line, None where it is free; first: line 1, () where it is free; form, rhyme: numbers, None where
    they are free; temperature: above 0, 1 as learned; drafts: how many; seed; strict: whether tones and rhyme are kept by force."""

    heads: tuple[int | None, ...] = (None,) * LINES
    first: tuple[int, ...] = ()
    form: int | None = None
    rhyme: int | None = None
    temperature: float = 0.8
    drafts: int = 16
    seed: int = 1
    strict: bool = False


class Scored:
    """A text of which a critic has scored every line."""

    scores: tuple[float, ...]

    @property
    def score(self) -> float:
        """Of the whole text."""
        return sum(self.scores) / max(1, len(self.scores))


@dataclass(frozen=True)
class Draft(Scored):
    """A poem (28 tokens), its form and rhyme as they were chosen before it, and the critic's scores of its lines, () without a critic."""

    poem: tuple[int, ...]
    form: int
    rhyme: int
    scores: tuple[float, ...] = ()


def uniform(seed: int, drafts: int, place: int) -> np.ndarray:
    """Numbers in [0, 1), one a draft, for a place (murmur3's finaliser)."""
    with np.errstate(over="ignore"):
        h = (
            np.uint32(seed)
            ^ (np.arange(1, drafts + 1, dtype=np.uint32) * np.uint32(0x9E3779B1))
            ^ np.uint32((place + 1) * 0x85EBCA6B % 2**32)
        )
        h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        return (h ^ (h >> np.uint32(16))) / np.float64(2**32)


def drawn(scores: Tensor, allowed: Tensor, temperature: float, numbers: np.ndarray) -> Tensor:
    """Tokens (b,) drawn from scores (b, tokens) where `allowed` (tokens,) or (b, tokens), by numbers (b,) in [0, 1)."""
    odds = scores.masked_fill(~allowed, -torch.inf).div(temperature).softmax(1).double().cumsum(1)
    goals = torch.from_numpy(numbers)[:, None] * odds[:, -1:]
    return torch.searchsorted(odds, goals, right=True).squeeze(1).clamp(max=scores.shape[1] - 1)


def checked(wish: Wish, known: Alphabet) -> Wish:
    """The wish, with what a first line settles. UserError for a first line that does not begin as its first character says."""
    if not wish.first:
        return wish
    if wish.heads[0] not in (None, wish.first[0]):
        raise UserError("first_line_begins", wanted=known.text([wish.heads[0] or 0]), begins=known.text([wish.first[0]]))
    form, rhyme = prosody.form_of(wish.first, known), known.rhyme[wish.first[-1]]
    if form % 2 and wish.rhyme not in (None, rhyme):
        form -= 1  # its last word is level, but another rhyme was asked for
    return replace(wish, heads=(wish.first[0], *wish.heads[1:]), form=form, rhyme=rhyme if form % 2 else wish.rhyme)


class _Masks:
    """Which characters may stand where, when rules are kept by force."""

    def __init__(self, known: Alphabet, tokens: int) -> None:
        self.tones, self.rhymes = torch.tensor(known.tones), torch.tensor(known.rhyme)
        self.free = torch.arange(tokens) < len(known)
        self.tokens = tokens

    def at(self, place: int, form: Tensor, rhyme: Tensor) -> Tensor:
        """(b, tokens) for drafts of form and rhyme (b,)."""
        line, column = divmod(place, COLUMNS)
        wanted = torch.tensor([pattern[line][column] for pattern in map(prosody.pattern, range(len(FORMS)))])[form][:, None]
        fits = (wanted == EITHER) | (self.tones == wanted) | (self.tones == EITHER)  # (b, signs)
        if column == COLUMNS - 1:
            rhyming = (wanted == LEVEL) & torch.ones_like(fits)
            fits &= torch.where(rhyming, (self.rhymes == rhyme[:, None]) & (self.tones == LEVEL), fits)
        return torch.nn.functional.pad(fits, (0, self.tokens - fits.shape[1]))


def drafts(writer: Writer, wish: Wish) -> list[Draft]:
    """The drafts that a wish gives, in the order they were drawn, not judged yet."""
    known, wish = writer.alphabet, checked(wish, writer.alphabet)
    b = wish.drafts
    front = [known.any if head is None else head for head in (wish.heads if not wish.first else (None, *wish.heads[1:]))]
    tokens = torch.tensor(front).expand(b, LINES)
    condition = torch.zeros(b, 2, dtype=torch.long)
    past = None
    for number, (given, start, size) in enumerate(
        ((wish.form, known.form(0), len(FORMS)), (wish.rhyme, known.rhyme_token(0), len(known.rhymes)))
    ):
        scores, past = writer.next(tokens, condition, past)
        places = torch.arange(scores.shape[1])
        allowed = (places >= start) & (places < start + size)
        chosen = drawn(scores, allowed, 1.0, uniform(wish.seed, b, number)) if given is None else torch.full((b,), start + given)
        condition[:, number] = chosen - start
        tokens = chosen[:, None]
    masks = _Masks(known, scores.shape[1])
    poem: list[Tensor] = []
    for place in range(LENGTH):
        scores, past = writer.next(tokens, condition, past)
        line, column = divmod(place, COLUMNS)
        given = wish.first[place] if place < len(wish.first) else wish.heads[line] if column == 0 else None
        if given is None:
            allowed = masks.at(place, condition[:, 0], condition[:, 1]) if wish.strict else masks.free
            chosen = drawn(scores, allowed, wish.temperature, uniform(wish.seed, b, place + 2))
        else:
            chosen = torch.full((b,), given)
        poem.append(chosen)
        tokens = chosen[:, None]
    rows = torch.stack(poem, dim=1).tolist()
    return [Draft(tuple(row), *asked) for row, asked in zip(rows, condition.tolist(), strict=True)]


def ranked(writer: Writer, found: Sequence[Draft]) -> list[Draft]:
    """The drafts with the critic's scores, the most real first; as they are for a writer without a critic."""
    if not writer.critical:
        return list(found)
    scores = writer.opinions(torch.tensor([draft.poem for draft in found])).tolist()
    judged = [replace(draft, scores=tuple(rows)) for draft, rows in zip(found, scores, strict=True)]
    return sorted(judged, key=lambda draft: -draft.score)


@cache
def _learned() -> np.ndarray:
    """All lines that training saw, (n, 7)."""
    return np.array(corpus.poems("train"), np.int16).reshape(-1, COLUMNS)


def nearest(line: Sequence[int]) -> tuple[tuple[int, ...], int]:
    """The line of the training poems that has most characters of `line` in their places, and how many, 0 to 7."""
    same = (_learned() == np.array(line, np.int16)).sum(1)
    best = int(same.argmax())
    return tuple(_learned()[best].tolist()), int(same[best])
