"""A small picture, repainted tile by tile: each tile sees as much around it as the net looks at and the colours of the whole, so that tiles
are the same as the whole."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

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
    sitting, made = painter.sit(small, seed), np.empty(small.shape, np.float32)

    def one(box: Box) -> None:
        tile, place = sitting.tile(box)
        made[place.slices] = tile
        seen(tile, place)

    if painter.reach is None:
        _at_once(sitting.whole, work, one)
    else:
        tiling.each(sitting.whole, work, one, painter.multiple)
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
