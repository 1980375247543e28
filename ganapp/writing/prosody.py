"""Prosody of a quatrain of seven: tones, rhyme, the four forms, and the four measures that tell a poem from characters thrown together.

A poem is 28 tokens, line after line. In regulated verse the second, fourth and sixth character of a line alternate in tone, lines of a
couplet oppose each other, the couplets adhere (line 3 begins as line 2 does), and lines 2 and 4, often 1, rhyme on a level tone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ganapp.models.alphabet import EITHER, FORMS, LEVEL, OBLIQUE, Alphabet

LINES, COLUMNS = 4, 7
LENGTH = LINES * COLUMNS
PILLARS = (1, 3, 5)  # where tones have to alternate: characters 2, 4, 6


@dataclass(frozen=True)
class Prosody:
    """What a poem keeps. rhyme: lines 2 and 4 end in one rhyme; level: both on a level tone; adhesion: opposition in both couplets and
    adhesion between them, by the second characters; alternate: characters 2, 4 and 6 alternate in all four lines."""

    rhyme: bool
    level: bool
    adhesion: bool
    alternate: bool


def lines(poem: Sequence[int]) -> list[Sequence[int]]:
    """Its four lines of seven."""
    return [poem[start : start + COLUMNS] for start in range(0, LENGTH, COLUMNS)]


def opposed(one: int, other: int) -> bool:
    """Whether two tone classes can be opposite: a character of either tone can be so to any."""
    return one != other or one == EITHER


def alike(one: int, other: int) -> bool:
    """Whether two tone classes can be the same."""
    return one == other or EITHER in (one, other)


def form_of(poem: Sequence[int], alphabet: Alphabet) -> int:
    """Which of FORMS a poem, or its first line, has. Where the second character is of either tone the fourth decides, then the sixth."""
    tones = [alphabet.tones[token] for token in poem[:COLUMNS]]
    first, second, third = (tones[place] for place in PILLARS)
    start = first if first != EITHER else {LEVEL: OBLIQUE, OBLIQUE: LEVEL}.get(second, third)
    rhymed = tones[-1] != OBLIQUE
    if len(poem) == LENGTH:
        rhymed = rhymed and alphabet.rhyme[poem[COLUMNS - 1]] == alphabet.rhyme[poem[-1]]
    return 2 * (start == OBLIQUE) + rhymed


def pattern(form: int) -> list[list[int]]:
    """Tone classes of a form by line and column: pillars and last characters, EITHER where it is free."""
    start = OBLIQUE if FORMS[form].startswith("oblique") else LEVEL
    turn = (LEVEL, OBLIQUE)
    rows = []
    for line in range(LINES):
        begins = start if line in (0, 3) else 1 - start
        row = [EITHER] * COLUMNS
        for number, place in enumerate(PILLARS):
            row[place] = turn[begins ^ (number % 2)]
        row[-1] = LEVEL if line % 2 or (line == 0 and FORMS[form].endswith("rhymed")) else OBLIQUE
        rows.append(row)
    return rows


def measure(poem: Sequence[int], alphabet: Alphabet) -> Prosody:
    """What a poem of 28 tokens keeps."""
    rows = [[alphabet.tones[token] for token in line] for line in lines(poem)]
    ends = [line[-1] for line in lines(poem)]
    second = [row[PILLARS[0]] for row in rows]
    return Prosody(
        rhyme=alphabet.rhyme[ends[1]] == alphabet.rhyme[ends[3]],
        level=all(rows[line][-1] != OBLIQUE for line in (1, 3)),
        adhesion=opposed(second[0], second[1]) and alike(second[1], second[2]) and opposed(second[2], second[3]),
        alternate=all(opposed(row[1], row[3]) and opposed(row[3], row[5]) for row in rows),
    )


def shares(poems: Sequence[Sequence[int]], alphabet: Alphabet) -> dict[str, float]:
    """The share of poems that keep each rule."""
    kept = [measure(poem, alphabet) for poem in poems]
    return {name: sum(getattr(each, name) for each in kept) / len(kept) for name in ("rhyme", "level", "adhesion", "alternate")}
