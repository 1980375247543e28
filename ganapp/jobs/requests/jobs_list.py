"""The jobs a visitor may see, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from ganapp.base.kinds import Whole
from ganapp.base.validation import about, request_class
from ganapp.jobs import actions
from ganapp.jobs.requests import _fields, _rows
from ganapp.jobs.store import Job
from ganapp.tasks import _result

MOST = 200  # jobs of one answer


@request_class
class Request:
    """Which part of the list."""

    key: _fields.Line = about(_fields.KEY)
    mine: bool = about("leave out what others have shared", default=False)
    first: Annotated[int, Whole(0, 10**9)] = about("how many of the newest to leave out", default=0)
    count: Annotated[int, Whole(1, MOST)] = about("how many to list, 200 at most", default=50)
    find: _fields.Line = about("only jobs whose name or id holds this text", default="")
    password: _fields.Line = about(_fields.PASSWORD, default="")


@dataclass(frozen=True)
class Result(_result.Facts):
    """jobs: the rows asked for; total: how many there are in all."""

    jobs: tuple[dict[str, Any], ...]
    total: int


def run(request: Request) -> Result:
    """List your jobs and those that others have shared, the newest first, with their state and place in the queue."""
    visitor = _fields.who(request)
    sought = request.find.strip().casefold()
    matching = list(actions.listing(visitor, request.mine))
    if sought:  # the name of a job that nobody named is read from its folder
        matching = [entry for entry in matching if sought in _called(entry[0]).casefold()]
    shown = matching[request.first : request.first + request.count]
    return Result(tuple(_rows.listed(job, place, visitor) for job, place in shown), len(matching))


def _called(job: Job) -> str:
    """All that a job can be found by."""
    return " ".join((job.name, job.id, *((_rows.names(job) or {}).values())))
