"""Heal the run of a lesson."""

from __future__ import annotations

from ganapp.base.validation import about, request_class
from ganapp.jobs import actions, lessons, snapshot
from ganapp.jobs.requests import _fields, _orders, _rows
from ganapp.jobs.requests._rows import OneJob as Result


@request_class
class Request:
    """Which job."""

    key: _fields.Line = about(_fields.KEY)
    id: _fields.Line = about(_fields.ID)
    password: _fields.Line = about(_fields.PASSWORD, default="")


def run(request: Request) -> Result:
    """Apply the cure of a lesson to its run.

    The job is stopped, and a copy goes on from its weights, or begins anew, with the settings that heal.
    """
    visitor = _fields.who(request)
    chosen = lessons.lesson(str(snapshot.read(visitor, request.id).order.get("lesson", "")))
    # an order may say more than the lesson's
    _orders.copied(visitor, actions.find(visitor, request.id), chosen.changes, chosen.onward)
    return Result(_rows.one(visitor, lessons.cure(visitor, request.id).id))
