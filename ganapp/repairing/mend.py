"""Mending a whole photo: plan the parts, fill each in its crop, lay it in so that no seam shows, and prove that nothing else changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ganapp.base import progress
from ganapp.pictures import photo_file
from ganapp.pictures.box import Box
from ganapp.pictures.images import Array
from ganapp.pictures.photo import Marks, Photo
from ganapp.repairing import coarse, holes
from ganapp.repairing.filling import Filling
from ganapp.repairing.holes import Part


@dataclass(frozen=True)
class Settings:
    """grow: pixels that the marks are grown by; soften: pixels over which the mended part fades into the photo, inside the grown marks;
    seed: which of several good fills."""

    grow: int = 4
    soften: int = 6
    seed: int = 0


@dataclass(frozen=True)
class Mended:
    """photo: the mended one; grown (h, w): what was allowed to change; parts: rectangles that hold it; proof: what changed outside."""

    photo: Photo
    grown: Marks
    parts: tuple[Box, ...]
    proof: photo_file.Proof


def mend(shot: Photo, marks: Marks, filler: Filling, settings: Settings) -> Mended:
    """Fill what is marked in a photo. The photo given stays as it is.

    Each part is seen with all marks of its surroundings unknown, and with what earlier parts have filled known.
    """
    work = Photo(shot.pixels.copy(), shot.layout, shot.origin)
    parts = holes.plan(marks, settings.grow, filler.side)
    grown = _grown(marks, parts, settings.grow)
    left = grown.copy()
    progress.tell(0, len(parts))
    for number, part in enumerate(parts):
        _mend_part(work, (marks, grown, left), part, filler, settings)
        progress.tell(number + 1, len(parts))
    return Mended(work, grown, tuple(part.place for part in parts), photo_file.compare(shot, work, grown))


def _grown(marks: Marks, parts: list[Part], grow: int) -> Marks:
    """The marks (h, w), grown by `grow` pixels."""
    grown = marks.copy()
    for part in parts:
        around = part.place.grown(grow + 1, *marks.shape)
        grown[around.slices] |= holes.distance(marks[around.slices], grow) <= grow
    return grown


def _mend_part(work: Photo, masks: tuple[Marks, Marks, Marks], part: Part, filler: Filling, settings: Settings) -> None:
    """Fill one part of `work` in place. masks: the marks, the grown ones, and those of them that are not filled yet."""
    marks, grown, left = masks
    view = part.view
    target = np.zeros((view.height, view.width), np.bool_)
    inner = _within(part.place, view)
    target[inner] = left[part.place.slices]
    if not target.any():
        return
    colours = work.colours(view.top, view.left, view.height, view.width)
    hole = left[view.slices] | work.transparent(view.top, view.left, view.height, view.width)
    if hole.all():
        hole = left[view.slices]

    def fill(crop: Array, gap: Marks) -> Array:
        return filler.fill(crop, gap, settings.seed, progress.go_on)

    if part.thick:
        made = coarse.mend(colours, hole, filler.side, fill, settings.seed)
    else:
        made = fill(colours, hole)
    place, target, colours, made = part.place, target[inner], colours[inner], made[inner]
    weight = _weight(marks, grown, place, settings.soften)[..., None]
    work.lay(place.top, place.left, colours + (made - colours) * weight, target)
    left[place.slices] &= ~target


def _within(place: Box, view: Box) -> tuple[slice, slice]:
    """Rows and columns of `place` inside the array of `view`."""
    top, left = place.top - view.top, place.left - view.left
    return slice(top, top + place.height), slice(left, left + place.width)


def _weight(marks: Marks, grown: Marks, place: Box, soften: int) -> Array:
    """How much of the fill each pixel of a place takes (h, w): all of it where marked, fading out towards the rim of the grown marks."""
    if soften < 1:
        return grown[place.slices].astype(np.float32)
    around = place.grown(soften + 1, *grown.shape)
    share = np.clip(holes.distance(~grown[around.slices], soften) / (soften + 1), 0, 1)[_within(place, around)]
    smooth = share * share * (3 - 2 * share)
    return np.where(marks[place.slices], np.float32(1), smooth.astype(np.float32))
