"""Metre and rhyme of an English stanza, and where in it a writer stands.

A line is written from its end, so that its rhyme comes first (Lau et al. 2018, "Deep-speare"): a stanza is four lines of tokens, each
turned round, BREAK after each. `Stand` follows drafts token by token and says what a net is told of each place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ganapp.models.lexicon import SCHEMES, Lexicon

LINES = 4
SYLLABLES = ((8, 8, 8, 8), (10, 10, 10, 10), (8, 6, 8, 6), (6, 6, 6, 6))  # by metre
PARTNERS = ((-1, 0, -1, 2), (-1, -1, 0, 1), (-1, -1, 1, 0), (-1, -1, -1, 1), (-1, -1, -1, -1))  # by scheme: the line that each rhymes with
MOST = 12  # syllables of a line that are told apart
LONGEST = 57  # tokens of a stanza
ANY = 26  # in place of a first letter
FRONT = 3  # START, metre, scheme


@dataclass(frozen=True)
class Kept:
    """What a stanza keeps. metre: all four lines are iambic and of their number of syllables; rhyme: all lines that the scheme ties
    together rhyme fully."""

    metre: bool
    rhyme: bool


class Stand:
    """Where b drafts stand. line: (b,) of 0 to 4; taken: (b,) syllables of the line so far; ends: (b, 4) last word of each line, -1 where
    there is none yet; metre, scheme: (b,); letters: (b, 4) first letters asked for, ANY where free."""

    def __init__(self, known: Lexicon, letters: np.ndarray) -> None:
        b = len(letters)
        self.known, self.letters = known, letters
        self.metre, self.scheme = np.zeros(b, np.int64), np.zeros(b, np.int64)
        self.line, self.taken = np.full(b, LINES, np.int64), np.zeros(b, np.int64)
        self.ends = np.full((b, LINES), -1, np.int64)
        self._long = np.array([*map(len, known.stress), *[0] * (known.size - len(known))])
        self._rhyme = np.array(known.rhyme)

    def choose(self, metre: np.ndarray, scheme: np.ndarray) -> None:
        """Metre and scheme (b,) are settled; the first line begins."""
        self.metre, self.scheme, self.line = metre, scheme, np.zeros_like(metre)

    def push(self, tokens: np.ndarray) -> None:
        """One token (b,) of the text of each."""
        row, words = np.arange(len(tokens)), tokens < len(self.known)
        open_ = self.line < LINES
        first = words & (self.taken == 0) & open_
        self.ends[row[first], self.line[first]] = tokens[first]
        closing = (tokens == self.known.end) & open_
        self.taken = np.where(closing, 0, self.taken + np.where(open_, self._long[tokens], 0))
        self.line = self.line + closing

    @property
    def wanted(self) -> np.ndarray:
        """Syllables that the line is to have, (b,); 0 after the last."""
        return np.array([(*row, 0) for row in SYLLABLES])[self.metre, self.line]

    @property
    def partner(self) -> np.ndarray:
        """The last word that the line is to rhyme with, (b,), -1 where there is none."""
        with_ = np.array([(*row, -1) for row in PARTNERS])[self.scheme, self.line]
        word = self.ends[np.arange(len(with_)), np.maximum(with_, 0)]
        return np.where(with_ < 0, -1, word)

    def where(self) -> np.ndarray:
        """(b, 5): line (4 before the first and after the last), syllables taken, syllables left, the rhyme asked for (the number of rhymes
        where none is), the first letter asked for."""
        partner, last = self.partner, self.known.rhymes
        rhyme = np.where((partner < 0) | (self.taken > 0), last, self._rhyme[np.maximum(partner, 0)])
        letter = np.pad(self.letters, ((0, 0), (0, 1)), constant_values=ANY)[np.arange(len(partner)), self.line]
        rest = np.clip(self.wanted - self.taken, 0, MOST)
        return np.stack([self.line, np.minimum(self.taken, MOST), rest, rhyme, letter], axis=1)


def lines(text: Sequence[int], known: Lexicon) -> list[list[int]]:
    """The four lines of a stanza's tokens, each in the order it is read; empty ones where it broke off."""
    found: list[list[int]] = [[]]
    for token in text:
        if token == known.end:
            found.append([])
        elif token < known.end:
            found[-1].append(token)
    return [line[::-1] for line in (*found, *[[]] * LINES)][:LINES]


def written(four: Sequence[Sequence[int]], known: Lexicon) -> list[int]:
    """The tokens of a stanza from its lines as they are read."""
    return [token for line in four for token in (*reversed(line), known.end)]


def stresses(line: Sequence[int], known: Lexicon) -> str:
    """Of a line's words "1" or "0" a syllable; a word of one syllable fits any place, so it is "."."""
    return beats(line, known).replace(" ", "")


def beats(line: Sequence[int], known: Lexicon) -> str:
    """The same with a space between words."""
    return " ".join("." if len(known.stress[token]) == 1 else known.stress[token] for token in line if token < len(known))


def iambic(line: Sequence[int], known: Lexicon) -> bool:
    """Whether no longer word has its stress on a weak place; the first foot may be turned."""
    return all(sign != "1" or place % 2 or not place for place, sign in enumerate(stresses(line, known)))


def last(line: Sequence[int], known: Lexicon) -> int:
    """The last word of a line, -1 where there is none."""
    return next((token for token in reversed(line) if token < len(known)), -1)


def in_metre(line: Sequence[int], syllables: int, known: Lexicon) -> bool:
    """Whether a line is iambic and has so many syllables."""
    return len(stresses(line, known)) == syllables and iambic(line, known)


def ties(four: Sequence[Sequence[int]], scheme: int, known: Lexicon) -> list[bool]:
    """Of the pairs of lines that a scheme ties together, which rhyme."""
    ends = [last(line, known) for line in four]
    pairs = [(ends[number], ends[other]) for number, other in enumerate(PARTNERS[scheme]) if other >= 0]
    return [min(pair) >= 0 and known.rhyming(*pair) for pair in pairs]


def measure(four: Sequence[Sequence[int]], metre: int, scheme: int, known: Lexicon) -> Kept:
    """What a stanza of METRES[metre] and SCHEMES[scheme] keeps."""
    fits = [in_metre(line, wanted, known) for line, wanted in zip(four, SYLLABLES[metre], strict=True)]
    return Kept(all(fits), all(ties(four, scheme, known)))


def scheme_of(four: Sequence[Sequence[int]], known: Lexicon) -> str:
    """The scheme that four lines have, "free" where they have none."""
    order = ("ABAB", "AABB", "ABBA", "ABCB")
    return next((name for name in order if all(ties(four, SCHEMES.index(name), known))), "free")


def marked(four: Sequence[Sequence[int]], known: Lexicon) -> list[str]:
    """A letter for each line, shared by those that rhyme; "" for one that rhymes with none."""
    ends = [last(line, known) for line in four]
    groups: list[list[int]] = []
    for number, end in enumerate(ends):
        with_ = next((group for group in groups if end >= 0 and any(known.rhyming(end, ends[other]) for other in group)), None)
        if with_ is None:
            groups.append(with_ := [])
        if end >= 0:
            with_.append(number)
    several = [group for group in groups if len(group) > 1]
    letter = {number: "ABCD"[place] for place, group in enumerate(several) for number in group}
    return [letter.get(number, "") for number in range(len(four))]
