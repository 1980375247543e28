"""The lines of the training poems that a quatrain's lines are nearest to: what a poem that was written elsewhere is held beside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ganapp.base.errors import UserError
from ganapp.base.kinds import Choice, Text
from ganapp.base.validation import about, request_class
from ganapp.tasks import _result
from ganapp.tasks.write import PUNCTUATION, SCRIPTS
from ganapp.writing import compose, corpus, prosody

NAME = "nearest_lines"


@request_class
class Request:
    """A quatrain of seven characters a line."""

    poem: Annotated[str, Text(80)] = about(
        "the 28 characters of a quatrain, punctuation as you like", default="月落乌啼霜满天江枫渔火对愁眠姑苏城外寒山寺夜半钟声到客船"
    )
    script: Annotated[str, Choice(SCRIPTS)] = about("characters of the answer: simplified or traditional", default="simplified")


@dataclass(frozen=True)
class Near:
    """nearest: the line of the training poems that has most characters in their places; shared: how many, 0 to 7."""

    nearest: str
    shared: int


@dataclass(frozen=True)
class Result(_result.Worded):
    """lines: of each of the four lines what is nearest to it."""

    lines: tuple[Near, ...]

    def words(self) -> str:
        """The nearest lines, one a line, with how many characters are alike."""
        return "\n".join(f"{line.nearest} {line.shared}" for line in self.lines)


def run(request: Request) -> Result:
    """Find for each line of a quatrain the line of the 41,375 training poems that has most characters in their places."""
    known = corpus.shipped_alphabet()
    tokens = known.tokens("".join(sign for sign in request.poem if sign not in PUNCTUATION and not sign.isspace()))
    if len(tokens) != prosody.LENGTH:
        raise UserError("poem_length", found=len(tokens), needed=prosody.LENGTH)
    found = [compose.nearest(line) for line in prosody.lines(tokens)]
    return Result(tuple(Near(known.text(list(line), request.script), shared) for line, shared in found))
