"""What an order will need on this machine: a few real steps, timed. `python -m ganapp.training.run.estimate FOLDER` prints it as JSON,
or {"problem": {"en", "zh"}} for an order that cannot be carried out.

In a process of its own, so that the memory measured is the run's and a machine too small takes nothing else down. All is done as the run
does it: its sheets are drawn and written, its health is looked at, a checkpoint and the result are saved, in a folder that goes.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ganapp.base.errors import UserError
from ganapp.base.moments import moments
from ganapp.base.order_file import Order
from ganapp.machine import processes

if TYPE_CHECKING:
    from ganapp.training.run.loop import Training

FEWEST, MOST = 3, 400  # timed steps at least and at most
ENOUGH, BUDGET = 3.0, 20.0  # seconds of timed steps after which there are enough, and after which there are in any case


@dataclass(frozen=True)
class Estimate:
    """step: seconds a step (mean); pictures: real pictures a second; show: seconds of the sample grids of a moment; save: of a checkpoint
    and the result beside it; diagnosis: of a look at its health after the first; first: of the first; write: of the result at the end;
    total: of the whole order; processor: the same in seconds of the processor, all cores together; ready: before its first step, from the
    start of its process; memory_mb: megabytes at most; device: where it was measured."""

    step: float
    pictures: float
    show: float
    save: float
    diagnosis: float
    first: float
    write: float
    total: float
    processor: float
    ready: float
    memory_mb: int
    device: str


class Spent(NamedTuple):
    """Seconds by the clock, and of the processor."""

    clock: float
    processor: float

    def since(self, other: Spent) -> Spent:
        """From `other` to this; never less than nothing."""
        return Spent(max(0.0, self.clock - other.clock), max(0.0, self.processor - other.processor))


def _now() -> Spent:
    """Since the start of this process."""
    return Spent(processes.age(), time.process_time())


def estimate(order: Order, begun: Spent | None = None) -> Estimate:
    """Begin the run, do a few of its steps, paint, save and diagnose once. begun: what this process had spent when the run began, as if it
    were the present without it. UserError for an order that is refused."""
    begun = begun or _now()
    from ganapp.training.run.loop import Training

    with tempfile.TemporaryDirectory(prefix="likeness-") as folder, Training(order, Path(folder)) as training:
        ready = _now().since(begun)
        step, warming = _steps(training, order.steps)
        costs = {"step": step, **_beside(training)}
        costs["ready"] = Spent(ready.clock + warming.clock, ready.processor + warming.processor)
        settings = getattr(training.run, "settings", None)
        batch, apart = int(getattr(settings, "batch", 0)), int(getattr(settings, "diagnosed", 0))
        counts = moments(order.steps, order.every, order.previews, apart if "diagnosis" in costs else 0)
        every = {name: costs.get(name, Spent(0.0, 0.0)) for name in ("ready", "step", "show", "save", "diagnosis", "first", "write")}
        total, processor = (counts.total({name: cost[way] for name, cost in every.items()}) for way in (0, 1))
        seconds = {name: round(cost.clock, 5) for name, cost in every.items()}
        pictures = round(batch / every["step"].clock, 5)
        here = training.place
        return Estimate(
            **seconds, pictures=pictures, total=round(total, 5), processor=round(processor, 5),
            memory_mb=here.memory_mb(), device=str(here.device),
        )  # fmt: skip


def _steps(training: Training, steps: int) -> tuple[Spent, Spent]:
    """The mean of a step, over whole turns of what only every n-th step does; and what the first steps cost more than others."""
    cycle = max(1, min(int(getattr(getattr(training.run, "settings", None), "lazy", 1)), MOST))
    warm = max(2, cycle)
    started = _now()
    for k in range(warm):
        training.run.step(k, max(steps, warm))  # its numbers are read, which waits for the device
    begun, done = _now(), 0
    first = begun.since(started)
    while True:
        training.run.step(warm + done, max(steps, warm + done + 1))
        done += 1
        clock = _now().since(begun).clock
        if (done % cycle == 0 and done >= FEWEST and clock >= ENOUGH) or done >= math.ceil(MOST / cycle) * cycle or clock >= BUDGET:
            spent = _now().since(begun)
            step = Spent(spent.clock / done, spent.processor / done)
            return step, first.since(Spent(warm * step.clock, warm * step.processor))


def _beside(training: Training) -> dict[str, Spent]:
    """What a moment of a run costs beside its steps: each part of it done as the run does it."""
    run: Any = training.run
    costs: dict[str, Spent] = {}
    if getattr(getattr(run, "settings", None), "diagnosed", 0) and hasattr(run, "examine"):
        costs["first"] = _taken(lambda: run.examine(0))
        costs["diagnosis"] = _taken(lambda: run.examine(0))
    training.show()
    costs["show"] = _taken(training.show)
    costs["save"] = _taken(training.save).since(costs["show"])
    costs["write"] = _taken(training.write)
    return costs


def _taken(work: Callable[[], object]) -> Spent:
    begun = _now()
    work()
    return _now().since(begun)


def main(arguments: list[str]) -> int:
    """Returns 0 when measured, 2 for an order that cannot be carried out."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when torch is loaded
    from ganapp.base.order_file import read

    parser = argparse.ArgumentParser("python -m ganapp.training.run.estimate")
    parser.add_argument("folder", type=Path)
    try:
        print(json.dumps(dataclasses.asdict(estimate(read(parser.parse_args(arguments).folder), Spent(0.0, 0.0)))))
    except UserError as problem:
        print(json.dumps({"problem": {language: problem.sentence(language) for language in ("en", "zh")}}, ensure_ascii=False))
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
