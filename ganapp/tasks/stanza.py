"""Write four lines of English verse, in metre and rhyme, by a network that has read 32,000 stanzas of Project Gutenberg.

A reader may ask for the first letter of each line, a first line, the metre, the rhyme scheme. Several drafts are written; a critic that
learned to tell real stanzas from drafts puts the most real first. Every line comes with its stresses, the critic's opinion, and the line of
the training stanzas that it shares most words with.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Any

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.base.kinds import Choice, Number, Text
from ganapp.base.validation import about, request_class
from ganapp.models.lexicon import LETTERS, METRES, SCHEMES, Lexicon
from ganapp.models.versifier import Versifier
from ganapp.tasks import _result
from ganapp.tasks._fields import Name, Seed, within
from ganapp.writing import metre, versify
from ganapp.writing.metre import ANY, LINES
from ganapp.writing.versify import Draft, Wish

NAME = "stanza"
MODEL = "write-stanzas"
FREE = "*_?. "  # stand for a first letter that is left to the writer
MOST_SHOWN = 5  # drafts that are told beside the best one
FIRST_SYLLABLES = 12  # most of a first line that is given


@request_class
class Request:
    """What is asked of a stanza; what is left empty the writer chooses. The same request writes the same stanza."""

    letters: Annotated[str, Text(8, 0)] = about("first letters of lines 1 to 4, a word such as LOVE; * leaves a line's free", default="")
    first: Annotated[str, Text(80, 0)] = about("the first line", default="")
    metre: Annotated[str, Choice(("", *METRES))] = about(
        "iambic metre: tetrameter (8 syllables a line), pentameter (10), common (8 and 6 by turns), trimeter (6)", default=""
    )
    scheme: Annotated[str, Choice(("", *SCHEMES))] = about("which lines rhyme: AABB, ABAB, ABBA, ABCB; free for none", default="")
    temperature: Annotated[float, Number(0.2, 1.5)] = about("how daring: 0.2 safe, 1 as learned, 1.5 wild", default=0.8)
    drafts: Annotated[int, within(1, 64)] = about("how many drafts the critic chooses from, 1 to 64", default=16)
    strict: bool = about("whether metre and rhyme are kept by force", default=False)
    seed: Seed = about("which stanza: any whole number from 0 to 4294967295", default=1)
    model: Name = about("which writer", default=MODEL)

    def recipe(self) -> dict[str, Any]:
        """All that writes the stanza again."""
        return {"task": NAME, **dataclasses.asdict(self)}


@dataclass(frozen=True)
class Line:
    """text; stresses: a sign a syllable, a space between words: 1 stressed, 0 not, . for a word of one syllable, which fits either;
    syllables; fits: whether it is iambic and of its number of syllables; rhyme: a letter that lines which rhyme share, "" for a line that
    rhymes with none; score: the critic's, unbounded; real: the share of real lines it finds less real, None where it was not measured;
    nearest: the line of the training stanzas that has most of its words; shared: how many; words: how many different ones the line has."""

    text: str
    stresses: str
    syllables: int
    fits: bool
    rhyme: str
    score: float | None
    real: float | None
    nearest: str
    shared: int
    words: int


@dataclass(frozen=True)
class Result(_result.Worded):
    """lines: four; metre, scheme: as the writer set out to write; kept: whether it keeps them; real: the share of real stanzas that the
    critic finds less real; others: further drafts, best first, with the critic's score; recipe: the request."""

    lines: tuple[Line, ...]
    metre: str
    scheme: str
    kept: dict[str, bool]
    real: float | None
    others: tuple[dict[str, Any], ...]
    recipe: dict[str, Any]

    def words(self) -> str:
        """The stanza, a line a line."""
        return "\n".join(line.text for line in self.lines)


def wish(request: Request, known: Lexicon) -> Wish:
    """What a request asks for, in numbers. UserError for unknown words, for too many letters, for too long a first line."""
    signs = request.letters.rstrip().lower()
    if len(signs) > LINES:
        raise UserError("letters_four", found=len(signs))
    if unknown := [sign for sign in signs if sign not in FREE and sign not in LETTERS]:
        raise UserError("letters_only", letters="".join(unknown))
    letters = [ANY if sign in FREE else LETTERS.index(sign) for sign in signs]
    first = known.tokens(request.first)
    syllables = len(metre.stresses(first, known))
    if first and not 0 < syllables <= FIRST_SYLLABLES:
        raise UserError("first_line_syllables", found=syllables, most=FIRST_SYLLABLES)
    return Wish(
        tuple(letters + [ANY] * (LINES - len(letters))),
        tuple(first),
        None,
        METRES.index(request.metre) if request.metre else None,
        SCHEMES.index(request.scheme) if request.scheme else None,
        request.temperature,
        request.drafts,
        request.seed,
        request.strict,
    )


def capitals(lines: tuple[tuple[int, ...], ...], known: Lexicon) -> list[str]:
    """The lines as they are printed."""
    return [known.text(line) for line in lines]


def _lines(draft: Draft, writer: Versifier) -> tuple[Line, ...]:
    known = writer.lexicon
    rhymes = metre.marked(draft.lines, known)
    found = []
    for number, (line, text) in enumerate(zip(draft.lines, capitals(draft.lines, known), strict=True)):
        score = draft.scores[number] if draft.scores else None
        near, shared = versify.nearest(line)
        found.append(
            Line(
                text,
                metre.beats(line, known),
                len(metre.stresses(line, known)),
                metre.in_metre(line, metre.SYLLABLES[draft.metre][number], known),
                rhymes[number],
                None if score is None else round(score, 4),
                None if score is None else _rounded(writer.share(score, "lines")),
                known.text(near),
                shared,
                len({token for token in line if token < len(known)}),
            )
        )
    return tuple(found)


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)


def run(request: Request) -> Result:
    """Write four lines of English verse, and return them with their stresses, rhymes, the critic's opinion and the nearest line of the
    training stanzas, the metre and scheme that were chosen, whether they are kept, and further drafts."""
    writer = models.load(request.model, "stanza")
    known = writer.lexicon
    best, *rest = versify.ranked(writer, versify.drafts(writer, wish(request, known)))
    others = [
        {"text": "\n".join(capitals(draft.lines, known)), "score": round(draft.score, 4) if draft.scores else None}
        for draft in rest[:MOST_SHOWN]
    ]
    return Result(
        _lines(best, writer),
        METRES[best.metre],
        SCHEMES[best.scheme],
        dataclasses.asdict(metre.measure(best.lines, best.metre, best.scheme, known)),
        _rounded(writer.share(best.score, "poems")) if best.scores else None,
        tuple(others),
        request.recipe(),
    )
