"""Whether there is memory enough to repaint a photo, before anything is loaded."""

from __future__ import annotations

from ganapp.base.errors import UserError
from ganapp.machine import memory
from ganapp.models import code_painter
from ganapp.pictures.photo import Photo
from ganapp.pictures.tiling import SMALLEST_TILE

TILE = 768  # pixels a side, where the memory allows it
MOST_TILE = 4096
REACH = 64  # pixels around a tile that are painted with it
PIXEL = 420  # bytes that a net keeps for one pixel of a tile
SMALL = 84  # bytes for a pixel of the small picture: as it was, with its noise, painted, changed
SPARE = 0.8  # of the free memory that one photo may take
MB = 2**20


def tile(asked: int, size: tuple[int, int], shot: Photo, look: int = 0) -> int:
    """Side of the tiles: as asked for, or, for 0, what suits the free memory. size: width and height at which the photo is painted; look:
    bytes for each pixel that a look at the whole takes.

    UserError when the photo does not fit into it at all.
    """
    free = memory.free_mb() * SPARE
    side = max(SMALLEST_TILE, asked or TILE)
    while not asked and side > SMALLEST_TILE and need_mb(shot, size, side, look) > free:
        side //= 2
    need = need_mb(shot, size, side, look)
    if need > free:
        raise too_large(shot, need)
    return side


def need_mb(shot: Photo, size: tuple[int, int], side: int, look: int = 0) -> float:
    """Megabytes: the result and its file, a strip, the small picture, and what a net keeps of one tile, or of the whole at a look."""
    whole = shot.width * shot.height * max(3, shot.pixels.shape[2]) * shot.pixels.itemsize
    wide, high = (min(length, side + 2 * REACH) for length in size)
    looked = min(size[0] * size[1], code_painter.WHOLE) * look if max(size) > side else 0
    return 40.0 + float(2.2 * whole + size[0] * size[1] * SMALL + max(wide * high * PIXEL, looked)) / MB


def too_large(shot: Photo, need: float) -> UserError:
    """What is said when `need` megabytes are not free."""
    free = round(memory.free_mb() * SPARE)
    return UserError("picture_memory", width=shot.width, height=shot.height, need=round(need), free=free)
