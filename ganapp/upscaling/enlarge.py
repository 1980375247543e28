"""A whole photo, enlarged to an exact size: every channel of its own layout in its own depth, and all that came with it kept."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from ganapp.models.enlarger import Enlarger
from ganapp.pictures import hidden_colours, resize
from ganapp.pictures.box import Box
from ganapp.pictures.canvas import Canvas
from ganapp.pictures.photo import LAYOUTS, Levels, Photo
from ganapp.pictures.tiling import Work
from ganapp.upscaling import forecast, tiles
from ganapp.upscaling.tiles import Group

GROUPS = {
    "L": (Group(slice(0, 1)),),
    "LA": (Group(slice(0, 1)), Group(slice(1, 2), bounded=True)),
    "RGB": (Group(slice(0, 3)),),
    "RGBA": (Group(slice(0, 3)), Group(slice(3, 4), bounded=True)),
    "CMYK": (Group(slice(0, 3), True), Group(slice(3, 4), True)),
}


@dataclass(frozen=True)
class Enlarged:
    """photo: the result; work: what it took."""

    photo: Photo
    work: Work


def count(shot_layout: str, size: tuple[int, int], scales: tuple[int, ...], tile: int) -> int:
    """Tiles of all nets for a photo of that layout and size (width, height)."""
    width, height = size
    total = 0
    for scale in scales:
        total += len(Box(0, 0, height, width).parts(tile))
        width, height = width * scale, height * scale
    return total * len(GROUPS[shot_layout])


def enlarge(shot: Photo, nets: tuple[Enlarger, ...], size: tuple[int, int], tile: int) -> Enlarged:
    """The photo at `size` (width, height): through the nets one after the other, then resampled to exactly that size where it differs.

    Alpha goes through the nets as a grey picture of its own. Raises progress.Cancelled between two tiles, and UserError when the memory
    does not suffice.
    """
    width, height = size
    work = Work(tile, count(shot.layout, (shot.width, shot.height), tuple(net.scale for net in nets), tile))
    made = np.empty((height, width, LAYOUTS[shot.layout]), shot.pixels.dtype)
    clear = shot.layout in ("LA", "RGBA")
    for number, group in enumerate(GROUPS[shot.layout]):
        source = shot.pixels[..., group.channels]
        if clear and not group.bounded:
            source = hidden_colours.extended(source, shot.pixels[..., -1])
        work.canvas = Canvas.of(_light(source, group), width, height) if number == 0 else None
        _through(source, made[..., group.channels], nets, work, group)
    work.measure()
    return Enlarged(Photo(made, shot.layout, shot.origin), work)


def _light(levels: Levels, group: Group) -> Levels:
    return np.iinfo(levels.dtype).max - levels if group.turned else levels


def _through(source: Levels, target: Levels, nets: tuple[Enlarger, ...], work: Work, group: Group) -> None:
    """Fill `target` with `source`, both (h, w, 1 or 3), through all nets; between two of them stand 16 bits."""
    now = source
    for number, net in enumerate(nets):
        shape = (now.shape[0] * net.scale, now.shape[1] * net.scale, now.shape[2])
        fits = number == len(nets) - 1 and shape == target.shape
        larger = target if fits else np.empty(shape, np.uint16)
        tiles.fill(now, larger, net, work, group)
        now = larger
    if now is not target:
        begun = time.perf_counter()
        resize.fill(now, target)
        forecast.learn("resize", target.shape[0] * target.shape[1], (time.perf_counter() - begun) * 3 / target.shape[2])
