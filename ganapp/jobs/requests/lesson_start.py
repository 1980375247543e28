"""Start a lesson: a run that breaks on purpose."""

from __future__ import annotations

from ganapp.base.validation import about, request_class
from ganapp.jobs import lessons
from ganapp.jobs.requests import _fields, _rows
from ganapp.jobs.requests._rows import OneJob as Result


@request_class
class Request:
    """Which lesson, and what its run is called."""

    key: _fields.Line = about(_fields.KEY)
    lesson: _fields.Line = about("one of those that train_options lists")
    name: _fields.Line = about("what the job is called; empty, as the lesson", default="")
    password: _fields.Line = about(_fields.PASSWORD, default="")


def run(request: Request) -> Result:
    """Start the run of a lesson: it breaks as the lesson says, and its diagnoses name the symptom. `lesson_cure` heals it."""
    visitor = _fields.who(request)
    job = lessons.start(visitor, request.lesson, request.name)
    return Result(_rows.one(visitor, job.id))
