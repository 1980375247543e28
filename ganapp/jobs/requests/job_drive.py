"""Drive a run by hand: one turn of a player at a time, with what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from ganapp.base.by_hand import ACTS
from ganapp.base.kinds import Choice, Whole
from ganapp.base.validation import about, request_class
from ganapp.jobs import actions, hand
from ganapp.jobs.requests import _fields
from ganapp.tasks import _result


@request_class
class Request:
    """Which job, and what its players are to do."""

    key: _fields.Line = about(_fields.KEY)
    id: _fields.Line = about(_fields.ID)
    act: Annotated[str, Choice(("look", *ACTS))] = about(
        'hold (wait for commands), discriminator, generator, both (one turn each), go (on by itself), or "look": only say how it stands',
        default="look",
    )
    since: Annotated[int, Whole(-1, 2**53 - 1)] = about("the `serial` of an answer that is known already", default=-1)
    password: _fields.Line = about(_fields.PASSWORD, default="")


@dataclass(frozen=True)
class Result(_result.Facts):
    """serial: of this command, of the last one for "look"; answer: what the run said last, None for nothing yet."""

    serial: int
    answer: dict[str, Any] | None


def run(request: Request) -> Result:
    """Drive one of your runs by hand. A command is carried out within a step: ask again with "look" until the answer has its `serial`.

    An answer tells the step, the losses of the turn, and `before` and `after` it: scores of ten real and ten generated pictures, these
    pictures, and the pull on each (minus the gradient of the generator's loss), as sheets of ten columns (PNG in base64; 128 is no pull).
    A run that waits keeps others from the machine: it saves itself and makes room when nothing is asked of it for three minutes, or when
    it has waited as long as is allowed here (`left` seconds from now). Resumed, it waits where it stood.
    """
    visitor = _fields.who(request)
    serial = 0 if request.act == "look" else hand.ask(visitor, request.id, request.act)
    answer = hand.answer(actions.watch(visitor, request.id), request.since)
    return Result(serial or (answer["serial"] if answer else 0), answer)
