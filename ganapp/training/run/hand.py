"""A run that is driven by hand: it waits, takes one turn of a player when it is asked to, and says what that changed.

A run that waits holds its place in the queue, so it waits for a limited time: `IDLE` seconds for the next command, and as long as the
deployer allows in all. Then it is saved and set aside, and whoever drove it resumes it.
"""

from __future__ import annotations

import base64
import io
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from torch import Tensor
from torch.nn.functional import interpolate

from ganapp.base import paths, writing
from ganapp.base.by_hand import ANSWER, BOTH, COMMAND, DISCRIMINATOR, GENERATOR, GO, HOLD, TURNS
from ganapp.pictures.images import sheet

if TYPE_CHECKING:
    from ganapp.training.run.loop import Training

IDLE = 180.0  # seconds without a command after which the run makes room
GLANCE = 0.05  # seconds between two looks for a command
SIDE = 64  # pixels of the largest picture that is shown


@dataclass(frozen=True)
class Look:
    """What both players make of the same few pictures: generated (n, c, h, w) in [0, 1]; pull (n, c, h, w), -dL_G/dx of each of them with
    the loss that is played; scores of real and of generated pictures (n,)."""

    generated: Tensor
    pull: Tensor
    real_scores: Tensor
    scores: Tensor

    def entry(self) -> dict[str, Any]:
        """As the answer has it."""
        strength = self.pull.flatten(1).norm(dim=1)  # (n,)
        shown = self.pull / self.pull.abs().amax().clamp_min(1e-12)
        scores = {"real": _rounded(self.real_scores), "generated": _rounded(self.scores)}
        pictures = {"pictures": _packed(self.generated), "pull": _packed((shown * 127 + 128) / 255)}
        return {**scores, **pictures, "strength": float(f"{float(strength.mean()):.4g}")}


class Turns(Protocol):
    """What a run must have to be driven by hand; see `loop.Run`. handy: whether it can be."""

    handy: bool

    def step(self, k: int, steps: int, taken: int = 0) -> dict[str, float]:
        """Step k, of which `taken` turns of the discriminator have been taken."""

    def step_discriminator(self, k: int, steps: int, update: int = 0) -> dict[str, float]:
        """One turn of the discriminator within step k."""

    def step_generator(self, k: int, steps: int) -> dict[str, float]:
        """One turn of the generator, which ends step k."""

    def look(self) -> Look:
        """What both players make of a few pictures now; changes nothing, draws no random number."""


def _rounded(scores: Tensor) -> list[float]:
    return [round(float(score), 4) for score in scores]


def _packed(pictures: Tensor) -> str:
    """A sheet of ten columns as PNG in base64; no picture wider than SIDE."""
    if pictures.shape[-1] > SIDE:
        pictures = interpolate(pictures, (SIDE, SIDE), mode="area")
    packed = io.BytesIO()
    sheet(pictures, ink_on_paper=False).save(packed, "PNG")
    return base64.b64encode(packed.getvalue()).decode()


class Hand:
    """Whoever drives `training`, seen from within: `waits` says whether the run is to wait, `serve` carries out what is asked."""

    def __init__(self, training: Training) -> None:
        self.training, self.run = training, cast(Turns, training.run)
        self.able = training.first and getattr(training.run, "handy", False)
        self.serial, self.held = 0, False
        self.most = paths.limits().hand or float("inf")
        self.spent = self.asked = 0.0  # seconds that it waited in all; when it was asked for something last, by the monotonic clock
        self._stamp = 0

    def waits(self) -> bool:
        """Whether the run is driven by hand now; looks for a command."""
        path = self.training.folder / COMMAND
        try:
            stamp = path.stat().st_mtime_ns
            if stamp == self._stamp:
                return self.held
            command = json.loads(path.read_text(encoding="utf-8"))
            self._stamp, serial, act = stamp, int(command["serial"]), str(command["act"])
        except (OSError, ValueError, KeyError, TypeError):
            return self.held
        if self.able and serial != self.serial:
            self._obey(serial, act)
        return self.held

    def _obey(self, serial: int, act: str) -> None:
        was, self.serial, self.held, self.asked = self.held, serial, act != GO, time.monotonic()
        if act == HOLD or (act in TURNS and not was):  # the first command only stops the run, where everybody can see how it stands
            now = self.run.look().entry()
            self._answer(HOLD, {}, now, now)
        elif act in TURNS:
            self._turn(act)
        else:
            self._answer(GO)

    def _turn(self, act: str) -> None:
        """Take a turn of one player or of both, between two looks."""
        before = self.run.look()
        values: dict[str, float] = {}
        if act in (DISCRIMINATOR, BOTH):
            values |= self.training.turn(DISCRIMINATOR)
        if act in (GENERATOR, BOTH):
            values |= self.training.turn(GENERATOR)
        self._answer(act, values, before.entry(), self.run.look().entry())

    def _answer(self, act: str, values: dict[str, float] | None = None, before: Any = None, after: Any = None) -> None:
        said = {"serial": self.serial, "held": self.held, "step": self.training.done, "turns": self.training.turns, "act": act}
        said["until"] = round(time.time() + min(IDLE, self.most - self.spent), 1)
        if values is not None:
            said |= {"values": {name: round(value, 5) for name, value in values.items()}, "before": before, "after": after}
        writing.write(self.training.folder / ANSWER, json.dumps(said), sole=True)

    def rest(self) -> bool:
        """Wait a moment for the next command; whether the time for waiting is over."""
        time.sleep(GLANCE)
        self.spent += GLANCE
        self.training.beat(held=True)
        return time.monotonic() - self.asked > IDLE or self.spent > self.most
