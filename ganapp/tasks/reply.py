"""Answer a line from the dialogues that ship with the project.

Nothing is composed: the answer is a reply that stands in the corpus, and the result says which turn it answered there. A small ranker,
trained against a generator that proposes wrong replies, and the likeness to the corpus's own turns choose it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ganapp import models
from ganapp.base.kinds import Text
from ganapp.base.validation import about, request_class
from ganapp.tasks import _result
from ganapp.tasks._fields import Name, within
from ganapp.writing import dialogue, grammar

WORDS = True
MODEL = "write-replies"


@request_class
class Request:
    """What is said."""

    text: Annotated[str, Text(300, signs="plain")] = about("a line in English or Chinese", default="What is AI?")
    count: Annotated[int, within(1, 20)] = about("how many replies to list, 1 to 20", default=5)
    model: Name = about("which ranker", default=MODEL)


@dataclass(frozen=True)
class Result(_result.Worded):
    """text: the reply; source: the corpus that it stands in; replies: the best ones, each with the turn that it answered there ("said"),
    its "topic", how "alike" that turn is (0 to 1), and the ranker's "score"."""

    text: str
    source: str
    replies: tuple[dict[str, str | float], ...]

    def words(self) -> str:
        """The reply."""
        return self.text


def run(request: Request) -> Result:
    """Find the reply in the corpus that answers a line best, in the language of the line, and return it with where it comes from and the
    next best ones."""
    ranker = models.load(request.model, "reply")
    found = dialogue.answers(ranker, request.text, grammar.language_of(request.text), request.count)
    rows: list[dict[str, str | float]] = [
        {**each.pair._asdict(), "alike": round(each.alike, 3), "score": round(each.score, 3)} for each in found
    ]
    return Result(found[0].pair.reply, dialogue.SOURCE, tuple(rows))
