"""Draw a picture of a sentence about digits and shapes, in English or Chinese.

The painter knows one closed world: one to three digits or shapes, each with a colour, a size, a slant and a place; what the sentence
leaves open is drawn by lot from the seed. It draws several pictures, the discriminator keeps the one that fits best, and a judge that
neither of them ever met says what it sees in it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Any

from ganapp import models
from ganapp.base.kinds import Text
from ganapp.base.validation import about, request_class
from ganapp.tasks import _origin, _result
from ganapp.tasks._fields import SEEDS, Name, Seed, within
from ganapp.writing import drawing, grammar, illustrations, scene

NAME, MODEL, JUDGE = "illustrate", "write-pictures", "write-judge"


@request_class
class Request:
    """What to draw."""

    sentence: Annotated[str, Text(grammar.LONGEST, signs="plain")] = about(
        "one to three digits or shapes, in English or Chinese; colour, size, slant and place if you like",
        default="A large red seven leaning right at the top left, and a small blue star at the bottom.",
    )
    seed: Seed = about("which picture: any whole number from 0 to 4294967295", default=1)
    candidates: Annotated[int, within(1, 16)] = about("how many pictures to choose from, 1 to 16", default=4)
    pixels: Annotated[int, within(48, 768)] = about("side of the picture, 48 to 768", default=288)
    model: Name = about("which painter", default=MODEL)

    def recipe(self) -> dict[str, Any]:
        """All that makes the picture again, as it travels in the file."""
        return {"task": NAME, **dataclasses.asdict(self)}


@dataclass(frozen=True)
class Result(_result.Drawn):
    """picture: a PNG that carries its recipe; understood: what the sentence asks for, "" where it leaves something open; told: the sentence
    that the painter read, in which nothing is open; seen: what the judge sees; right: by attribute, and "count" and "all", whether that is
    what was asked for; score: the discriminator's; provenance: see sample."""

    picture: bytes
    understood: tuple[dict[str, str], ...]
    told: str
    seen: tuple[dict[str, str], ...]
    right: dict[str, bool]
    score: float
    provenance: dict[str, Any] = dataclasses.field(default_factory=dict)


def run(request: Request) -> Result:
    """Read the sentence, draw it several times, and return the PNG that the discriminator likes best, with what was asked for and what an
    independent judge sees in it."""
    language = grammar.language_of(request.sentence)
    words = grammar.split(request.sentence, language)
    asked = grammar.understood(words, language)
    painter, judge = models.load(request.model, "illustrate"), models.load(JUDGE, "classify")
    seeds = [(request.seed + i) % (SEEDS + 1) for i in range(request.candidates)]
    sentences = [illustrations.told(words, language, seed) for seed in seeds]
    pictures, scores = illustrations.drawn(painter, sentences, language, seeds)
    best = int(scores.argmax())
    [seen] = illustrations.seen(judge, pictures[best : best + 1])
    picture, note = _origin.drawn(drawing.shown(pictures[best], request.pixels), request.recipe(), (painter,))
    return Result(
        picture,
        tuple(grammar.told(asked)),
        grammar.written(sentences[best], language),
        tuple(grammar.told(seen)),
        scene.right(asked, seen),
        round(float(scores[best]), 3),
        note,
    )
