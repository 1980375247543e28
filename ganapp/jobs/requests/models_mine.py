"""Which models that were trained here a visitor may take away."""

from __future__ import annotations

from dataclasses import dataclass, field

from ganapp.jobs import trained_models as models
from ganapp.jobs.requests import _fields


@dataclass(frozen=True)
class Request:
    """Whoever asks."""

    key: str = field(metadata=_fields.KEY)
    password: str = field(default="", metadata=_fields.PASSWORD)

    def __post_init__(self) -> None:
        _fields.check(self)


@dataclass(frozen=True)
class Result:
    """models: their ids."""

    models: tuple[str, ...]

    def report(self) -> dict[str, list[str]]:
        """Their ids."""
        return {"models": list(self.models)}


def run(request: Request) -> Result:
    """List the models that were trained here and that you may remove: those of your jobs, or all for an administrator."""
    return Result(models.theirs(_fields.who(request)))
