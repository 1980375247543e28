"""How a training on Hugging Face Jobs stands."""

from __future__ import annotations

from ganapp.base.validation import about, request_class
from ganapp.jobs import hubjobs
from ganapp.jobs.requests import _fields, _rows
from ganapp.jobs.requests._rows import OneJob as Result

FAR = True


@request_class
class Request:
    """Which job."""

    key: _fields.Line = about(_fields.KEY)
    id: _fields.Line = about(_fields.ID)
    token: _fields.Line = about(_fields.TOKEN)
    password: _fields.Line = about(_fields.PASSWORD, default="")


def run(request: Request) -> Result:
    """Ask Hugging Face Jobs how a job stands and bring what it has written: log and sample sheets, and the result when it is over."""
    visitor = _fields.who(request)
    _fields.token(request)
    job = hubjobs.follow(visitor, request.id, request.token)
    return Result(_rows.one(visitor, job.id))
