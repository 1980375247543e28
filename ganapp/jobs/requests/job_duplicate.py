"""Start a copy of a job with changes."""

from __future__ import annotations

from ganapp.base.validation import about, request_class
from ganapp.jobs import actions
from ganapp.jobs.requests import _fields, _orders, _rows
from ganapp.jobs.requests._rows import OneJob as Result


@request_class
class Request:
    """Which job, and what is to be different."""

    key: _fields.Line = about(_fields.KEY)
    id: _fields.Line = about(_fields.ID)
    changes: _fields.Object = about("keys of the order, and settings one by one; null takes one away", default_factory=dict)
    onward: bool = about("go on from the job's last good checkpoint instead of from nothing", default=False)
    name: _fields.Line = about("what the copy is called; empty, as the job with a number", default="")
    password: _fields.Line = about(_fields.PASSWORD, default="")


def run(request: Request) -> Result:
    """Start a job with the order of another and some changes. Onward, it takes over the other's weights, log and sample sheets.

    What the networks are built of cannot be changed onward.
    """
    visitor = _fields.who(request)
    origin = actions.find(visitor, request.id)
    _orders.copied(visitor, origin, request.changes, request.onward)
    job = actions.duplicate(visitor, origin.id, request.changes, request.onward, request.name)
    return Result(_rows.one(visitor, job.id))
