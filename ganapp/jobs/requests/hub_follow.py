"""How a training on Hugging Face Jobs stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from ganapp.jobs import hubjobs
from ganapp.jobs.requests import _fields, _rows
from ganapp.jobs.requests._rows import OneJob as Result

FAR = True


@dataclass(frozen=True)
class Request:
    """Which job."""

    key: str = field(metadata=_fields.KEY)
    id: str = field(metadata=_fields.ID)
    token: str = field(metadata=_fields.TOKEN)
    password: str = field(default="", metadata=_fields.PASSWORD)

    def __post_init__(self) -> None:
        _fields.check(self)


def run(request: Request) -> Result:
    """Ask Hugging Face Jobs how a job stands and bring what it has written: log and sample sheets, and the result when it is over."""
    visitor = _fields.who(request)
    _fields.token(request)
    job = hubjobs.follow(visitor, request.id, request.token)
    return Result(_rows.one(visitor, job.id))
