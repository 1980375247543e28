"""What a vocoder promises: samples of log-mel pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.models import about
from ganapp.models.about import UNKNOWN, About
from ganapp.models.catalog import Loaded
from ganapp.sounds import phase

PROMISED = ("rate", "rounds")


@dataclass(frozen=True)
class Vocoder:
    """id: what it is called; rate: samples in a second; rounds: of Griffin and Lim's search that it begins from, 0 for none; call: samples
    (b, (frames - 1) * mel.HOP) in [-1, 1] of log-mel pictures (b, mel.BANDS, frames)."""

    id: str
    rate: int
    rounds: int
    call: Callable[[Tensor], Tensor] = field(repr=False)
    about: About = field(default=UNKNOWN, repr=False)

    def __call__(self, pictures: Tensor) -> Tensor:
        """See `call`."""
        return self.call(pictures)


def of_folder(loaded: Loaded) -> Vocoder:
    """The promise of a model folder. UserError for one that does not say what it begins from."""
    promises = loaded.description.promises
    if not all(isinstance(promises.get(key), int) for key in PROMISED):
        raise UserError("bad_value", where=f"{loaded.id}/config.json", problem="it says no rate or rounds")
    rate, rounds = (int(promises[key]) for key in PROMISED)

    @torch.no_grad()
    def call(pictures: Tensor) -> Tensor:
        net: Any = loaded.net()
        return phase.unclipped(net(pictures, phase.guess(pictures, rounds)))

    return Vocoder(loaded.id, rate, rounds, call, about.of_folder(loaded))
