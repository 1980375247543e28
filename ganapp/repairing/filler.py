"""The filler: one crop of a photograph and its hole in, the crop with the hole filled out.

The net gives the structure, patches of the crop itself give the detail (patches.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ganapp.models.catalog import Loaded
from ganapp.pictures import images
from ganapp.pictures.images import Array
from ganapp.repairing import patches

Hole = NDArray[np.bool_]


def _on() -> None:
    """Nobody wants to stop."""


@dataclass(frozen=True)
class Filler:
    """net: picture and mask -> picture, see nets/inpainter.py; side: the largest side it works best at; multiple: what sides are
    padded to; detail: whether patches follow the net. Safe for threads: nothing is kept between calls."""

    net: nn.Module
    side: int = 512
    multiple: int = 8
    detail: bool = True

    def __post_init__(self) -> None:
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # a seventh faster on a CPU

    def fill(self, colours: Array, hole: Hole, seed: int = 0, on: Callable[[], None] = _on) -> Array:
        """colours (h, w, 3) float32 in [0, 1], hole (h, w) True where to fill -> (h, w, 3) float32; outside the hole not one bit changes.

        Other seeds give other fills, equally good. `on` is called every tenth of a second or so and may raise, to stop.
        """
        on()
        filled = np.where(hole[..., None], self.structure(colours, hole), colours)
        on()
        if self.detail:
            coarse = images.to_tensor(filled)[0]
            with torch.inference_mode():
                made = patches.detail(coarse, torch.from_numpy(np.ascontiguousarray(hole)), seed, on=on)
            filled = np.where(hole[..., None], images.to_array(made[None]), colours)
        result: Array = filled.astype(np.float32, copy=False)
        return result

    def structure(self, colours: Array, hole: Hole) -> Array:
        """What the net alone makes of it."""
        h, w = hole.shape
        x, mask = images.to_tensor(colours) * 2 - 1, images.to_tensor(hole.astype(np.float32))
        with torch.inference_mode():
            made: Tensor = self.net(*self._padded(x, mask))
        return images.to_array((made[..., :h, :w] + 1) / 2)

    def _padded(self, x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Both with sides that are multiples; what is added is unknown, so that it plays no part."""
        h, w = x.shape[-2:]
        room = (0, -w % self.multiple, 0, -h % self.multiple)
        return nn.functional.pad(x, room), nn.functional.pad(mask, room, value=1.0)


def of(loaded: Loaded) -> Filler:
    """The filler of a model folder whose task is "repair"."""
    promises = loaded.description.promises
    return Filler(loaded.net(), int(promises["side"]), int(promises["multiple"]))
