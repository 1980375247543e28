"""Pause, resume, stop, end, delete, share or rename a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from ganapp.base.kinds import Choice
from ganapp.base.validation import about, request_class
from ganapp.jobs import actions, copying
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
    "unshare": lambda visitor, job: actions.share(visitor, job, shared=False),
}
ACTIONS = (*CHANGES, "share", "rename")


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
    anyway: bool = about("share a model, too, that repeats the pictures it learnt from", default=False)


@dataclass(frozen=True)
class Result(_result.Facts):
    """job: as `jobs_list` shows it, None when it was deleted; memorising: what the test for copies found before a run of your own pictures
    was shared (see job_publish), else None."""

    job: dict[str, Any] | None
    memorising: dict[str, Any] | None


def run(request: Request) -> Result:
    """Pause, resume, stop, end, delete, share, unshare or rename one of your jobs.

    A job that runs saves itself before it pauses or stops, within a step or so: its state changes then, not at once. One that has not
    done its first step has nothing to save, and ends at once. A run of your own pictures is shared once it has ended: its model is tested
    for copies of them first, and one that fails is shared only with `anyway`.
    """
    visitor = _fields.who(request)
    found = None
    if request.action == "rename":
        actions.rename(visitor, request.id, request.name)
    elif request.action == "share":
        found = copying.before_sharing(actions.own(visitor, request.id), request.anyway)
        actions.share(visitor, request.id)
    else:
        CHANGES[request.action](visitor, request.id)
    return Result(None if request.action == "delete" else _rows.one(visitor, request.id), found)
