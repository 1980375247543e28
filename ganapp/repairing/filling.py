"""One crop of a photograph and its hole in, the crop with the hole filled out: a model gives the coarse structure, patches of the crop
give the detail (patches.py); in a deep hole whole regions of the crop are moved in instead (shift_map.py), unless that shows more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ganapp.models.filler import Filler
from ganapp.pictures import images
from ganapp.pictures.images import Array
from ganapp.pictures.photo import Marks
from ganapp.repairing import holes, judging, patches, shift_map

DEEP = 10  # pixels from the rim from which a hole is deep: patches alone carry lines no further
MUCH = 0.05  # share of a hole that has to be deep: what is thin but for a knot or two is best left to patches
MORE = 1.1  # times what patches alone show, from which regions are not taken: a wrong piece shows less than a smear does, to the eye
HEALED = 4  # pixels on each side of a seam that are made anew


def _on() -> None:
    """Nobody wants to stop."""


@dataclass(frozen=True)
class Filling:
    """model: what fills; detail: whether patches follow, for a model that leaves detail out; regions: whether those are moved into deep
    holes. Safe for threads: nothing is kept between calls."""

    model: Filler
    detail: bool = True
    regions: bool = True

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
        coarse, gap = images.to_tensor(filled)[0], torch.from_numpy(np.ascontiguousarray(hole))
        with torch.inference_mode():
            made = (_deep if self.regions and _is_deep(hole) else patches.detail)(coarse, gap, seed, on=on)
        detailed: Array = np.where(hole[..., None], images.to_array(made[None]), colours).astype(np.float32, copy=False)
        return detailed


def _is_deep(hole: Marks) -> bool:
    """Whether more than a little of the hole lies more than DEEP pixels from what is known."""
    return bool((holes.distance(~hole, DEEP) > DEEP).sum() > MUCH * hole.sum())


def _deep(coarse: Tensor, hole: Tensor, seed: int = 0, on: Callable[[], None] = _on) -> Tensor:
    """coarse (3, h, w), its hole (h, w) made of moved regions, with patches where their seams show; of patches alone where regions show
    clearly more. Another version is always made of regions, so that it differs."""
    moved = shift_map.move_in(coarse, hole, seed, on)
    if moved is None:
        return patches.detail(coarse, hole, seed, on=on)
    side = 2 * HEALED + 1
    near = functional.max_pool2d(moved.seams[None].float(), side, 1, HEALED)[0] > 0
    regions = patches.detail(moved.picture, near & hole, seed, on=on)
    if seed % shift_map.VERSIONS:
        return regions
    alone = patches.detail(coarse, hole, seed, on=on)
    return regions if judging.cost(regions, hole, on) < MORE * judging.cost(alone, hole, on) else alone
