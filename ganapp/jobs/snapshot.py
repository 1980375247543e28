"""The state of a job at one moment, read from its folder each time; the process that shows it keeps nothing in memory."""

from __future__ import annotations

import os
import re
import time
from bisect import bisect_left
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganapp.base import curves
from ganapp.jobs import actions, outcome, process, queue, reports, store
from ganapp.jobs.store import Job
from ganapp.jobs.visitor import Visitor

SHEET = re.compile(r"[0-9]{1,12}\.png")  # not \d: digits of other scripts are no steps
NAMES = re.compile(r"[a-z_]{1,40}")  # of sheets
QUIET = {"starting": False, "ending": "", "since": 0.0, "fetched": (0, 0)}  # of a job that does nothing beside its steps


@dataclass(frozen=True)
class Progress:
    """state: as `store.STATES`; place: in the queue, 0 when it does not wait; reason: {"key", "values"} of a sentence, or None;
    seconds: spent on training; eta: seconds left, None when unknown; rate: steps a second; memory_mb: most taken so far;
    heartbeat: seconds since the run last said something, None when it has not; latest: values of the last step;
    curves: see `Curves.columns`; lamps: the last diagnosis, {} without one; diagnoses: at most 300 of them;
    mark: what `read` takes as `since`;
    samples: {name: (step, ...)} of the sheets samples/NAME/STEP.png, "" for samples/STEP.png; result: whether there is one;
    usable: the step whose weights it holds, None without one; checkpoint: whether there is one; saved: its step;
    yours: whether the visitor may change it. Of a running job, starting: whether it still gets ready for its first step;
    ending: "stop", "pause" or "disk" when it was asked to end, else ""; since: seconds that it has been doing this; fetched: megabytes of
    what it fetches before its first step, those that are here and all, (0, 0) when it fetches nothing; held: whether it waits to be driven
    by hand."""

    id: str
    name: str
    state: str
    place: int
    reason: dict[str, Any] | None
    step: int
    steps: int
    seconds: float
    eta: float | None
    rate: float
    memory_mb: int
    device: str
    heartbeat: float | None
    order: dict[str, Any]
    shared: bool
    yours: bool
    result: bool
    checkpoint: bool
    saved: int = 0
    usable: int | None = None
    starting: bool = False
    ending: str = ""
    since: float = 0.0
    fetched: tuple[int, int] = (0, 0)
    held: bool = False
    latest: dict[str, float | None] = field(default_factory=dict)
    curves: dict[str, Any] = field(default_factory=dict)
    lamps: dict[str, Any] = field(default_factory=dict)
    diagnoses: tuple[dict[str, Any], ...] = ()
    samples: dict[str, tuple[int, ...]] = field(default_factory=dict)
    mark: int = -1

    def why(self, language: str = "en") -> str:
        """The sentence of the reason in `language`, "" without one."""
        return store.sentence(self.reason, language) if self.reason else ""


@dataclass(frozen=True)
class Mark:
    """Up to where a job is known: `full` points of curves that hold 2**`doubled` lines each, sheets and diagnoses before `step`."""

    step: int = 0
    doubled: int = 0
    full: int = 0

    @classmethod
    def of(cls, number: int) -> Mark:
        """The mark that `number` stands for; nothing is known for a negative one."""
        return cls(number >> 15, number >> 10 & 31, number & 1023) if number >= 0 else cls()

    def number(self) -> int:
        """As one whole number that a page can keep."""
        return min(self.step, 2**37) << 15 | min(self.doubled, 31) << 10 | min(self.full, 1023)


def read(visitor: Visitor, job_id: str, since: int = -1) -> Progress:
    """The job as it is now; whoever reads it is counted as watching. UserError when the visitor knows no such job.

    since: the `mark` of an earlier reading: curves, diagnoses and samples are only those from there on (some may come again).
    """
    queue.look()
    job = actions.watch(visitor, job_id)
    said, running = reports.status(job.folder), job.state == "running"
    known = Mark.of(since)
    points, sheets = curves.read(job.folder), samples(job.folder)
    first = known.full if known.full <= len(points.points) and points.lines == 1 << known.doubled else 0
    diagnoses, last = reports.diagnoses(job.folder, known.step)
    return Progress(
        **{name: getattr(job, name) for name in ("id", "name", "state", "steps", "device")},
        place=queue.place(job),
        reason=job.because(),
        step=said.get("step", job.step),
        seconds=said.get("seconds", job.seconds),
        eta=said.get("eta") if running else None,
        rate=said.get("rate", 0.0),
        memory_mb=said.get("memory_mb", 0),
        heartbeat=max(0.0, time.time() - said["heartbeat"]) if "heartbeat" in said else None,
        order=reports.order(job.folder),
        shared=bool(job.shared),
        yours=visitor.may_change(job),
        result=(job.folder / "result" / "config.json").is_file(),
        checkpoint=(job.folder / "checkpoint.pt").is_file(),
        saved=actions.saved_step(job),
        usable=outcome.step(job.folder),
        **phase(job),
        held=running and said.get("held", False),
        latest=said.get("latest", {}),
        curves=points.columns(first),
        lamps=last,
        diagnoses=diagnoses,
        samples={name: steps[bisect_left(steps, known.step) :] for name, steps in sheets.items()},
        mark=_mark(points, sheets),
    )


def phase(job: Job) -> dict[str, Any]:
    """Whether a running job is still preparing or is ending, and for how many seconds."""
    if job.state != "running":
        return dict(QUIET)
    said, (ending, seconds) = reports.status(job.folder), process.end_request(job.folder)
    starting = not process.stepping(said)
    spent = seconds if ending else time.time() - job.started if starting else 0.0
    fetched = tuple(said.get("fetched", (0, 0))) if starting else (0, 0)
    return {"starting": starting, "ending": ending, "since": round(max(0.0, spent), 1), "fetched": fetched}


def _mark(points: curves.Curves, sheets: dict[str, tuple[int, ...]]) -> int:
    """Where the next reading may begin: at the last point, which may not be full yet, and at the sheets that every name has."""
    full = 0 if points.sampled else max(0, len(points.points) - 1)
    return Mark(min((steps[-1] for steps in sheets.values()), default=0), points.lines.bit_length() - 1, full).number()


def samples(folder: Path) -> dict[str, tuple[int, ...]]:
    """Steps of the sheets there are, by name, "" first."""
    sheets = {"": _steps(folder / "samples")}
    try:
        names = sorted(entry.name for entry in os.scandir(folder / "samples") if NAMES.fullmatch(entry.name) and entry.is_dir())[:20]
    except OSError:
        names = []
    sheets |= {name: _steps(folder / "samples" / name) for name in names}
    return {name: steps for name, steps in sheets.items() if steps}


def _steps(folder: Path) -> tuple[int, ...]:
    try:
        names = [entry.name for entry in os.scandir(folder)]
    except OSError:
        return ()
    return tuple(sorted(int(name[:-4]) for name in names if SHEET.fullmatch(name)))
