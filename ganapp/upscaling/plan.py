"""What an enlargement will take, before it begins: nets, tiles, seconds, memory, and whether there is enough of it."""

from __future__ import annotations

from dataclasses import dataclass

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.machine import memory
from ganapp.models.enlarger import TILE as TILE
from ganapp.models.enlarger import Enlarger
from ganapp.pictures.box import Box
from ganapp.pictures.photo import Photo
from ganapp.pictures.tiling import SMALLEST_TILE
from ganapp.upscaling import choice, enlarge, forecast

MOST_TILE = 2048
MOST_SIDE = 400_000  # pixels; what is larger has a wrong digit
SPARE = 0.8  # of the free memory that one enlargement may take
MB = 2**20
UNKNOWN = Enlarger("", 4, 24, 1024, "unknown", lambda x: x)  # a large one, as far as anybody can tell before it is opened


@dataclass(frozen=True)
class Plan:
    """nets: names in their order; enlargers: what they promise; size: of the photo; target: of the result (width, height each); tile: side;
    memory_mb: most that the work takes beside the program."""

    nets: tuple[str, ...]
    enlargers: tuple[Enlarger, ...]
    size: tuple[int, int]
    target: tuple[int, int]
    tile: int
    memory_mb: float

    def tiles(self, photo_layout: str = "RGB") -> int:
        """How many tiles there are."""
        return enlarge.count(photo_layout, self.size, tuple(each.scale for each in self.enlargers), self.tile)

    def seconds(self, form: str = "png") -> float:
        """How long it will take, as far as is known."""
        total = forecast.seconds(form, self.target[0] * self.target[1])
        width, height = self.size
        for each in self.enlargers:
            windows = [box.grown(each.reach, height, width) for box in Box(0, 0, height, width).parts(self.tile)]
            total += sum(forecast.seconds(each.pace, window.height * window.width, each.guess) for window in windows)
            width, height = width * each.scale, height * each.scale
        if (width, height) != self.target:
            total += forecast.seconds("resize", self.target[0] * self.target[1])
        return total


def plan(size: tuple[int, int], target: tuple[int, int], names: tuple[str, ...], tile: int = 0) -> Plan:
    """The plan for a photo of `size` that becomes `target` (width, height each). tile: side, 0 for what suits the free memory."""
    enlargers = tuple(UNKNOWN if choice.closed(name) else models.load(name, "upscale") for name in names)
    if not tile:
        free = memory.free_mb() * SPARE
        tile = max(each.tile for each in enlargers)
        while tile > SMALLEST_TILE and _memory(size, target, enlargers, tile) > free:
            tile //= 2
    tile = max(SMALLEST_TILE, tile)
    return Plan(names, enlargers, size, target, tile, _memory(size, target, enlargers, tile))


def _memory(size: tuple[int, int], target: tuple[int, int], enlargers: tuple[Enlarger, ...], tile: int) -> float:
    """Megabytes: the result and its file, what stands between two nets, and what a net keeps of one tile."""
    result = target[0] * target[1] * 3 / MB
    width, height = size
    between, most = 0.0, 0.0
    for number, each in enumerate(enlargers):
        wide, high = min(width, tile + 2 * each.reach), min(height, tile + 2 * each.reach)
        floats = wide * high * 4 / MB
        most = max(most, between + floats * (3 * each.width + 9 * each.scale**2))
        width, height = width * each.scale, height * each.scale
        if number < len(enlargers) - 1 or (width, height) != target:
            between += width * height * 6 / MB
    return 20 + result * 2.2 + most + between


def fits(made: Plan) -> bool:
    """Whether there is enough free memory."""
    return made.memory_mb <= memory.free_mb() * SPARE


def check(made: Plan, shot: Photo) -> None:
    """UserError when the memory does not suffice for a photo, before anything is loaded."""
    share = shot.pixels.nbytes / (shot.width * shot.height * 3)
    need = made.memory_mb * max(1.0, share)
    if shot.layout in ("LA", "RGBA"):  # colours under transparency are extended in single precision
        need += shot.width * shot.height * 32 / MB
    if need > memory.free_mb() * SPARE:
        raise too_large(made, need)


def too_large(made: Plan, need: float) -> UserError:
    """What is said when `need` megabytes are not free."""
    free = round(memory.free_mb() * SPARE)
    return UserError("picture_memory", width=made.target[0], height=made.target[1], need=round(need), free=free)
