"""Composing an English stanza: what a reader asked for is put in, all else is drawn from the writer's odds, and the critic orders the
drafts. As writing/compose.py does it for quatrains: every draw is a function of seed, draft and place, so that a link restores a stanza."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.models.lexicon import LETTERS, METRES, SCHEMES, Lexicon
from ganapp.models.versifier import Versifier
from ganapp.writing import metre, stanzas
from ganapp.writing.compose import Scored, drawn, uniform
from ganapp.writing.metre import ANY, LINES, LONGEST, SYLLABLES, Stand

FREE = SCHEMES.index("free")


@dataclass(frozen=True)
class Wish:
    """letters: the first letter of each line, ANY where it is free; first: line 1 as tokens, () where it is free; close: the last word of
    line 1, None where it is free; metre, scheme: numbers, None where they are free (without a wish it rhymes); temperature: above 0, 1 as
    learned; drafts: how many; seed; strict: whether metre and rhyme are kept by force."""

    letters: tuple[int, ...] = (ANY,) * LINES
    first: tuple[int, ...] = ()
    close: int | None = None
    metre: int | None = None
    scheme: int | None = None
    temperature: float = 0.8
    drafts: int = 16
    seed: int = 1
    strict: bool = False


@dataclass(frozen=True)
class Draft(Scored):
    """lines: four, as they are read; metre, scheme: as they were chosen before it; where: what the critic is told of each token of `text`;
    scores: of the lines, () without a critic."""

    lines: tuple[tuple[int, ...], ...]
    metre: int
    scheme: int
    scores: tuple[float, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether all four lines are there."""
        return all(self.lines)


class Masks:
    """Which tokens may follow. Where a first letter is asked for, syllables are counted, so that the last word drawn, which is the first of
    the line, can have it; with `strict` all lines are counted, stresses must fall on strong places and rhymes must be full."""

    def __init__(self, known: Lexicon, strict: bool) -> None:
        self.known, self.strict = known, strict
        n = len(known)
        self.long = torch.tensor([len(stress) for stress in known.stress])
        self.letter = torch.tensor(known.letters)
        self.rhyme, self.onset = torch.tensor(known.rhyme), torch.tensor(known.onset)
        self.shortest = [int(self.long[self.letter == letter].min()) if (self.letter == letter).any() else 0 for letter in range(ANY)]
        self.steady = self._steady()
        self.mark = torch.arange(known.size).ge(n) & torch.arange(known.size).lt(known.end)
        self.said = torch.arange(known.size) <= known.end
        onsets: dict[int, set[int]] = {}
        for rhyme, onset in zip(known.rhyme, known.onset, strict=True):
            onsets.setdefault(rhyme, set()).add(onset)
        self.rhymable = torch.tensor([rhyme < known.rhymes and len(onsets[rhyme]) > 1 for rhyme in known.rhyme])

    def _steady(self) -> Tensor:
        """(2, 2, words): whether a word's stresses are iambic where it begins on an even place, or an odd one; first anywhere in a line,
        then at its very beginning, where the first foot may be turned."""

        def fits(stress: str, odd: int, turned: bool) -> bool:
            return all(sign != "1" or (k + odd) % 2 == 1 or (k + odd == 0 and turned) for k, sign in enumerate(stress))

        rows = [[[fits(stress, odd, turned) for stress in self.known.stress] for odd in (0, 1)] for turned in (False, True)]
        return torch.tensor(rows) | (self.long == 1)

    def at(self, stand: Stand, before: np.ndarray) -> Tensor:
        """(b, tokens) for drafts that stand there, before: (b,) the tokens that came last."""
        known, n = self.known, len(self.known)
        allowed = self.said.expand(len(before), -1).clone()
        closed = torch.from_numpy((before >= n) & (before < known.end))  # no mark beside a mark
        allowed &= ~(closed[:, None] & self.mark)
        taken, wanted = torch.from_numpy(stand.taken), torch.from_numpy(stand.wanted)
        allowed[:, known.end] &= taken > 0
        lines = np.minimum(stand.line, LINES - 1)
        letters = torch.from_numpy(stand.letters[np.arange(len(lines)), lines])
        counted = (letters != ANY) | self.strict
        if not bool(counted.any()):
            return allowed
        rest = wanted - taken  # (b,)
        left = rest[:, None] - self.long  # (b, words): syllables after the word
        asked = letters != ANY
        least = torch.tensor([*self.shortest, 1])[letters]
        fits = (left == 0) & (~asked[:, None] | (self.letter == letters[:, None])) | (left >= least[:, None])
        if self.strict:
            steady = torch.where(left == 0, self.steady[1][0], torch.where(left % 2 == 1, self.steady[0][1], self.steady[0][0]))
            both = fits & steady & self._rhyming(stand, taken)
            fits = torch.where(both.any(1, keepdim=True), both, fits)
        allowed[:, :n] &= ~counted[:, None] | fits
        allowed[:, known.end] &= ~counted | (rest <= 0)
        over = counted & (rest <= 0)
        allowed[over] = torch.arange(known.size) == known.end
        return allowed

    def _rhyming(self, stand: Stand, taken: Tensor) -> Tensor:
        """(b, words): what may close a line; all where it is closed."""
        partner = torch.from_numpy(stand.partner)
        word = partner.clamp(min=0)
        with_ = (self.rhyme == self.rhyme[word][:, None]) & (self.onset != self.onset[word][:, None])
        return (taken > 0)[:, None] | torch.where(
            (partner >= 0)[:, None], with_, self.rhymable | (torch.from_numpy(stand.scheme) == FREE)[:, None]
        )


@cache
def _masks(known: Lexicon, strict: bool) -> Masks:
    return Masks(known, strict)


def checked(wish: Wish, known: Lexicon) -> Wish:
    """The wish, with what a first line settles. UserError for a first line that does not begin as its letter says, and for a letter that no
    word begins with."""
    for letter in wish.letters:
        if letter != ANY and letter not in known.letters:
            raise UserError("letter_without_word", letter=LETTERS[letter].upper())
    if not wish.first:
        return wish
    begins = known.letters[next(token for token in wish.first if token < len(known))]
    if wish.letters[0] not in (ANY, begins):
        raise UserError("first_line_letter", wanted=LETTERS[wish.letters[0]].upper(), begins=LETTERS[begins].upper())
    long = len(metre.stresses(wish.first, known))
    fitting = [number for number, row in enumerate(SYLLABLES) if row[0] == long]
    settled = wish.metre if wish.metre is not None or not fitting else fitting[wish.seed % len(fitting)]
    return replace(wish, metre=settled)


def drafts(writer: Versifier, wish: Wish) -> list[Draft]:
    """The drafts that a wish gives, in the order they were drawn, not judged yet."""
    known, wish = writer.lexicon, checked(wish, writer.lexicon)
    b, masks = wish.drafts, _masks(known, wish.strict)
    stand = Stand(known, np.tile(np.array(wish.letters), (b, 1)))
    tokens, past, kind = torch.full((b,), known.start), None, []
    for number, (given, start, count) in enumerate(((wish.metre, known.metre(0), len(METRES)), (wish.scheme, known.scheme(0), FREE))):
        scores, past = writer.next(tokens, torch.from_numpy(stand.where()), past)
        places = torch.arange(scores.shape[1])
        allowed = (places >= start) & (places < start + count)
        tokens = drawn(scores, allowed, 1.0, uniform(wish.seed, b, number)) if given is None else torch.full((b,), start + given)
        kind.append(tokens.numpy() - start)
    stand.choose(*kind)
    given_line = [*reversed(wish.first), known.end] if wish.first else [] if wish.close is None else [wish.close]
    rows: list[np.ndarray] = []
    while len(rows) < LONGEST and (stand.line < LINES).any():
        place = len(rows)
        scores, past = writer.next(tokens, torch.from_numpy(stand.where()), past)
        if place < len(given_line):
            tokens = torch.full((b,), given_line[place])
        else:
            allowed = masks.at(stand, tokens.numpy())
            chosen = drawn(scores, allowed, wish.temperature, uniform(wish.seed, b, place + 2))
            tokens = torch.where(torch.from_numpy(stand.line < LINES), chosen, known.end)
        rows.append(tokens.numpy())
        stand.push(rows[-1])
    texts = np.stack(rows, axis=1)
    return [Draft(_lines(text, known), int(m), int(s)) for text, m, s in zip(texts, *kind, strict=True)]


def _lines(text: np.ndarray, known: Lexicon) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(line) for line in metre.lines(text.tolist(), known))


def told(found: Sequence[Draft], known: Lexicon) -> tuple[Tensor, Tensor]:
    """Texts (b, n) of drafts and where each of their tokens stands (b, n, 5), as the critic reads them."""
    texts = [metre.written(draft.lines, known)[:LONGEST] for draft in found]
    longest = max(map(len, texts))
    rows = np.array([text + [known.end] * (longest - len(text)) for text in texts])
    stand = Stand(known, np.full((len(rows), LINES), ANY))
    stand.choose(np.array([draft.metre for draft in found]), np.array([draft.scheme for draft in found]))
    seen = []
    for place in range(longest):
        seen.append(stand.where())
        stand.push(rows[:, place])
    return torch.from_numpy(rows), torch.from_numpy(np.stack(seen, axis=1))


def ranked(writer: Versifier, found: Sequence[Draft]) -> list[Draft]:
    """The drafts with the critic's scores, the most real first, those that broke off last; as they are for a writer without a critic."""
    if not writer.critical:
        return sorted(found, key=lambda draft: not draft.whole)
    scores = writer.opinions(*told(found, writer.lexicon)).tolist()
    judged = [replace(draft, scores=tuple(rows)) for draft, rows in zip(found, scores, strict=True)]
    return sorted(judged, key=lambda draft: (not draft.whole, -draft.score))


@dataclass(frozen=True)
class _Read:
    """All lines that training saw. lines; starts, numbers: of each word the lines that hold it are numbers[starts[word]:starts[word + 1]];
    sizes: different words of each line."""

    lines: list[tuple[int, ...]]
    starts: np.ndarray
    numbers: np.ndarray
    sizes: np.ndarray


@cache
def _read() -> _Read:
    known = stanzas.shipped_lexicon()
    lines = [line for stanza in stanzas.poems("train") for line in stanza.lines]
    tokens = np.array([token for line in lines for token in line])
    place = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    pairs = np.unique(tokens[tokens < len(known)] * len(lines) + place[tokens < len(known)])  # by word, then by line
    words, numbers = np.divmod(pairs, len(lines))
    return _Read(lines, np.searchsorted(words, np.arange(len(known) + 1)), numbers, np.bincount(numbers, minlength=len(lines)))


def nearest(line: Sequence[int]) -> tuple[tuple[int, ...], int]:
    """The line of the training stanzas that has most different words of `line`, of those the shortest, and how many it has."""
    read = _read()
    words = {token for token in line if token < len(read.starts) - 1}
    held = [read.numbers[read.starts[word] : read.starts[word + 1]] for word in words]
    shared = np.bincount(np.concatenate([np.zeros(1, np.int64), *held]), minlength=len(read.lines))
    shared[0] -= 1
    best = int((shared * 64 - read.sizes).argmax())
    return read.lines[best], int(shared[best])
