"""What an order will need on this machine."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganapp.base.errors import UserError
from ganapp.base.validation import about, request_class
from ganapp.jobs import orders
from ganapp.jobs.requests import _estimates, _fields, _orders, _processes
from ganapp.jobs.visitor import Visitor
from ganapp.machine import memory
from ganapp.tasks import _result

FAR = True
SECONDS = 180.0  # that a measurement may take
SPARE = 256  # megabytes that the rest of the machine is left


@request_class
class Request:
    """An order that has not been given yet."""

    key: _fields.Line = about(_fields.KEY)
    order: _fields.Object = about("what would be trained, as for train_start")
    measure: bool = about("false: only say what was measured before with exactly these settings", default=True)
    password: _fields.Line = about(_fields.PASSWORD, default="")


@dataclass(frozen=True)
class Result(_result.Whole):
    """needs: as `run` says."""

    needs: dict[str, Any]


def run(request: Request) -> Result:
    """Measure a few real steps of an order, and tell what the whole will need on this machine.

    known: whether there is a measurement, always true unless `measure` is false; without one, only `waits` is told: whether your own
    measurement waits for somebody else's. step: seconds a step; pictures: real pictures a second; show, save, diagnosis: seconds of one
    moment's sample sheets, of one checkpoint, and of one look at its health (first: of the first); ready: seconds from the start of its
    process to its first step; write: of the result at its end; total: seconds in all; processor: the same in seconds of the processor, all
    cores together; memory_mb: megabytes at most;
    device: where it was measured; runs: how many other runs were at work; fits: whether that much memory is free now. A measurement is
    remembered for an hour, for exactly these settings: only steps, every, previews and seed may differ. A newer request of the same
    visitor takes the place of one that is still measuring.
    """
    visitor = _fields.who(request)
    visitor.must_train()
    order = _orders.checked(visitor, request.order)
    if request.measure:
        measured = _measured(visitor, order)
    elif (before := _estimates.known(order)) is None:
        return Result({"known": False, "waits": _processes.waits(visitor)})
    else:
        measured = before
    on_a_card = str(measured["device"]).partition(":")[0] in ("cuda", "mps")  # it ran, so it fits there
    return Result({**measured, "known": True, "fits": on_a_card or measured["memory_mb"] + SPARE <= memory.free_mb()})


def _measured(visitor: Visitor, order: dict[str, Any]) -> dict[str, Any]:
    """A new measurement, which is remembered."""
    runs = _estimates.running()
    try:
        with tempfile.TemporaryDirectory(prefix="likeness-") as folder:
            orders.write(Path(folder), order)
            answer = _processes.newest(visitor, "ganapp.training.run.estimate", [folder], SECONDS)
    except OSError as problem:
        raise UserError("disk_full") from problem
    measured = {**answer, "runs": runs}
    _estimates.keep(order, measured, runs)
    return measured
