"""The words an English writing model knows, and how each sounds: its stresses, its rhyme, the sound before the rhyme.

Tokens: 0 to n - 1 are the words, then the punctuation marks, BREAK at the end of a line, START, the metres, the rhyme schemes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from ganapp.base.errors import UserError
from ganapp.base.kinds import Text, Whole
from ganapp.base.validation import read, settings_class

METRES = ("tetrameter", "pentameter", "common", "trimeter")  # iambic, four lines; common: of eight and six syllables by turns
SCHEMES = ("AABB", "ABAB", "ABBA", "ABCB", "free")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORD = re.compile(r"'?[A-Za-z]+(?:'[A-Za-z]+)*'?|--|[,.;:!?—]")


@settings_class
class Table:
    """What a model's config.json holds, each a text of entries with a space between: words, the commonest first, as they are written;
    marks; stress: of each word 1 or 0 a syllable; rhyme, onset: numbers of its last vowel with what follows, and of the sound before it.
    rhymes: how many rhymes have a number of their own; a word with a greater one rhymes with none."""

    words: Annotated[str, Text(400_000)]
    marks: Annotated[str, Text(100)]
    stress: Annotated[str, Text(400_000)]
    rhyme: Annotated[str, Text(400_000)]
    onset: Annotated[str, Text(400_000)]
    rhymes: Annotated[int, Whole(1, 4096)]


@dataclass(frozen=True)
class Lexicon:
    """words, marks: as they are written; stress: "10" of every word; rhyme, onset: numbers; rhymes: see Table."""

    words: tuple[str, ...]
    marks: tuple[str, ...]
    stress: tuple[str, ...]
    rhyme: tuple[int, ...]
    onset: tuple[int, ...]
    rhymes: int

    def __len__(self) -> int:
        return len(self.words)

    @property
    def end(self) -> int:
        """The token that closes a line."""
        return len(self.words) + len(self.marks)

    @property
    def start(self) -> int:
        """The token that every row begins with."""
        return self.end + 1

    def metre(self, number: int) -> int:
        """The token of METRES[number]."""
        return self.start + 1 + number

    def scheme(self, number: int) -> int:
        """The token of SCHEMES[number]."""
        return self.metre(len(METRES)) + number

    @property
    def size(self) -> int:
        """How many tokens there are."""
        return self.scheme(len(SCHEMES))

    @cached_property
    def places(self) -> dict[str, int]:
        """Token by word in small letters, or mark."""
        return {sign.lower(): place for place, sign in enumerate((*self.words, *self.marks))}

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The patterns of stress there are, sorted."""
        return tuple(sorted(set(self.stress)))

    @cached_property
    def letters(self) -> tuple[int, ...]:
        """Of every word the place of its first letter in LETTERS."""
        return tuple(LETTERS.index(word.lower().lstrip("'")[0]) for word in self.words)

    def tokens(self, text: str) -> list[int]:
        """Tokens of a line, words and marks. UserError for words that are not known."""
        found = WORD.findall(text.replace("’", "'").replace("—", "--"))
        unknown = [word for word in found if self._place(word) is None]
        if unknown:
            raise UserError("unknown_words", words=", ".join(dict.fromkeys(unknown))[:80])
        return [place for word in found if (place := self._place(word)) is not None]

    def _place(self, word: str) -> int | None:
        """Its token; a quotation mark beside it is none of its letters."""
        known = self.places
        return next((known[each] for each in (word.lower(), word.lower().strip("'")) if each in known), None)

    def text(self, tokens: Sequence[int], upper: bool = True) -> str:
        """A line of tokens as it is printed. upper: whether it begins with a capital."""
        said, capital = "", upper
        for token in tokens:
            if token < len(self.words):
                word = self.words[token]
                said += (" " if said else "") + (
                    word[: word.startswith("'") + 1].upper() + word[word.startswith("'") + 1 :] if capital else word
                )
                capital = False
            else:
                mark = self.marks[token - len(self.words)]
                said += " —" if mark == "--" else mark
                capital = mark in ".!?"
        return said

    def rhyming(self, one: int, other: int) -> bool:
        """Whether two words rhyme fully: alike from the last vowel on, and not before it."""
        return self.rhyme[one] == self.rhyme[other] < self.rhymes and self.onset[one] != self.onset[other]

    def table(self) -> dict[str, Any]:
        """As config.json holds it; `of` reads it."""
        rows = {name: " ".join(map(str, getattr(self, name))) for name in ("words", "marks", "stress", "rhyme", "onset")}
        return {**rows, "rhymes": self.rhymes}


def of(values: Any, where: str) -> Lexicon:
    """The lexicon that a table makes. UserError for one that is none."""
    table: Table = read(Table, values, where)
    words, stress, marks = (tuple(row.split()) for row in (table.words, table.stress, table.marks))
    numbers = [row.split() for row in (table.rhyme, table.onset)]
    fit = all(len(row) == len(words) for row in (stress, *numbers)) and all(sign.isdigit() for row in numbers for sign in row)
    known = len({word.lower() for word in words} | set(marks)) == len(words) + len(marks) and set("".join(stress)) <= {"0", "1"}
    spelt = all(word.lower().lstrip("'")[:1] in set(LETTERS) for word in words)
    if not (fit and known and spelt):
        raise UserError("bad_value", where=where, problem="the rows of the lexicon do not fit each other")
    rhyme, onset = (tuple(min(int(sign), 1_000_000) for sign in row) for row in numbers)
    return Lexicon(words, marks, stress, tuple(min(number, table.rhymes) for number in rhyme), onset, table.rhymes)
