"""Write a Chinese quatrain of seven characters a line, by a network that has read 41,375 of them.

A reader may ask for the first character of each line, a first line, the rhyme, the tonal form. Several drafts are written; a critic that
learned to tell real poems from drafts puts the most real first. Every line comes with its tones, the critic's opinion, and the line of the
training poems that it is nearest to.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Any

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.base.kinds import Choice, Number, Text
from ganapp.base.validation import about, request_class
from ganapp.models.alphabet import FORMS, TONES, Alphabet
from ganapp.models.writer import Writer
from ganapp.tasks import _result
from ganapp.tasks._fields import Name, Seed, within
from ganapp.writing import compose, prosody
from ganapp.writing.compose import Draft, Wish

WORDS = True
NAME = "write"
MODEL = "write-quatrains"
SCRIPTS = ("simplified", "traditional")
FREE = "·*_＿□○?？ \u3000"  # stand for a first character that is left to the writer
PUNCTUATION = "，。；、！？,.;!?：: \u3000"
MOST_SHOWN = 5  # drafts that are told beside the best one


@request_class
class Request:
    """What is asked of a poem; what is left empty the writer chooses. The same request writes the same poem."""

    heads: Annotated[str, Text(12, 0)] = about("first characters of lines 1 to 4; * leaves a line's free", default="")
    first: Annotated[str, Text(16, 0)] = about("the first line, seven characters", default="")
    rhyme: Annotated[str, Text(8, 0)] = about(
        "what the poem rhymes on, by Mandarin's final: a, o, ie, u, i, ai, ei, ao, ou, an, en, ang, eng", default=""
    )
    form: Annotated[str, Choice(("", *FORMS))] = about(
        "tone of the second character, and whether line 1 rhymes: level, level_rhymed, oblique, oblique_rhymed", default=""
    )
    temperature: Annotated[float, Number(0.2, 1.5)] = about("how daring: 0.2 safe, 1 as learned, 1.5 wild", default=0.8)
    drafts: Annotated[int, within(1, 64)] = about("how many drafts the critic chooses from, 1 to 64", default=16)
    strict: bool = about("whether tones and rhyme are kept by force", default=False)
    script: Annotated[str, Choice(SCRIPTS)] = about("simplified or traditional characters", default="simplified")
    seed: Seed = about("which poem: any whole number from 0 to 4294967295", default=1)
    model: Name = about("which writer", default=MODEL)

    def recipe(self) -> dict[str, Any]:
        """All that writes the poem again."""
        return {"task": NAME, **dataclasses.asdict(self)}


@dataclass(frozen=True)
class Line:
    """text; tones: 平 level, 仄 oblique, ○ either, a sign for each character; rhymes: whether its last word carries the rhyme; score: the
    critic's, unbounded; real: the share of real lines it finds less real, None where it was not measured; nearest: the line of the
    training poems that has most characters in their places; shared: how many, 0 to 7."""

    text: str
    tones: str
    rhymes: bool
    score: float | None
    real: float | None
    nearest: str
    shared: int


@dataclass(frozen=True)
class Result(_result.Worded):
    """lines: four; form, rhyme: as the poem has them; kept: which rules of regulated verse it keeps; real: the share of real poems that the
    critic finds less real; others: further drafts, best first, with the critic's score; recipe: the request."""

    lines: tuple[Line, ...]
    form: str
    rhyme: str
    kept: dict[str, bool]
    real: float | None
    others: tuple[dict[str, Any], ...]
    recipe: dict[str, Any]

    def words(self) -> str:
        """The poem, a line a line."""
        return "\n".join(line.text + sign for line, sign in zip(self.lines, "，。，。", strict=True))


def wish(request: Request, known: Alphabet) -> Wish:
    """What a request asks for, in tokens. UserError for characters the writer does not know and for a line of another length."""
    heads: list[int | None] = [None] * prosody.LINES
    signs = list(request.heads.rstrip() if len(request.heads.strip()) else "")
    if len(signs) > prosody.LINES:
        raise UserError("heads_four", found=len(signs))
    for place, sign in enumerate(signs):
        heads[place] = None if sign in FREE else known.tokens(sign, request.script)[0]
    line = "".join(sign for sign in request.first if sign not in PUNCTUATION)
    if line and len(line) != prosody.COLUMNS:
        raise UserError("first_line_seven", found=len(line))
    if request.rhyme and request.rhyme not in known.rhymes:
        raise UserError("one_of", name="rhyme", known=", ".join(known.rhymes))
    return Wish(
        tuple(heads),
        tuple(known.tokens(line, request.script)),
        FORMS.index(request.form) if request.form else None,
        known.rhymes.index(request.rhyme) if request.rhyme else None,
        request.temperature,
        request.drafts,
        request.seed,
        request.strict,
    )


def _lines(draft: Draft, writer: Writer, script: str) -> tuple[Line, ...]:
    known = writer.alphabet
    rhyme = known.rhyme[draft.poem[-1]]
    found = []
    for number, line in enumerate(prosody.lines(draft.poem)):
        score = draft.scores[number] if draft.scores else None
        near, shared = compose.nearest(line)
        found.append(
            Line(
                known.text(list(line), script),
                "".join(TONES[known.tones[token]] for token in line),
                number != 2 and known.rhyme[line[-1]] == rhyme,
                None if score is None else round(score, 4),
                None if score is None else _rounded(writer.share(score, "lines")),
                known.text(list(near), script),
                shared,
            )
        )
    return tuple(found)


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)


def run(request: Request) -> Result:
    """Write a quatrain, and return its lines with their tones, the critic's opinion and the nearest line of the training poems, its form
    and rhyme, which rules it keeps, and further drafts."""
    writer = models.load(request.model, "write")
    known = writer.alphabet
    best, *rest = compose.ranked(writer, compose.drafts(writer, wish(request, known)))
    texts = [known.text(list(draft.poem), request.script) for draft in rest[:MOST_SHOWN]]
    return Result(
        _lines(best, writer, request.script),
        FORMS[prosody.form_of(best.poem, known)],
        known.rhymes[known.rhyme[best.poem[-1]]],
        dataclasses.asdict(prosody.measure(best.poem, known)),
        _rounded(writer.share(best.score, "poems")) if best.scores else None,
        tuple({"text": text, "score": round(draft.score, 4) if draft.scores else None} for text, draft in zip(texts, rest, strict=False)),
        request.recipe(),
    )
