"""Pause, resume, stop, end, delete, share or rename a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from ganapp.base.kinds import Choice
from ganapp.base.validation import about, request_class
from ganapp.jobs import actions
from ganapp.jobs.requests import _fields, _rows
from ganapp.jobs.visitor import Visitor
from ganapp.tasks import _result

Change = Callable[[Visitor, str], object]
CHANGES: dict[str, Change] = {
    "pause": actions.pause,
    "resume": actions.resume,
    "stop": actions.stop,
    "end": actions.end,
    "delete": actions.delete,
    "share": actions.share,
    "unshare": lambda visitor, job: actions.share(visitor, job, shared=False),
}
ACTIONS = (*CHANGES, "rename")


@request_class
class Request:
    """Which job, and what is to be done with it."""

    key: _fields.Line = about(_fields.KEY)
    id: _fields.Line = about(_fields.ID)
    action: Annotated[str, Choice(ACTIONS)] = about(
        "pause, resume, stop (saves first), end (at once, without saving), delete, share, unshare or rename"
    )
    name: _fields.Line = about("the new name, to rename it", default="")
    password: _fields.Line = about(_fields.PASSWORD, default="")


@dataclass(frozen=True)
class Result(_result.Facts):
    """job: as `jobs_list` shows it, None when it was deleted."""

    job: dict[str, Any] | None


def run(request: Request) -> Result:
    """Pause, resume, stop, end, delete, share, unshare or rename one of your jobs.

    A job that runs saves itself before it pauses or stops, within a step or so: its state changes then, not at once. One that has not
    done its first step has nothing to save, and ends at once.
    """
    visitor = _fields.who(request)
    if request.action == "rename":
        actions.rename(visitor, request.id, request.name)
    else:
        CHANGES[request.action](visitor, request.id)
    return Result(None if request.action == "delete" else _rows.one(visitor, request.id))
