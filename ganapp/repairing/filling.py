"""One crop of a photograph and its hole in, the crop with the hole filled out: a model gives the structure, patches of the crop itself
give the detail (patches.py) where the model leaves it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from ganapp.models.filler import Filler
from ganapp.pictures import images
from ganapp.pictures.images import Array
from ganapp.pictures.photo import Marks
from ganapp.repairing import patches


def _on() -> None:
    """Nobody wants to stop."""


@dataclass(frozen=True)
class Filling:
    """model: what fills; detail: whether patches follow, for a model that leaves detail out. Safe for threads: nothing is kept between
    calls."""

    model: Filler
    detail: bool = True

    @property
    def side(self) -> int:
        """The largest crop it likes, in pixels."""
        return self.model.side

    def fill(self, colours: Array, hole: Marks, seed: int = 0, on: Callable[[], None] = _on) -> Array:
        """colours (h, w, 3) float32 in [0, 1], hole (h, w) True where to fill -> (h, w, 3) float32; outside the hole not one bit changes.

        Other seeds give other fills, equally good. `on` is called every tenth of a second or so, though not while the model works, and may
        raise, to stop.
        """
        on()
        filled = self.model.fill(colours, hole)
        on()
        if not self.detail or self.model.finished:
            return filled
        coarse = images.to_tensor(filled)[0]
        with torch.inference_mode():
            made = patches.detail(coarse, torch.from_numpy(np.ascontiguousarray(hole)), seed, on=on)
        detailed: Array = np.where(hole[..., None], images.to_array(made[None]), colours).astype(np.float32, copy=False)
        return detailed
