"""Start a training on Hugging Face Jobs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ganapp.jobs import hubjobs
from ganapp.jobs.requests import _fields, _orders, _rows
from ganapp.jobs.requests._rows import OneJob as Result

FAR = True


@dataclass(frozen=True)
class Request:
    """An order, and the machine to rent."""

    key: str = field(metadata=_fields.KEY)
    order: dict[str, Any] = field(metadata={"help": "what to train, as for train_start"})
    flavour: str = field(metadata={"help": "the machine, one of hub_offers"})
    token: str = field(metadata=_fields.TOKEN)
    hours: float = field(default=2.0, metadata={"help": "after how many hours the machine is given back, whatever runs on it"})
    name: str = field(default="", metadata={"help": "what the job is called; empty, it is called after its data"})
    password: str = field(default="", metadata=_fields.PASSWORD)

    def __post_init__(self) -> None:
        _fields.check(self)


def run(request: Request) -> Result:
    """Rent a machine on Hugging Face Jobs and carry out an order there. It costs the owner of the token money from now on.

    The order, this program and pictures that were sent go to a private repository of that owner; the token goes to the machine as a
    secret and is not kept here.
    """
    visitor = _fields.who(request)
    order = _orders.checked(visitor, request.order, here=False)
    rent = hubjobs.Rent(request.flavour, request.token, request.hours)
    job = hubjobs.submit(visitor, order, rent, request.name or _orders.title(order))
    return Result(_rows.one(visitor, job.id))
