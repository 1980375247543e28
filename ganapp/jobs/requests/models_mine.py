"""Which models that were trained here a visitor may take away."""

from __future__ import annotations

from dataclasses import dataclass

from ganapp.base.validation import about, request_class
from ganapp.jobs import trained_models
from ganapp.jobs.requests import _fields
from ganapp.tasks import _result


@request_class
class Request:
    """Whoever asks."""

    key: _fields.Line = about(_fields.KEY)
    password: _fields.Line = about(_fields.PASSWORD, default="")


@dataclass(frozen=True)
class Result(_result.Facts):
    """models: their ids."""

    models: list[str]


def run(request: Request) -> Result:
    """List the models that were trained here and that you may remove: those of your jobs, or all for an administrator."""
    return Result(list(trained_models.theirs(_fields.who(request))))
