"""Machines that Hugging Face Jobs rents out."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from ganapp.jobs import hubjobs
from ganapp.jobs.requests import _fields

FAR = True


@dataclass(frozen=True)
class Request:
    """Whoever asks."""

    key: str = field(metadata=_fields.KEY)
    token: str = field(default="", metadata=_fields.TOKEN)
    password: str = field(default="", metadata=_fields.PASSWORD)

    def __post_init__(self) -> None:
        _fields.check(self)


@dataclass(frozen=True)
class Result:
    """offers: the cheapest first."""

    offers: tuple[dict[str, Any], ...]

    def report(self) -> dict[str, Any]:
        """The offers."""
        return {"offers": list(self.offers)}


def run(request: Request) -> Result:
    """List the machines that Hugging Face Jobs rents out: flavour, title, cpu, memory, accelerator, dollars an hour."""
    _fields.who(request)
    return Result(tuple(dataclasses.asdict(offer) for offer in hubjobs.offers(request.token or None)))
