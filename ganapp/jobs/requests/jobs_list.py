"""The jobs a visitor may see, the newest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ganapp.base.errors import UserError
from ganapp.jobs import actions
from ganapp.jobs.requests import _fields, _rows

MOST = 200  # jobs of one answer


@dataclass(frozen=True)
class Request:
    """Which part of the list."""

    key: str = field(metadata=_fields.KEY)
    mine: bool = field(default=False, metadata={"help": "leave out what others have shared"})
    first: int = field(default=0, metadata={"help": "how many of the newest to leave out"})
    count: int = field(default=50, metadata={"help": "how many to list, 200 at most"})
    find: str = field(default="", metadata={"help": "only jobs whose name or id holds this text"})
    password: str = field(default="", metadata=_fields.PASSWORD)

    def __post_init__(self) -> None:
        _fields.check(self)
        if self.first < 0:
            raise UserError("whole_between", name="first", low=0, high=10**9)
        if not 1 <= self.count <= MOST:
            raise UserError("whole_between", name="count", low=1, high=MOST)


@dataclass(frozen=True)
class Result:
    """jobs: the rows asked for; total: how many there are in all."""

    jobs: tuple[dict[str, Any], ...]
    total: int

    def report(self) -> dict[str, Any]:
        """Rows and their number in all."""
        return {"jobs": list(self.jobs), "total": self.total}


def run(request: Request) -> Result:
    """List your jobs and those that others have shared, the newest first, with their state and place in the queue."""
    visitor = _fields.who(request)
    sought = request.find.strip().casefold()
    found = [entry for entry in actions.listing(visitor, request.mine) if sought in f"{entry[0].name} {entry[0].id}".casefold()]
    shown = found[request.first : request.first + request.count]
    return Result(tuple(_rows.listed(job, place, visitor) for job, place in shown), len(found))
