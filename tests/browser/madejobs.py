"""Jobs as a page meets them, made in a moment: the folder and the row of a run that was never carried out."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from ganapp.base import paths
from ganapp.digits import idx
from ganapp.jobs import store, visitor
from ganapp.jobs.store import Job
from tests.support import tinymodel

KEY, OTHER = "k" * 32, "o" * 32
EVERY = 250
MOST = 12  # sheets of a job; each takes a moment to draw


@dataclass(frozen=True)
class Told:
    """What is made: name ("": nobody gave it one),
    state, step of steps, whether the last two diagnoses are ill, log lines, settings beyond the first preset's, reason, whether there is a
    result."""

    name: str
    state: str = "stopped"
    step: int = 1000
    steps: int = 2000
    ill: bool = False
    lines: int = 60
    reason: str = ""
    shared: bool = False
    result: bool = False
    settings: dict[str, Any] = field(default_factory=dict)


def made(told: Told, key: str = KEY) -> str:
    """Make the job; its id."""
    now = time.time()
    job = Job(
        id=secrets.token_hex(5), name=told.name or "Handwritten digits", unnamed=int(not told.name), owner=visitor.of(key).owner,
        recipe="gan", steps=told.steps, device="cpu", created=now,
        queued=now, state=told.state, reason=told.reason, step=told.step,
        seconds=told.step / 20, ended=now, shared=int(told.shared),
    )  # fmt: skip
    job.folder.mkdir(parents=True)
    _order(job, told)
    _log(job, told)
    _sheets(job, told)
    (job.folder / "checkpoint.pt").write_bytes(b"not read here")
    if told.result:
        tinymodel.generator(job.folder / "result")
        tinymodel.edit(job.folder / "result", training={"recipe": "gan", "steps": told.step, "settings": {}})
    with store.changing() as db:
        store.insert(job, db)
    return job.id


def many(count: int, key: str = KEY) -> None:
    """Rows of `count` ended jobs, with an order each and nothing else."""
    owner, now = visitor.of(key).owner, time.time() - 1e6
    with store.changing() as db:
        for i in range(count):
            job = Job(secrets.token_hex(5), f"Run {i}", owner, "gan", 100, "cpu", now + i, now + i, state="done", step=100, ended=now)
            job.folder.mkdir(parents=True)
            (job.folder / "order.json").write_text(json.dumps({"recipe": "gan", "steps": 100, "settings": {"data": "mnist"}}))
            store.insert(job, db)


def _order(job: Job, told: Told) -> None:
    first = json.loads((paths.assets() / "presets.json").read_text(encoding="utf-8"))[0]["order"]
    first |= {"steps": told.steps, "settings": first["settings"] | {"width": 32, "g_rate": 0.001, "d_rate": 0.001} | told.settings}
    (job.folder / "order.json").write_text(json.dumps(first))


def _log(job: Job, told: Told) -> None:
    steps = np.unique(np.linspace(1, told.step, told.lines).round().astype(int))
    with (job.folder / "metrics.jsonl").open("w", encoding="utf-8") as log:
        for step in steps.tolist():
            share = step / told.step
            losses = {"d_loss": round(1.3 - share / 2, 4), "g_loss": round(0.7 + share / 2, 4), "g_grad": 2.0, "d_grad": 1.0}
            log.write(json.dumps({"step": step, "seconds": step / 20, **losses, "d_right_real": 0.8, "d_right_fake": 0.75}) + "\n")
    with (job.folder / "diagnostics.jsonl").open("w", encoding="utf-8") as log:
        for step in range(EVERY, told.step + 1, EVERY):
            log.write(json.dumps({"step": step, **lamps(told.ill and step > told.step - 2 * EVERY)}) + "\n")


def lamps(ill: bool) -> dict[str, Any]:
    """A diagnosis, with advice where it is ill."""
    advice = [{"key": "lower_d_rate", "changes": {"d_rate": 0.0005}}] if ill else []
    value = 0.99 if ill else 0.8
    critic = {"value": value, "real": None, "threshold": 0.98, "better": "lower", "ill": ill, "advice": advice}
    well = {"value": 0.95, "real": 1.0, "threshold": 0.75, "better": "higher", "ill": False, "advice": []}
    modes = {"value": 10.0, "real": 10.0, "threshold": 9.5, "better": "higher", "ill": False, "advice": []}
    return {"critic": critic, "modes_covered": modes, "pair_diversity": well, "recall": well, "coverage": well}


def _sheets(job: Job, told: Told) -> None:
    """Ten columns of eight test digits that come out of noise."""
    test = idx.load("mnist", "test")
    random = np.random.default_rng(0)
    for name in ("", "raw"):
        folder = job.folder / "samples" / name
        folder.mkdir(parents=True, exist_ok=True)
        for step in range(EVERY, told.step + 1, max(EVERY, told.step // MOST)):
            page = np.zeros((8 * 33 + 1, 10 * 33 + 1))
            for i in range(80):
                column, row = divmod(i, 8)
                tile = np.pad(test.pictures[test.labels == column][row], 2) / 255
                noise = max(0.0, 0.8 - step / told.step)
                y, x = row * 33 + 1, column * 33 + 1
                page[y : y + 32, x : x + 32] = tile * (1 - noise) + noise * random.random((32, 32))
            Image.fromarray(np.round((1 - page) * 255).astype(np.uint8)).save(folder / f"{step:07d}.png")
