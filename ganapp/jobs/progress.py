"""A job at one moment, read from its folder: nothing of it is remembered in the process that shows it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganapp import curves
from ganapp.jobs import actions, process, queue, store
from ganapp.jobs.visitor import Visitor


@dataclass(frozen=True)
class Progress:
    """state: as `store.STATES`; place: in the queue, 0 when it does not wait; reason: {"key", "values"} of a sentence, or None;
    seconds: spent on training; eta: seconds left, None when unknown; rate: steps a second; memory_mb: most taken so far;
    heartbeat: seconds since the run last said something, None when it has not; latest: values of the last step;
    curves: see `Curves.columns`; lamps: the last diagnosis, {} without one; diagnoses: all of them, thinned;
    samples: {name: (step, ...)} of the sheets samples/NAME/STEP.png, "" for samples/STEP.png; result: whether there is one;
    checkpoint: whether there is one; yours: whether the visitor may change it."""

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
    latest: dict[str, float | None] = field(default_factory=dict)
    curves: dict[str, Any] = field(default_factory=dict)
    lamps: dict[str, Any] = field(default_factory=dict)
    diagnoses: tuple[dict[str, Any], ...] = ()
    samples: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def why(self, language: str = "en") -> str:
        """The sentence of the reason in `language`, "" without one."""
        return store.sentence(self.reason, language) if self.reason else ""


def read(visitor: Visitor, job_id: str) -> Progress:
    """The job as it is now; whoever reads it is counted as watching. UserError when the visitor knows no such job."""
    queue.tick()
    job = actions.watch(visitor, job_id)
    said = process.told(job.folder)
    diagnoses = _diagnoses(job.folder / "diagnostics.jsonl")
    running = job.state == "running"
    return Progress(
        id=job.id,
        name=job.name,
        state=job.state,
        place=queue.place(job, store.select("state = 'waiting'")) if job.state == "waiting" else 0,
        reason=json.loads(job.reason) if job.reason else None,
        step=said.get("step", job.step),
        steps=job.steps,
        seconds=said.get("seconds", job.seconds),
        eta=said.get("eta") if running else None,
        rate=said.get("rate", 0.0),
        memory_mb=said.get("memory_mb", 0),
        device=job.device,
        heartbeat=max(0.0, time.time() - said["heartbeat"]) if "heartbeat" in said else None,
        order=_order(job.folder),
        shared=bool(job.shared),
        yours=visitor.may_change(job),
        result=(job.folder / "result" / "config.json").is_file(),
        checkpoint=(job.folder / "checkpoint.pt").is_file(),
        latest=said.get("latest", {}),
        curves=curves.read(job.folder).columns(),
        lamps=diagnoses[-1] if diagnoses else {},
        diagnoses=diagnoses[:: max(1, len(diagnoses) // 300)],
        samples=samples(job.folder),
    )


def _order(folder: Path) -> dict[str, Any]:
    try:
        values = json.loads((folder / "order.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def _diagnoses(path: Path) -> tuple[dict[str, Any], ...]:
    """All diagnoses of a run; there is one with each sample grid."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ()
    return tuple(json.loads(line) for line in lines if line.endswith("}"))


def samples(folder: Path) -> dict[str, tuple[int, ...]]:
    """Steps of the sheets there are, by name."""
    found: dict[str, list[int]] = {}
    for path in (folder / "samples").glob("**/*.png"):
        if path.stem.isdigit():
            name = path.parent.relative_to(folder / "samples").as_posix()
            found.setdefault("" if name == "." else name, []).append(int(path.stem))
    return {name: tuple(sorted(steps)) for name, steps in sorted(found.items())}
