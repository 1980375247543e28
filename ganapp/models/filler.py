"""What a model that fills holes promises, and the call that keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ganapp.machine import lending, precision
from ganapp.models import about
from ganapp.models.about import UNKNOWN, About
from ganapp.models.catalog import Loaded
from ganapp.pictures import images
from ganapp.pictures.images import Array
from ganapp.pictures.photo import Marks

PACE = 1.0  # seconds of one thread for a million pixels
TRIED = 128  # pixels of a side of the picture that a net is tried with in bfloat16


@dataclass(frozen=True)
class Filler:
    """A model that fills holes; safe for threads. id: what it is called; side: the largest crop it works best at; call: crop (h, w, 3) in
    [0, 1] and hole (h, w) -> (h, w, 3); finished: whether that has all its detail, or is the structure that detail is still laid on; asks:
    how a model of another make wants its mask and colours, as found out on a test picture; memory: bytes that such a one takes; pace:
    seconds that a processor computes for a million pixels of a net that goes to a lent card, 0 for one that stays here."""

    id: str
    side: int
    call: Callable[[Array, Marks], Array] = field(repr=False)
    finished: bool = False
    asks: dict[str, Any] | None = None
    memory: int = 0
    about: About = field(default=UNKNOWN, repr=False)
    pace: float = 0.0

    def fill(self, colours: Array, hole: Marks) -> Array:
        """colours (h, w, 3) float32 in [0, 1], hole (h, w) True where to fill -> the same, filled. Outside the hole no bit changes."""
        filled: Array = np.where(hole[..., None], self.call(colours, hole), colours).astype(np.float32, copy=False)
        return filled


def of_folder(loaded: Loaded) -> Filler:
    """The promise of a model folder."""
    promises = loaded.description.promises
    filler = around(loaded.net(), int(promises["side"]), int(promises["multiple"]), loaded.id)
    return replace(filler, about=about.of_folder(loaded))


def around(net: nn.Module, side: int = 512, multiple: int = 8, name: str = "") -> Filler:
    """The promise of a net, see nets/inpainter.py: picture and mask -> picture. multiple: what sides are padded to."""
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # a seventh faster on a CPU
    quick = precision.Quick(f"{type(net).__module__} {getattr(net, 'config', '')}", lending.movable(net), tried, span=2)

    def call(colours: Array, hole: Marks) -> Array:
        h, w = hole.shape
        x, mask = images.to_tensor(colours) * 2 - 1, images.to_tensor(hole.astype(np.float32))
        room = (0, -w % multiple, 0, -h % multiple)  # what is added is unknown, so that it plays no part
        with torch.inference_mode():
            made = quick(nn.functional.pad(x, room), nn.functional.pad(mask, room, value=1.0))
        return images.to_array((made[..., :h, :w] + 1) / 2)

    return Filler(name, side, call, pace=PACE)


def tried() -> tuple[Tensor, Tensor]:
    """A picture (1, 3, h, w) in [-1, 1] and a hole in it, (1, 1, h, w), 1 = fill: what a net is tried with in bfloat16."""
    mask = torch.zeros(1, 1, TRIED, TRIED)
    mask[..., TRIED // 4 : 3 * TRIED // 4, TRIED // 4 : 3 * TRIED // 4] = 1
    return precision.picture(TRIED) * 2 - 1, mask
