"""Work in tiles: how much is done, how large the tiles still are, how much memory it takes, and what can be seen of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from ganapp.base import progress
from ganapp.base.errors import UserError
from ganapp.machine import memory
from ganapp.pictures.box import Box
from ganapp.pictures.canvas import Canvas

SMALLEST_TILE = 16  # pixels a side; what does not fit into memory so does not fit at all


@dataclass
class Work:
    """What is known while it goes on. tile: side of the tiles now; total, done: tiles; halved: how often the tile was; peak: most megabytes
    that the process took; begun: megabytes that it took at the beginning."""

    tile: int
    total: int
    done: int = 0
    halved: int = 0
    begun: float = field(default_factory=memory.taken_mb)
    peak: float = 0.0
    canvas: Canvas | None = None

    def finished(self, count: int = 1) -> None:
        """One more tile is done. Raises progress.Cancelled when nobody wants the rest."""
        self.done += count
        self.measure()
        if self.canvas is not None:
            progress.show(self.canvas.draw)
        progress.tell(self.done, self.total)

    def measure(self) -> None:
        """Note how much memory is taken now."""
        self.peak = max(self.peak, memory.taken_mb() - self.begun)

    def smaller(self) -> None:
        """Halve the tile. UserError when it is as small as it may be."""
        if self.tile <= SMALLEST_TILE:
            raise UserError("tile_memory", megabytes=round(memory.free_mb()))
        self.tile, self.halved = max(SMALLEST_TILE, self.tile // 2), self.halved + 1


def parts(whole: Box, tile: int, step: int = 1) -> list[Box]:
    """A rectangle in tiles of at most `tile` a side, whose edges are multiples of `step` where those of the rectangle are."""
    coarse = Box(whole.top // step, whole.left // step, -(-whole.height // step), -(-whole.width // step))
    return [part.times(step) for part in coarse.parts(max(1, tile // step))]


def each(whole: Box, work: Work, do: Callable[[Box], None], step: int = 1) -> None:
    """Do `do` for every tile of a rectangle. Short of memory the tile is halved, and what is done stays. UserError when even the smallest
    tile does not fit, progress.Cancelled between two tiles."""
    left = deque(parts(whole, work.tile, step))
    while left:
        box = left.popleft()
        try:
            do(box)
        except (MemoryError, RuntimeError) as problem:
            if not memory.ran_out(problem):
                raise
            work.smaller()
            smaller = [part for one in (box, *left) for part in parts(one, work.tile, step)]
            work.total += len(smaller) - len(left) - 1
            left = deque(smaller)
            continue
        work.finished()
