"""The loop that every recipe shares: step, log, sample, checkpoint, stop, resume. It knows no loss and no net."""

from __future__ import annotations

import importlib
import json
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor

from ganapp.errors import UserError
from ganapp.folder import strict
from ganapp.training.order import Order

CHECKPOINT = "checkpoint.pt"


class Run(Protocol):
    """A training in progress, as a recipe begins it. Steps count from 0; `step` may use any random number of torch."""

    def step(self, k: int, steps: int) -> dict[str, float]:
        """Do step k of `steps` and return what is to be logged."""

    def state(self) -> dict[str, Any]:
        """All that a resumed run needs: tensors, numbers, strings, and lists and dicts of them."""

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a state that `state` returned."""

    def samples(self) -> Tensor | None:
        """Pictures (n, c, h, w) in [0, 1] from latents that stay the same through the run, or None."""

    def write(self, folder: Path, summary: dict[str, Any]) -> None:
        """Write the result as a model folder; `summary` says how it was trained."""


def begin(order: Order) -> Run:
    """The run that an order asks for. UserError for an unknown recipe or setting."""
    try:
        module = importlib.import_module(f"ganapp.training.recipes.{order.recipe}")
    except ModuleNotFoundError as problem:
        if problem.name != f"ganapp.training.recipes.{order.recipe}":
            raise
        raise UserError("unknown_recipe", recipe=order.recipe) from problem
    settings = strict(module.Settings, order.settings, f"settings of {order.recipe}")
    run: Run = module.begin(settings, order.seed)
    return run


def atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a neighbour of `path`, flush it to the disk, and put it in place at once: no reader sees half a file."""
    unfinished = path.with_name(f".{path.name}.partial")
    write(unfinished)
    with unfinished.open("rb") as handle:
        os.fsync(handle.fileno())
    unfinished.replace(path)


def save_samples(run: Run, folder: Path, step: int) -> None:
    """samples/STEP.png, when the run has pictures to show."""
    pictures = run.samples()
    if pictures is None:
        return
    from ganapp.images import sheet

    (folder / "samples").mkdir(exist_ok=True)
    atomically(folder / "samples" / f"{step:07d}.png", lambda path: sheet(pictures).save(path, "PNG"))


def train(order: Order, folder: Path) -> str:
    """Carry out `order` in `folder`, from its checkpoint if there is one. Returns "done" or "stopped".

    Writes metrics.jsonl (one line every 10 steps), samples/, checkpoint.pt (every `order.every` steps, atomically)
    and, at the end, result/. A file named STOP in the folder saves and ends the run within a step.
    """
    if order.threads:
        torch.set_num_threads(order.threads)
    torch.manual_seed(order.seed)
    run = begin(order)
    done, seconds = _resume(run, folder)
    started = time.monotonic() - seconds
    with (folder / "metrics.jsonl").open("a", buffering=1) as log:
        for k in range(done, order.steps):
            values = run.step(k, order.steps)
            now = time.monotonic() - started
            if k % 10 == 9 or k == order.steps - 1:
                rounded = {name: round(value, 5) for name, value in values.items()}
                log.write(json.dumps({"step": k + 1, "seconds": round(now, 2), **rounded}) + "\n")
            stop = (folder / "STOP").exists()
            if (k + 1) % order.every == 0 or stop or k == order.steps - 1:
                save_samples(run, folder, k + 1)
                state = {"step": k + 1, "seconds": now, "run": run.state()}
                atomically(folder / CHECKPOINT, partial(torch.save, state))
            if stop and k + 1 < order.steps:
                return "stopped"
    seconds = round(time.monotonic() - started)
    summary = {"recipe": order.recipe, "steps": order.steps, "seed": order.seed, "settings": order.settings, "seconds": seconds}
    run.write(folder / "result", summary)
    return "done"


def _resume(run: Run, folder: Path) -> tuple[int, float]:
    """Steps done and seconds spent, after restoring the checkpoint in `folder`; (0, 0.0) without one."""
    path = folder / CHECKPOINT
    if not path.exists():
        return 0, 0.0
    saved = torch.load(path, map_location="cpu", weights_only=True)
    run.restore(saved["run"])
    _forget_after(folder / "metrics.jsonl", saved["step"])
    return int(saved["step"]), float(saved["seconds"])


def _forget_after(log: Path, step: int) -> None:
    """Drop log lines past `step`: they belong to work that was lost and will be done again."""
    if log.exists():
        kept = [line for line in log.read_text().splitlines() if line.endswith("}") and json.loads(line)["step"] <= step]
        atomically(log, lambda path: path.write_text("".join(f"{line}\n" for line in kept)))
