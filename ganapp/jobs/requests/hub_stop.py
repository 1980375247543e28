"""End a training on Hugging Face Jobs."""

from __future__ import annotations

from ganapp.base.validation import about, request_class
from ganapp.jobs import hubjobs
from ganapp.jobs.requests import _fields, _rows
from ganapp.jobs.requests._rows import OneJob as Result

FAR = True


@request_class
class Request:
    """Which job, and how."""

    key: _fields.Line = about(_fields.KEY)
    id: _fields.Line = about(_fields.ID)
    token: _fields.Line = about(_fields.TOKEN)
    at_once: bool = about("give the machine back now; what was not sent yet is lost", default=False)
    password: _fields.Line = about(_fields.PASSWORD, default="")


def run(request: Request) -> Result:
    """Ask a job on Hugging Face Jobs to save, send its result and end; its machine is given back within a minute."""
    visitor = _fields.who(request)
    _fields.token(request)
    job = (hubjobs.cancel if request.at_once else hubjobs.stop)(visitor, request.id, request.token)
    return Result(_rows.one(visitor, job.id))
