"""The loop that every recipe shares: step, log, sample, checkpoint, stop, resume. It knows no loss and no net."""

from __future__ import annotations

import importlib
import json
import math
import signal
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Protocol

import torch
from torch import Tensor

from ganapp.base import curves, paths, progress, validation, writing
from ganapp.base.by_hand import GENERATOR
from ganapp.base.errors import UserError
from ganapp.base.order_file import Order
from ganapp.metrics import vgg_weights
from ganapp.models import vgg_source
from ganapp.training.run import checkpoint, demand, distributed, place, precision
from ganapp.training.run.checkpoint import CHECKPOINT
from ganapp.training.run.hand import Hand
from ganapp.training.run.status import Status

__all__ = ["CHECKPOINT", "Budget", "Run", "Training", "begin", "train"]


class Run(Protocol):
    """A training in progress, as a recipe begins it. Steps count from 0; `step` may use any random number of torch.

    A run may also have `sheets() -> dict[str, Tensor]`, further pictures by name, as those of `samples`; and
    `diagnose(k: int) -> dict[str, Any]`, the diagnosis of its health after step k, computed with every sample grid:
    {name: {"ill": bool, ...}}, {} for nothing. Checkpoints without an ill diagnosis are kept as good.pt, to go back to. A run whose
    `usable_early` is true has its result written with every checkpoint, so that it can be used while it goes on: `write` must
    then change nothing in the run. A run that has what `hand.Turns` says can be driven by hand.
    """

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


@dataclass(frozen=True)
class Budget:
    """seconds: of training in all, after which the run is stopped; slice: of this call, after which it is interrupted; 0: no end."""

    seconds: float = 0.0
    slice: float = 0.0


def begin(order: Order) -> Run:
    """The run that an order asks for. UserError for an unknown recipe or setting, and for one that does not fit into the memory."""
    try:
        module = importlib.import_module(f"ganapp.training.recipes.{order.recipe}")
    except ModuleNotFoundError as problem:
        if problem.name != f"ganapp.training.recipes.{order.recipe}":
            raise
        raise UserError("unknown_recipe", recipe=order.recipe) from problem
    settings = validation.read(module.Settings, order.settings, f"settings of {order.recipe}")
    with demand.Watched():
        run: Run = module.begin(settings, order.seed)
    demand.check(run)
    return run


class Training:
    """A run in its folder, from its checkpoint if there is one: `train` drives it to the end, anything else may drive it a step at a time.

    done: steps done; turns: of the discriminator taken by hand in the step that follows, which is open then; seconds: spent on them,
    earlier calls included. Only the first of several processes writes.
    """

    def __init__(self, order: Order, folder: Path) -> None:
        self.order, self.folder = order, folder
        self.place = place.settle(order.device)
        self.first = self.place.rank == 0
        self.status = Status(folder, order.steps, str(self.place.device))
        self.interrupted = False
        self._files = ExitStack()
        if self.first:
            self.status.write()
        if order.threads:
            torch.set_num_threads(order.threads)
        torch.manual_seed(order.seed)
        self._bring()
        self.run = begin(order)
        self.latest: dict[str, float] = {}
        self.done, before = self._resume()
        self._started = time.monotonic() - before

    def __enter__(self) -> Training:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self._files.close()

    @property
    def seconds(self) -> float:
        """Spent on training, earlier calls included."""
        return time.monotonic() - self._started

    def _bring(self) -> None:
        """Have what the recipe learns by on this machine; the others wait for the first process."""
        if vgg_weights.needed(self.order.recipe, self.order.settings):
            if self.first:
                with progress.watched(self.status):
                    vgg_source.bring()
            distributed.from_first(None)

    def _resume(self) -> tuple[int, float]:
        """Steps done and seconds spent, after restoring the checkpoint and the log as it was then; (0, 0.0) without one."""
        saved = distributed.from_first(checkpoint.load(self.folder) if self.first else None)
        began = saved.get("bfloat16") if saved else None
        precision.go_on(began if isinstance(began, bool) else None)
        if saved is not None:
            with checkpoint.fitting():
                self.run.restore(saved["run"])
        step, seconds = (int(saved["step"]), float(saved["seconds"])) if saved else (0, 0.0)
        self.turns = int(saved.get("turns", 0)) if saved else 0
        if self.first:
            self._files.close()
            checkpoint.forget_after(self.folder, step)
            (self.folder / curves.LOG).touch()
            self._curves = curves.read(self.folder)
            self._well = _well(self._last_diagnosis())
            self._keep_curves()  # else curves.json would hold points that are later than the checkpoint
            self._log = self._files.enter_context((self.folder / curves.LOG).open("a", encoding="utf-8", buffering=1))
        return step, seconds

    def advance(self) -> dict[str, float]:
        """Do the next step, or what is left of it, log it, and write what is due after it. UserError("diverged") when a number is no longer
        finite."""
        taken = {"taken": self.turns} if self.turns else {}
        return self._stepped(self.run.step(self.done, self.order.steps, **taken))

    def turn(self, player: str) -> dict[str, float]:
        """One turn of a player alone: the generator's ends the step, as `advance` does. The run is one that `hand.Turns` describes."""
        run: Any = self.run
        if player == GENERATOR:
            return self._stepped(run.step_generator(self.done, self.order.steps))
        values = self._finite(run.step_discriminator(self.done, self.order.steps, self.turns))
        self.turns += 1
        return values

    def _finite(self, values: dict[str, float]) -> dict[str, float]:
        """The values, as means over all processes. UserError("diverged") when one is not finite."""
        values = dict(zip(values, distributed.mean(list(values.values())), strict=True))
        lost = [name for name, value in values.items() if not math.isfinite(value)]
        if lost:
            raise self._diverged(lost)
        return values

    def _stepped(self, values: dict[str, float]) -> dict[str, float]:
        """Count a step, log its values, and write what is due after it."""
        values = self.latest = self._finite(values)
        self.done, self.turns = self.done + 1, 0
        last = self.done == self.order.steps
        if self.first:
            if self.done % 10 == 0 or last:
                self._write_line({"step": self.done, "seconds": round(self.seconds, 2), **{n: round(v, 5) for n, v in values.items()}})
            self.beat()
        if self.done % self.order.every == 0 or last:
            self.save()
        elif self.order.previews and self.done % self.order.previews == 0:
            self.show()
        return values

    def beat(self, held: bool = False) -> None:
        """Say how far the run is, when that is due, and whether it waits to be driven by hand."""
        if self.status.due():
            self.status.beat(self.done, self.seconds, self.latest, self.place.memory_mb(), held)

    def _write_line(self, line: dict[str, float]) -> None:
        text = json.dumps(line) + "\n"
        with writing.telling_when_full():
            self._log.write(text)
        self._curves.add(line)
        self._curves.offset += len(text.encode())

    def show(self) -> None:
        """Write the sample grids of this moment, samples/STEP.png and samples/NAME/STEP.png, and the run's diagnosis."""
        if not self.first:
            return
        pictures = {"": self.run.samples(), **getattr(self.run, "sheets", dict)()}
        diagnosis: dict[str, Any] = getattr(self.run, "diagnose", lambda _: {})(self.done - 1)
        for name, sheet in pictures.items():
            if sheet is not None:
                _save_sheet(self.folder / "samples" / name / f"{self.done:07d}.png", sheet)
        if diagnosis:
            self._well = _well(diagnosis)
            with (self.folder / "diagnostics.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps({"step": self.done, **diagnosis}) + "\n")

    def _last_diagnosis(self) -> dict[str, Any]:
        path = self.folder / "diagnostics.jsonl"
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
        return next(filter(None, map(checkpoint.parsed, reversed(lines))), {})

    def save(self) -> None:
        """Write sample grids and the checkpoint. UserError("diverged") instead of a checkpoint with a number that is not finite."""
        self.show()
        counted = {"step": self.done, "turns": self.turns, "seconds": self.seconds}
        state = {**counted, "bfloat16": precision.has_bf16(), "run": self.run.state()}
        if not checkpoint.finite(state):
            raise self._diverged(["weights"])
        if self.first:
            checkpoint.save(self.folder, state)
            if getattr(self.run, "usable_early", False):
                with torch.random.fork_rng(devices=[]):
                    self.write()
            if self._well:
                checkpoint.keep_as_good(self.folder)
            self._keep_curves()

    def _keep_curves(self) -> None:
        with writing.telling_when_full():
            writing.write(self.folder / curves.COMPANION, self._curves.text(), sole=True)

    def _diverged(self, names: list[str]) -> UserError:
        """Go back to the last checkpoint; the error that says so."""
        step = self.done
        self.done, before = self._resume()
        self._started = time.monotonic() - before
        if self.first:
            self.status.write(step=self.done, seconds=round(before, 2), latest={})
        return UserError("diverged", step=step + 1, names=", ".join(names), back=self.done)

    def write(self) -> None:
        """Write the result as it stands now."""
        settings = paths.without_uploads(self.order.settings)
        summary = {"recipe": self.order.recipe, "steps": self.done, "seed": self.order.seed, "settings": settings}
        if self.first:
            self.run.write(self.folder / "result", {**summary, "seconds": round(self.seconds)})

    def end_request(self, budget: Budget, since: float) -> str:
        """What ends the run now: "stop", "pause" or "disk" in a file named STOP, "time" or "slice" by the budget; "" for nothing."""
        request = self._end_request(budget, since) if self.first else ""
        code = distributed.mean([float(END_REQUESTS.index(request))])[0] * self.place.world  # every process but the first says 0
        return END_REQUESTS[round(code)]

    def _end_request(self, budget: Budget, since: float) -> str:
        try:
            request = (self.folder / "STOP").read_text(encoding="utf-8").strip()
            return request if request in END_REQUESTS[2:] else "stop"
        except OSError:
            pass
        if self.interrupted:
            return "pause"
        if budget.seconds and self.seconds >= budget.seconds:
            return "time"
        return "slice" if budget.slice and time.monotonic() - since >= budget.slice else ""


def _well(diagnosis: dict[str, Any]) -> bool:
    """Whether a diagnosis finds nothing ill."""
    return not any(isinstance(entry, dict) and entry.get("ill") for entry in diagnosis.values())


def _save_sheet(path: Path, pictures: Tensor) -> None:
    from ganapp.pictures.images import sheet

    path.parent.mkdir(parents=True, exist_ok=True)
    with writing.telling_when_full(), writing.replacing(path, sole=True) as partial:
        sheet(pictures.cpu()).save(partial, "PNG")


END_REQUESTS = ("", "stop", "pause", "disk", "time", "slice")
REASONS = {"time": "time_limit", "disk": "disk_limit", "hand": "hand_limit"}
ENDINGS = {"pause": "paused", "slice": "between", "hand": "paused"}


def train(order: Order, folder: Path, budget: Budget | None = None) -> str:
    """Carry out `order` in `folder`, from its checkpoint if there is one. Returns "done", "stopped", "paused" or "between".

    Writes status.json (at most twice a second), metrics.jsonl (one line every 10 steps), samples/, checkpoint.pt (every
    `order.every` steps, atomically) and, at the end, result/. A file named STOP in the folder saves and ends the run within
    a step; what stands in it says how: "pause" keeps it for later, all else stops it and writes the result so far. A file named
    hand.json lets somebody drive it by hand, see `hand`.
    """
    budget, since = budget or Budget(), time.monotonic()
    with Training(order, folder) as training, _pausing(training):
        hand = Hand(training)
        while training.done < order.steps:
            idle = hand.waits() and hand.rest()
            if not hand.held:
                training.advance()
            request = "hand" if idle else training.end_request(budget, since)
            if request and training.done < order.steps:
                if training.done % order.every or training.turns:
                    training.save()
                ending = ENDINGS.get(request, "stopped")
                if ending == "stopped":
                    training.write()
                return _end(training, ending, REASONS.get(request))
        training.write()
        return _end(training, "done")


def _end(training: Training, state: str, reason: str | None = None) -> str:
    if training.first:
        training.status.values |= {"step": training.done, "seconds": round(training.seconds, 2)}
        training.status.end(state, UserError(reason) if reason else None)
    return state


def _pausing(training: Training) -> ExitStack:
    """Within it, SIGTERM (a machine that is shut down) pauses the run: it saves and can be resumed."""
    stack = ExitStack()

    def pause(_: int, __: FrameType | None) -> None:
        training.interrupted = True

    try:
        before = signal.signal(signal.SIGTERM, pause)
    except ValueError:  # not the main thread: whoever drives the loop there handles signals
        return stack
    stack.callback(signal.signal, signal.SIGTERM, before)
    return stack
