"""Train a job for one slice on a borrowed card."""

from __future__ import annotations

from ganapp.base.validation import about, request_class
from ganapp.jobs import slices
from ganapp.jobs.requests import _fields, _rows
from ganapp.jobs.requests._rows import OneJob as Result

FAR = True


@request_class
class Request:
    """Which job."""

    key: _fields.Line = about(_fields.KEY)
    id: _fields.Line = about(_fields.ID)
    password: _fields.Line = about(_fields.PASSWORD, default="")


def run(request: Request) -> Result:
    """Train a job for one slice of less than a minute on a card that is lent for that long, and answer when it is saved.

    Only jobs of a machine that lends its card need this: a page calls it again and again while somebody watches.
    """
    visitor = _fields.who(request)
    visitor.must_train()
    job = slices.go_on(visitor, request.id)
    return Result(_rows.one(visitor, job.id))
