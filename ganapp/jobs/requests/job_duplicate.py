"""Start a copy of a job with changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ganapp.jobs import actions
from ganapp.jobs.requests import _fields, _orders, _rows
from ganapp.jobs.requests._rows import OneJob as Result


@dataclass(frozen=True)
class Request:
    """Which job, and what is to be different."""

    key: str = field(metadata=_fields.KEY)
    id: str = field(metadata=_fields.ID)
    changes: dict[str, Any] = field(
        default_factory=dict, metadata={"help": "keys of the order, and settings one by one; null takes one away"}
    )
    onward: bool = field(default=False, metadata={"help": "go on from the job's last good checkpoint instead of from nothing"})
    name: str = field(default="", metadata={"help": "what the copy is called; empty, as the job with a number"})
    password: str = field(default="", metadata=_fields.PASSWORD)

    def __post_init__(self) -> None:
        _fields.check(self)


def run(request: Request) -> Result:
    """Start a job with the order of another and some changes. Onward, it takes over the other's weights, log and sample sheets.

    What the networks are built of cannot be changed onward.
    """
    visitor = _fields.who(request)
    origin = actions.find(visitor, request.id)
    _orders.copied(visitor, origin, request.changes, request.onward)
    job = actions.duplicate(visitor, origin.id, request.changes, request.onward, request.name)
    return Result(_rows.one(visitor, job.id))
