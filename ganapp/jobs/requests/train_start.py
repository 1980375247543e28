"""Start a training, or put it in the queue."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ganapp.jobs import actions
from ganapp.jobs.requests import _fields, _orders, _rows
from ganapp.jobs.requests._rows import OneJob as Result


@dataclass(frozen=True)
class Request:
    """An order, and what the job is called."""

    key: str = field(metadata=_fields.KEY)
    order: dict[str, Any] = field(metadata={"help": "what to train: recipe, steps, seed, every, previews, device, settings"})
    name: str = field(default="", metadata={"help": "what the job is called; empty, it is called after its data"})
    shared: bool = field(default=False, metadata={"help": "whether others may watch it"})
    password: str = field(default="", metadata=_fields.PASSWORD)

    def __post_init__(self) -> None:
        _fields.check(self)


def run(request: Request) -> Result:
    """Start the training that an order asks for, at once or when its device is free; the job goes on whether anybody looks or not.

    An order that cannot be carried out, or more than is allowed here, is refused with a sentence.
    """
    visitor = _fields.who(request)
    order = _orders.checked(visitor, request.order)
    job = actions.submit(visitor, order, request.name or _orders.title(order), request.shared)
    return Result(_rows.one(visitor, job.id))
