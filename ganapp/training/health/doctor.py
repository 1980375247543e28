"""Looks at a run's pictures every few hundred steps and says how it is, in numbers, lamps and advice."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganapp.training.data.sets import Pictures
from ganapp.training.data.sizes import resized_square
from ganapp.training.health.diagnoses import Diagnosis, diagnoses
from ganapp.training.health.view import Real, Reference, Set, View, shares
from ganapp.training.health.witness import SIDE, Witness, witness
from ganapp.training.run.randomness import mixed

SAMPLES, DRAWS, TRAINING, TURNS = 500, 4, 10_000, 8


@dataclass
class _Ready:
    """What is measured once: the witness, the reference, and what each diagnosis says of real pictures."""

    witness: Witness
    reference: Reference
    real: dict[str, Real]


class Doctor:
    """samples: how many generated pictures it wants to see; turns: shares of the modes at the last diagnoses.

    Nothing is loaded or measured before the first examination. It draws from generators of its own only, so a run that is
    examined goes the same way as one that is not.
    """

    def __init__(self, data: Pictures, seed: int) -> None:
        self.data, self.seed = data, seed
        self.samples = min(SAMPLES, max(8, len(data) // 2))
        self.turns: deque[list[float]] = deque(maxlen=TURNS)
        self._ready: _Ready | None = None

    def remember(self, turns: Sequence[list[float]]) -> None:
        """Take up the `turns` of an interrupted run."""
        self.turns = deque(turns, maxlen=TURNS)

    def examine(self, generated: Tensor, raw: Tensor, certainty: float | None) -> dict[str, Any]:
        """What is found in generated pictures (n, c, h, w) in [-1, 1], of the average; raw: of the generator itself.

        {name: {"value", "real", "threshold", "better", "ill", "advice": keys}}; diagnoses that do not apply are left out.
        """
        ready = self._ready = self._ready or self._prepare()
        count = ready.witness.modes
        self.turns.append([round(float(share), 6) for share in shares(_seen(ready.witness, raw).modes, count)])
        view = View(_seen(ready.witness, generated), ready.reference, np.array(self.turns), certainty)
        lamps = {name: _lamp(diagnosis, view, ready.real.get(name)) for name, diagnosis in diagnoses().items()}
        return {name: lamp for name, lamp in lamps.items() if lamp is not None}

    def _prepare(self) -> _Ready:
        random = torch.Generator().manual_seed(mixed(self.seed, 17))
        seer, n = witness(self.data, random), self.samples
        order = torch.randperm(len(self.data), generator=random)
        reference_set = _seen(seer, self.data.at(order[:n])[0])
        rest = order[n:] if len(order) >= 2 * n else order
        draws = [_seen(seer, self.data.at(self._draw(rest, i, random))[0]) for i in range(DRAWS)]
        frequencies = self._frequencies([reference_set, *draws], seer.modes)
        training = torch.cat([_pixels(self.data.at(part)[0]) for part in torch.split(order[:TRAINING], 1000)]).numpy()
        reference = Reference.of(reference_set, frequencies, training, reference_set.pixels)
        return _Ready(seer, reference, _healthy(reference, draws))

    def _draw(self, rest: Tensor, i: int, random: torch.Generator) -> Tensor:
        """The i-th set of real pictures: its own where there are enough, otherwise drawn anew."""
        n = self.samples
        if len(rest) >= (i + 1) * n:
            return rest[i * n : (i + 1) * n]
        return rest[torch.randperm(len(rest), generator=random)[:n]]

    def _frequencies(self, sets: list[Set], count: int) -> Any:
        """How often each mode occurs in the data: known where it can be counted, else taken from the real sets."""
        modes = getattr(self.data, "modes", None)
        if modes is None and self.data.labels is not None and len(self.data.classes) == count:
            modes = self.data.labels
        counted = modes.numpy() if modes is not None else np.concatenate([entry.modes for entry in sets])
        smooth = np.bincount(counted, minlength=count) + 0.5
        return smooth / smooth.sum()


def _lamp(diagnosis: Diagnosis, view: View, real: Real | None) -> dict[str, Any] | None:
    """What a diagnosis says of a view, beside what it says of real pictures; None where it does not apply."""
    value = diagnosis.measure(view)
    if value is None or not np.isfinite(value):
        return None
    line = diagnosis.threshold(real or Real(0.0, 0.0))
    ill = value < line if diagnosis.BETTER == "higher" else value > line
    numbers = {"value": round(value, 5), "real": round(real.mean, 5) if real else None, "threshold": round(line, 5)}
    return {**numbers, "better": diagnosis.BETTER, "ill": bool(ill), "advice": list(diagnosis.ADVICE) if ill else []}


def _healthy(reference: Reference, draws: list[Set]) -> dict[str, Real]:
    """What each diagnosis says of real pictures, as if a generator had made them."""
    turns = np.array([shares(entry.modes, len(reference.frequencies)) for entry in draws])
    views = [View(entry, reference, turns, copies=True) for entry in draws]
    healthy: dict[str, Real] = {}
    for name, diagnosis in diagnoses().items():
        values = [value for view in views if (value := diagnosis.measure(view)) is not None]
        if values:
            healthy[name] = Real.of(values)
    return healthy


def _pixels(x: Tensor) -> Tensor:
    return resized_square(x, SIDE).flatten(1)  # (n, c * 256)


def _seen(seer: Witness, x: Tensor) -> Set:
    features, modes = seer.look(x)
    return Set(_pixels(x).numpy(), features.numpy(), modes.numpy())
