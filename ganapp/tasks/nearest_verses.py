"""The lines of the English training stanzas that a stanza's lines share most words with: what a stanza written elsewhere is held beside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ganapp.base.errors import UserError
from ganapp.base.kinds import Text
from ganapp.base.validation import about, request_class
from ganapp.tasks import _result
from ganapp.writing import stanzas, versify
from ganapp.writing.metre import LINES

NAME = "nearest_verses"


@request_class
class Request:
    """Four lines of English verse."""

    stanza: Annotated[str, Text(600)] = about(
        "four lines of verse, one a line", default="The woods are still,\nThe night is long,\nThe stars are bright,\nI hear a song."
    )


@dataclass(frozen=True)
class Near:
    """nearest: the line of the training stanzas that has most of its words; shared: how many; words: how many different ones it has."""

    nearest: str
    shared: int
    words: int


@dataclass(frozen=True)
class Result(_result.Worded):
    """lines: of each of the four lines what is nearest to it."""

    lines: tuple[Near, ...]

    def words(self) -> str:
        """The nearest lines, one a line, with how many words are shared."""
        return "\n".join(f"{line.nearest} {line.shared}/{line.words}" for line in self.lines)


def run(request: Request) -> Result:
    """Find for each line of a stanza the line of the 31,971 training stanzas that shares most words with it."""
    known = stanzas.shipped_lexicon()
    rows = [line for line in request.stanza.splitlines() if line.strip()]
    if len(rows) != LINES:
        raise UserError("stanza_lines", found=len(rows), needed=LINES)
    found = []
    for tokens in map(known.tokens, rows):
        near, shared = versify.nearest(tokens)
        found.append(Near(known.text(near), shared, len({token for token in tokens if token < len(known)})))
    return Result(tuple(found))
