"""A photo at full size with what was painted of a small copy of it: the change is made large and laid over the photo, strip by strip.

With p the photo, s its small copy, y the painted one and up() an enlargement, the result is p + strength up(y - s) - loss (p - up(s)): the
photo's finest detail, which the small copy lacks, is kept but for `loss` of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from ganapp.base import progress
from ganapp.pictures import hidden_colours, photo, profiles, resize
from ganapp.pictures.box import Box
from ganapp.pictures.images import Array
from ganapp.pictures.photo import LUMA, Photo
from ganapp.pictures.tiling import Work
from ganapp.stylizing import palette
from ganapp.stylizing.region import Weights

COLOURS = ("style", "luminance", "matched")
BY = Image.Resampling.BICUBIC
STRIP = 2**18  # pixels that are composed at once: few enough for a processor's cache


@dataclass(frozen=True)
class Manner:
    """How the painted copy comes back. strength: 0 the photo, 1 as painted, up to 1.5; detail: how much of the photo's finest detail is
    kept at strength 1; colours: of COLOURS; weights (h, w): how much of each pixel changes, None = all."""

    strength: float = 1.0
    detail: float = 0.5
    colours: str = "style"
    weights: Weights | None = None


def reduced(shot: Photo, size: tuple[int, int]) -> Array:
    """The photo at `size` (width, height) in RGB, (h, w, 3) in [0, 1]; what is transparent takes the colours beside it."""
    clear = shot.layout in ("LA", "RGBA")

    def read(first: int, last: int) -> Array:
        colours = shot.colours(first, 0, last - first, shot.width)
        if not clear:
            return colours
        share = photo.to_floats(shot.pixels[first:last, :, -1:])
        return np.concatenate([colours * share, share], axis=2)

    made = []
    for rows in resize.strips(max(size[0], round(shot.width * shot.height / size[1])), size[1]):
        made.append(resize.part(read, shot.height, size, rows, BY))
        progress.go_on()
    small = np.concatenate(made)
    if clear:
        share = small[..., 3]
        colours = np.asarray(small[..., :3] / np.maximum(share, hidden_colours.SEEN)[..., None], np.float32)
        small = hidden_colours.spread(colours, share)
    return np.clip(small, 0, 1)


def strips(shot: Photo) -> list[tuple[int, int]]:
    """The strips that a photo is composed in."""
    rows = max(1, STRIP // shot.width)
    return [(top, min(shot.height, top + rows)) for top in range(0, shot.height, rows)]


def composed(shot: Photo, small: Array, painted: Array, manner: Manner, work: Work) -> Photo:
    """The photo repainted; small, painted (h, w, 3) in [0, 1]: its small copy as it was and as it was painted. The photo given stays."""
    field, loss = _field(small, painted, manner, shot)
    grey = manner.colours == "luminance"
    made = _blank(shot, coloured=not grey)
    for top, bottom in strips(shot):
        change = resize.part(lambda first, last: field[first:last], len(field), (shot.width, shot.height), (top, bottom), BY)
        before = shot.colours(top, 0, bottom - top, shot.width)
        if loss:
            change -= loss * ((before @ LUMA)[..., None] if grey else before)
        where = None
        if manner.weights is not None:
            part = manner.weights[top:bottom]
            change *= (part * np.float32(1 / 255))[..., None]
            where = part > 0
        after = before + change
        _lay(made, shot, top, after, where)
        if work.canvas is not None:
            work.canvas.lay((np.clip(after, 0, 1) * 255).astype(np.uint8), Box(top, 0, bottom - top, shot.width), shot.height, shot.width)
        work.finished()
    return made


def _field(small: Array, painted: Array, manner: Manner, shot: Photo) -> tuple[Array, float]:
    """What is made large, (h, w, 3) or (h, w, 1), and the share of the photo's own finest detail that goes."""
    if manner.colours == "matched":
        painted = palette.matched(painted, small)
    finer = small.shape[0] < shot.height or small.shape[1] < shot.width
    loss = min(1.0, manner.strength) * (1 - manner.detail) if finer else 0.0
    field = manner.strength * (painted - small) + loss * small
    if manner.colours == "luminance":
        field = (field @ LUMA)[..., None]
    return np.asarray(field, np.float32), loss


def _blank(shot: Photo, coloured: bool) -> Photo:
    """A photo of that size and depth without pixels; a grey one becomes one of colours, whose profile a grey one's cannot be."""
    layout, origin = shot.layout, shot.origin
    if coloured and layout in ("L", "LA"):
        layout = {"L": "RGB", "LA": "RGBA"}[layout]
        if origin.icc[16:20] == profiles.SPACES["L"]:
            origin = replace(origin, icc=profiles.fitting(origin.icc, layout), tables={}, sampling=-1)
    return Photo(np.empty((shot.height, shot.width, photo.LAYOUTS[layout]), shot.pixels.dtype), layout, origin)


def _lay(made: Photo, shot: Photo, top: int, after: Array, where: photo.Marks | None) -> None:
    """Write rows of colours where they changed, and the photo's own levels elsewhere."""
    rows = slice(top, top + after.shape[0])
    own = shot.pixels[rows]
    if made.layout == shot.layout:
        made.pixels[rows] = own
    else:
        made.pixels[rows, :, :3] = own[..., :1]
        if made.layout == "RGBA":
            made.pixels[rows, :, 3] = own[..., 1]
    made.lay(top, 0, after, where)
