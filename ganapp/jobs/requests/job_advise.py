"""Follow advice about an unhealthy run."""

from __future__ import annotations

from ganapp.base.errors import UserError
from ganapp.base.validation import about, request_class
from ganapp.jobs import actions, snapshot
from ganapp.jobs.requests import _advice, _fields, _orders, _rows
from ganapp.jobs.requests._rows import OneJob as Result


@request_class
class Request:
    """Which job, and which advice of those its diagnosis offers."""

    key: _fields.Line = about(_fields.KEY)
    id: _fields.Line = about(_fields.ID)
    advice: _fields.Line = about("the key of an advice that job_show offers")
    password: _fields.Line = about(_fields.PASSWORD, default="")


def run(request: Request) -> Result:
    """Follow advice: stop the job where it stands, and start a copy that goes on from its last good checkpoint with the advice's changes.

    Advice that changes nothing ("stop_here") only stops the job, which is the answer then.
    """
    visitor = _fields.who(request)
    now = snapshot.read(visitor, request.id)
    advice = {entry["key"]: entry["changes"] for entry in _advice.offered(now)}
    if request.advice not in advice:
        raise UserError("advice_unfit", advice=request.advice[:40], known=", ".join(advice) or "-")
    changes = {"settings": advice[request.advice]}
    if advice[request.advice]:
        _orders.copied(visitor, actions.find(visitor, now.id), changes, onward=True)  # a diagnosis is no more than a file of the run's
    if not now.checkpoint:
        raise UserError("no_checkpoint", name=now.name)
    actions.settle(visitor, now.id)
    if not advice[request.advice]:
        return Result(_rows.one(visitor, now.id))
    job = actions.duplicate(visitor, now.id, changes, onward=True)
    return Result(_rows.one(visitor, job.id))
