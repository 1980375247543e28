"""The characters a writing model knows, and what it knows of each: tone class, rhyme, the character of the other script.

Tokens: 0 to n - 1 are the characters, then ANY, then the four tonal forms, then the rhymes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from ganapp.base.errors import UserError
from ganapp.base.kinds import Items, Text
from ganapp.base.validation import read, settings_class

LEVEL, OBLIQUE, EITHER = range(3)
TONES = "平仄○"  # the signs of the three classes, as editions of old verse print them
FORMS = ("level", "level_rhymed", "oblique", "oblique_rhymed")  # second character of line 1, and whether that line rhymes
DIGITS = "0123456789abcdef"


@settings_class
class Table:
    """What a model's config.json holds. characters: each once; tones: a sign of TONES for each; rhymes: their names; rhyme: for each
    character a hexadecimal digit, its place in `rhymes`; simplified: each character in simplified script."""

    characters: Annotated[str, Text(20_000)]
    tones: Annotated[str, Text(20_000)]
    rhymes: Annotated[tuple[Annotated[str, Text(8)], ...], Items(16)]
    rhyme: Annotated[str, Text(20_000)]
    simplified: Annotated[str, Text(20_000)]


@dataclass(frozen=True)
class Alphabet:
    """characters, simplified: texts of n characters; tones, rhyme: n numbers; rhymes: names of the rhymes."""

    characters: str
    simplified: str
    tones: tuple[int, ...]
    rhyme: tuple[int, ...]
    rhymes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.characters)

    @property
    def any(self) -> int:
        """The token that stands where no character is asked for."""
        return len(self)

    def form(self, number: int) -> int:
        """The token of the form FORMS[number]."""
        return len(self) + 1 + number

    def rhyme_token(self, number: int) -> int:
        """The token of a rhyme."""
        return len(self) + 1 + len(FORMS) + number

    @cached_property
    def places(self) -> dict[str, int]:
        """Token by character."""
        return {sign: place for place, sign in enumerate(self.characters)}

    @cached_property
    def _from_simplified(self) -> dict[str, int]:
        """Token by simplified character; where several are written alike, the commonest (characters stand in that order)."""
        tokens: dict[str, int] = {}
        for place, sign in enumerate(self.simplified):
            tokens.setdefault(sign, place)
        return tokens

    def tokens(self, text: str, script: str = "traditional") -> list[int]:
        """Tokens of a text in either script; `script` decides where a character means different ones in the two. UserError for a character
        that is not known."""
        first, second = self.places, self._from_simplified
        if script == "simplified":
            first, second = second, first
        found = [first.get(sign, second.get(sign)) for sign in text]
        unknown = [sign for sign, token in zip(text, found, strict=True) if token is None]
        if unknown:
            raise UserError("unknown_character", characters="".join(dict.fromkeys(unknown))[:8])
        return [token for token in found if token is not None]

    def text(self, tokens: list[int], script: str = "traditional") -> str:
        """Characters of tokens."""
        signs = self.simplified if script == "simplified" else self.characters
        return "".join(signs[token] for token in tokens)

    def table(self) -> dict[str, Any]:
        """As config.json holds it; `of` reads it."""
        return {
            "characters": self.characters,
            "tones": "".join(TONES[tone] for tone in self.tones),
            "rhymes": list(self.rhymes),
            "rhyme": "".join(DIGITS[number] for number in self.rhyme),
            "simplified": self.simplified,
        }


def of(values: Any, where: str) -> Alphabet:
    """The alphabet that a table makes. UserError for one that is none."""
    table: Table = read(Table, values, where)
    n = len(table.characters)
    alike = all(len(row) == n for row in (table.tones, table.rhyme, table.simplified)) and len(set(table.characters)) == n
    known = set(table.tones) <= set(TONES) and set(table.rhyme) <= set(DIGITS[: len(table.rhymes)])
    if not alike or not known:
        raise UserError("bad_value", where=where, problem="the rows of the alphabet do not fit each other")
    tones = tuple(TONES.index(sign) for sign in table.tones)
    return Alphabet(table.characters, table.simplified, tones, tuple(int(digit, 16) for digit in table.rhyme), table.rhymes)
