"""Take a network down from the gallery."""

from __future__ import annotations

from dataclasses import dataclass

from ganapp.base.validation import about, request_class
from ganapp.jobs import gallery
from ganapp.jobs.requests import _fields
from ganapp.tasks import _result


@request_class
class Request:
    """Which run."""

    key: _fields.Line = about(_fields.KEY)
    id: _fields.Line = about(_fields.ID)
    password: _fields.Line = about(_fields.PASSWORD, default="")


@dataclass(frozen=True)
class Result(_result.Facts):
    """id: of the run; model: the id of the model that went with it, "" where none was made."""

    id: str
    model: str


def run(request: Request) -> Result:
    """Take one of your runs down from the gallery: others no longer see it, and the model that was made of it goes from all pages.

    The run stays yours: share it again and it stands there again. An administrator takes down any.
    """
    return Result(request.id, gallery.remove(_fields.who(request), request.id))
