"""A small picture, repainted tile by tile: each tile sees as much around it as the net looks at and the colours of the whole, so that tiles
are the same as the whole."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base.errors import UserError
from ganapp.machine import memory
from ganapp.models.painter import Painter
from ganapp.pictures import tiling
from ganapp.pictures.box import Box
from ganapp.pictures.images import Array
from ganapp.pictures.tiling import Work

Seen = Callable[[Array, Box], None]  # a repainted tile (h, w, 3) in [0, 1] and its place


def count(painter: Painter, size: tuple[int, int], tile: int) -> int:
    """How many tiles a picture of that size (width, height) has."""
    whole = Box(0, 0, size[1], size[0])
    return 1 if painter.reach is None else len(tiling.parts(whole, tile, painter.multiple))


def painted(small: Array, painter: Painter, work: Work, seen: Seen = lambda _, __: None, seed: int = 0) -> Array:
    """small (h, w, 3) in [0, 1] -> the same picture repainted, in [0, 1]. seed: of the noise, where the painter takes some. UserError when
    the memory does not suffice, progress.Cancelled between two tiles."""
    h, w = small.shape[:2]
    x, whole = _framed(_padded(small, painter.multiple) * 2 - 1, painter)
    made = np.empty((h, w, 3), np.float32)
    with torch.inference_mode():
        call = painter.begun(x[(..., *whole.slices)])
        x = painter.noised(x, seed)
    reach = sum(x.shape[2:]) if painter.reach is None else -(-painter.reach // painter.multiple) * painter.multiple

    def one(box: Box) -> None:
        window = box.grown(reach, *x.shape[2:])
        inner, place = box.within(window), box.within(whole)
        with torch.inference_mode():
            done = call(x[(..., *window.slices)])[(0, slice(None), *inner.slices)]
        tile = done.add(1).mul_(0.5).clamp_(0, 1).permute(1, 2, 0)[: h - place.top, : w - place.left].numpy()
        place = Box(place.top, place.left, *tile.shape[:2])
        made[place.slices] = tile
        seen(tile, place)

    if painter.reach is None:
        _at_once(whole, work, one)
    else:
        tiling.each(whole, work, one, painter.multiple)
    return made


def _at_once(whole: Box, work: Work, do: Callable[[Box], None]) -> None:
    """The whole as the only tile, which cannot be made smaller."""
    try:
        do(whole)
    except (MemoryError, RuntimeError) as problem:
        if not memory.ran_out(problem):
            raise
        raise UserError("tile_memory", megabytes=round(memory.free_mb())) from problem
    work.finished()


def _framed(x: Tensor, painter: Painter) -> tuple[Tensor, Box]:
    """x (1, 3, H, W) with mirrored borders as wide as the painter wants and the picture has, and where in it x lies."""
    high, wide = (max(0, min(painter.rim, side - side % painter.multiple - painter.multiple)) for side in x.shape[2:])
    framed = functional.pad(x, (wide, wide, high, high), mode="reflect") if high or wide else x
    return framed, Box(high, wide, x.shape[2], x.shape[3])


def _padded(small: Array, multiple: int) -> Tensor:
    """(h, w, 3) -> (1, 3, H, W), its last rows and columns repeated until the sides are multiples."""
    x = torch.from_numpy(np.ascontiguousarray(small.transpose(2, 0, 1))).unsqueeze(0)
    h, w = small.shape[:2]
    return functional.pad(x, (0, -w % multiple, 0, -h % multiple), mode="replicate")
