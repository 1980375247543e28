"""What an order will need on this machine."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganapp import living
from ganapp.errors import UserError
from ganapp.jobs import orders
from ganapp.jobtasks import _fields, _orders, _processes

FAR = True
SECONDS = 180.0  # that a measurement may take
SPARE = 256  # megabytes that the rest of the machine is left


@dataclass(frozen=True)
class Request:
    """An order that has not been given yet."""

    key: str = field(metadata=_fields.KEY)
    order: dict[str, Any] = field(metadata={"help": "what would be trained, as for train_start"})
    password: str = field(default="", metadata=_fields.PASSWORD)

    def __post_init__(self) -> None:
        _fields.check(self)


@dataclass(frozen=True)
class Result:
    """needs: as `run` says."""

    needs: dict[str, Any]

    def report(self) -> dict[str, Any]:
        """What the order needs."""
        return self.needs


def run(request: Request) -> Result:
    """Measure a few real steps of an order, and tell what the whole will need on this machine.

    step: seconds a step; pictures: real pictures a second; show, diagnosis: seconds of one moment's sample sheets and of one look at its
    health; ready: seconds before the first step; total: seconds in all; memory_mb: megabytes at most; device: where it was measured;
    fits: whether that much memory is free now. A newer request of the same visitor takes the place of one that is still measuring.
    """
    visitor = _fields.who(request)
    order = _orders.checked(visitor, request.order)
    try:
        with tempfile.TemporaryDirectory(prefix="likeness-") as folder:
            orders.write(Path(folder), order)
            free = living.free_mb()
            told = _processes.newest(visitor, "ganapp.training.calibration", [folder], SECONDS)
    except OSError as problem:
        raise UserError("disk_full") from problem
    on_a_card = str(told["device"]).partition(":")[0] in ("cuda", "mps")  # it ran, so it fits there
    return Result({**told, "fits": on_a_card or not free or told["memory_mb"] + SPARE <= free})
