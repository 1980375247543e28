"""Take away a model that was trained here."""

from __future__ import annotations

from dataclasses import dataclass

from ganapp.base.validation import about, request_class
from ganapp.jobs import trained_models
from ganapp.jobs.requests import _fields
from ganapp.tasks import _result


@request_class
class Request:
    """Which model."""

    key: _fields.Line = about(_fields.KEY)
    model: _fields.Line = about("the model's id, as the list of models shows it")
    password: _fields.Line = about(_fields.PASSWORD, default="")


@dataclass(frozen=True)
class Result(_result.Facts):
    """model: the id of what is gone."""

    model: str


def run(request: Request) -> Result:
    """Take a model that was trained here away from all pages and delete it. Only who trained it may, or an administrator.

    The job it was made from stays, and can be used again.
    """
    trained_models.remove(_fields.who(request), request.model)
    return Result(request.model)
