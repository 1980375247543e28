"""Start a training on Hugging Face Jobs."""

from __future__ import annotations

from typing import Annotated

from ganapp.base.kinds import Number
from ganapp.base.validation import about, request_class
from ganapp.jobs import hubjobs
from ganapp.jobs.requests import _fields, _orders, _rows
from ganapp.jobs.requests._rows import OneJob as Result

FAR = True


@request_class
class Request:
    """An order, and the machine to rent."""

    key: _fields.Line = about(_fields.KEY)
    order: _fields.Object = about("what to train, as for train_start")
    flavour: _fields.Line = about("the machine, one of hub_offers")
    token: _fields.Line = about(_fields.TOKEN)
    hours: Annotated[float, Number(0, 1e9)] = about("after how many hours the machine is given back, whatever runs on it", default=2.0)
    name: _fields.Line = about("what the job is called; empty, it is called after its data", default="")
    password: _fields.Line = about(_fields.PASSWORD, default="")


def run(request: Request) -> Result:
    """Rent a machine on Hugging Face Jobs and carry out an order there. It costs the owner of the token money from now on.

    The order, this program and pictures that were sent go to a private repository of that owner; the token goes to the machine as a
    secret and is not kept here.
    """
    visitor = _fields.who(request)
    visitor.must_train()
    order = _orders.checked(visitor, request.order, here=False)
    rent = hubjobs.Rent(request.flavour, request.token, request.hours)
    job = hubjobs.submit(visitor, order, rent, request.name)
    return Result(_rows.one(visitor, job.id))
