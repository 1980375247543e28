"""What an order will need on this machine: a few real steps, timed. `python -m ganapp.training.run.estimate FOLDER` prints it as JSON,
or {"problem": {"en", "zh"}} for an order that cannot be carried out.

In a process of its own, so that the memory measured is the run's and a machine too small takes nothing else down.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ganapp.base.errors import UserError
from ganapp.base.order_file import Order

WARM, FEWEST, MOST = 2, 3, 20  # steps before timing, and timed ones at least and at most
BUDGET = 8.0  # seconds of timed steps


@dataclass(frozen=True)
class Estimate:
    """step: seconds a step (mean); pictures: real pictures a second; show: seconds of the sample grids of a moment; diagnosis: of
    a diagnosis after the first; total: of the whole order; ready: before its first step; memory_mb: megabytes at most; device: where it
    was measured."""

    step: float
    pictures: float
    show: float
    diagnosis: float
    total: float
    ready: float
    memory_mb: int
    device: str


def estimate(order: Order) -> Estimate:
    """Begin the run, do a few of its steps, paint and diagnose once. UserError for an order that is refused."""
    import torch

    from ganapp.training.run import loop, place

    begun = time.monotonic()
    here = place.settle(order.device)
    if order.threads:
        torch.set_num_threads(order.threads)
    torch.manual_seed(order.seed)
    run = loop.begin(order)
    ready = time.monotonic() - begun
    seconds: list[float] = []
    while len(seconds) < WARM + FEWEST or (len(seconds) < WARM + MOST and sum(seconds[WARM:]) < BUDGET):
        started = time.monotonic()
        run.step(len(seconds), order.steps)  # its numbers are read, which waits for the device
        seconds.append(time.monotonic() - started)
    step = statistics.fmean(seconds[WARM:])  # what every n-th step costs more is paid on average too
    show = _seconds(lambda: (run.samples(), getattr(run, "sheets", dict)()))
    settings = getattr(run, "settings", None)
    batch, apart = int(getattr(settings, "batch", 0)), int(getattr(settings, "diagnosed", 0))
    examine = getattr(run, "examine", None) if apart else None
    diagnosis = _seconds(lambda: examine(0)) if examine else 0.0
    grids = order.steps // order.every + (order.steps // order.previews if order.previews else 0)
    total = ready + step * order.steps + show * grids + (diagnosis * (order.steps // apart) if apart else 0.0)
    step, pictures, show, diagnosis, total, ready = (round(value, 5) for value in (step, batch / step, show, diagnosis, total, ready))
    return Estimate(step, pictures, show, diagnosis, total, ready, here.memory_mb(), str(here.device))


def _seconds(work: Callable[[], object]) -> float:
    """Seconds that `work` takes the second time, when all it needs is there."""
    work()
    started = time.monotonic()
    work()
    return time.monotonic() - started


def main(arguments: list[str]) -> int:
    """Returns 0 when measured, 2 for an order that cannot be carried out."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when torch is loaded
    from ganapp.base.order_file import read

    parser = argparse.ArgumentParser("python -m ganapp.training.run.estimate")
    parser.add_argument("folder", type=Path)
    try:
        print(json.dumps(dataclasses.asdict(estimate(read(parser.parse_args(arguments).folder)))))
    except UserError as problem:
        print(json.dumps({"problem": {language: problem.sentence(language) for language in ("en", "zh")}}, ensure_ascii=False))
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
