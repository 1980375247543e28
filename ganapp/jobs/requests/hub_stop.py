"""End a training on Hugging Face Jobs."""

from __future__ import annotations

from dataclasses import dataclass, field

from ganapp.jobs import hubjobs
from ganapp.jobs.requests import _fields, _rows
from ganapp.jobs.requests._rows import OneJob as Result

FAR = True


@dataclass(frozen=True)
class Request:
    """Which job, and how."""

    key: str = field(metadata=_fields.KEY)
    id: str = field(metadata=_fields.ID)
    token: str = field(metadata=_fields.TOKEN)
    at_once: bool = field(default=False, metadata={"help": "give the machine back now; what was not sent yet is lost"})
    password: str = field(default="", metadata=_fields.PASSWORD)

    def __post_init__(self) -> None:
        _fields.check(self)


def run(request: Request) -> Result:
    """Ask a job on Hugging Face Jobs to save, send its result and end; its machine is given back within a minute."""
    visitor = _fields.who(request)
    _fields.token(request)
    job = (hubjobs.cancel if request.at_once else hubjobs.stop)(visitor, request.id, request.token)
    return Result(_rows.one(visitor, job.id))
