"""Machines that Hugging Face Jobs rents out."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from ganapp.base.validation import about, request_class
from ganapp.jobs import hubjobs
from ganapp.jobs.requests import _fields
from ganapp.tasks import _result

FAR = True


@request_class
class Request:
    """Whoever asks."""

    key: _fields.Line = about(_fields.KEY)
    token: _fields.Line = about(_fields.TOKEN, default="")
    password: _fields.Line = about(_fields.PASSWORD, default="")


@dataclass(frozen=True)
class Result(_result.Facts):
    """offers: the cheapest first."""

    offers: tuple[dict[str, Any], ...]


def run(request: Request) -> Result:
    """List the machines that Hugging Face Jobs rents out: flavour, title, cpu, memory, accelerator, dollars an hour."""
    _fields.who(request)
    return Result(tuple(dataclasses.asdict(offer) for offer in hubjobs.offers(request.token or None)))
