"""The mark in whole photos, of any size: looked at small, written in bands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ganapp.pictures.mark import reading, writing
from ganapp.pictures.mark.carriers import SIDE
from ganapp.pictures.photo import LUMA, Marks, Photo

SMALLEST = 256  # pixels a side from which pictures are marked
LEAST_PART = 0.25  # of a picture that must be free to change; less could not be read again
BAND = 512  # rows that are written at once
Floats = NDArray[np.float64]


def seen(shot: Photo) -> Floats:
    """A photo's brightness (h, w) in levels of 0 to 255, at the size at which marks are looked for."""
    h, w, share = shot.height, shot.width, SIDE / min(shot.height, shot.width)
    if share >= 1:
        return np.asarray(shot.colours(0, 0, h, w) @ (LUMA * 255), np.float64)
    rows = [np.round(shot.colours(top, 0, min(BAND, h - top), w) @ (LUMA * 255)).astype(np.uint8) for top in range(0, h, BAND)]
    return reading.looked_at(np.concatenate(rows))


def find(shot: Photo, key: bytes) -> reading.Mark | None:
    """The mark in a photo."""
    return reading.seen(seen(shot), key)


def marked(shot: Photo, number: int, key: bytes, where: Marks | None = None) -> Photo | None:
    """The photo with its mark; outside `where` (h, w) not one pixel changes. None for one in which it could not be read again: small, or
    with too little room."""
    if min(shot.height, shot.width) < SMALLEST or shot.layout == "CMYK" or (where is not None and where.mean() < LEAST_PART):
        return None
    small = seen(shot)
    inside = None
    if where is not None:
        shares = Image.fromarray(where.view(np.uint8) * np.uint8(255)).resize(small.shape[::-1], Image.Resampling.BOX)
        inside = np.asarray(shares, np.float64) / 255
    change = Image.fromarray(writing.pattern(small, number, key, inside).astype(np.float32))
    work = Photo(shot.pixels.copy(), shot.layout, shot.origin)
    for top in range(0, shot.height, BAND):
        _lay(work, change, top, where)
    found = find(work, key)
    return work if found is not None and found.number == number else None


def _lay(work: Photo, change: Image.Image, top: int, where: Marks | None) -> None:
    """Add the change to a band of the photo's own pixels, alike to all colours; alpha stays."""
    rows, count = min(BAND, work.height - top), 1 if work.layout in ("L", "LA") else 3
    share = change.height / work.height
    box = (0.0, top * share, float(change.width), (top + rows) * share)
    levels = np.asarray(change.resize((work.width, rows), Image.Resampling.BICUBIC, box=box)) * (work.full / 255)
    if where is not None:
        levels = np.where(where[top : top + rows], levels, 0)
    part = work.pixels[top : top + rows, :, :count]
    part[...] = np.clip(np.round(part + levels[..., None]), 0, work.full).astype(part.dtype)
