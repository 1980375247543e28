"""Start a training, or put it in the queue."""

from __future__ import annotations

from ganapp.base.errors import UserError
from ganapp.base.validation import about, request_class
from ganapp.jobs import actions, copying, orders
from ganapp.jobs.requests import _fields, _orders, _rows
from ganapp.jobs.requests._rows import OneJob as Result


@request_class
class Request:
    """An order, and what the job is called."""

    key: _fields.Line = about(_fields.KEY)
    order: _fields.Object = about("what to train: recipe, steps, seed, every, previews, device, settings")
    name: _fields.Line = about("what the job is called; empty, it is called after its data", default="")
    shared: bool = about("whether others may watch it", default=False)
    password: _fields.Line = about(_fields.PASSWORD, default="")


def run(request: Request) -> Result:
    """Start the training that an order asks for, at once or when its device is free; the job goes on whether anybody looks or not.

    An order that cannot be carried out, or more than is allowed here, is refused with a sentence.
    """
    visitor = _fields.who(request)
    order = _orders.checked(visitor, request.order)
    if request.shared and copying.own_pictures(order):
        raise UserError("share_untested", name=request.name or orders.title(order))
    job = actions.submit(visitor, order, request.name, request.shared)
    return Result(_rows.one(visitor, job.id))
