"""Masks in files: which pixels of a photo are marked. The page has the same rule (assets/js/parts/painter/raster.js, `marks`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ganapp.base.errors import UserError
from ganapp.pictures import photo
from ganapp.pictures.photo import Marks, Photo


def read(blob: bytes, width: int, height: int, max_pixels: int | None = None) -> Marks:
    """A mask file as marks (height, width): light is marked, or, where the file is transparent anywhere, what is not transparent.

    It may be smaller or larger than the photo if it has its shape. UserError for another shape, one that may mean this or that, and as
    `photo.read`.
    """
    picture = photo.read(blob, max_pixels)
    check_shape(picture, width, height)
    marks = marked(picture)
    if (picture.width, picture.height) == (width, height):
        return marks
    fitted = Image.fromarray(np.asarray(marks, np.uint8) * 255).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(np.asarray(fitted) > 127)


def check_shape(picture: Photo, width: int, height: int) -> None:
    """UserError for a mask that is no smaller or larger copy of what a photo of width x height would need."""
    slack = max(1.0, 0.005 * max(width, height))
    if abs(picture.width * height / picture.height - width) > slack and abs(picture.height * width / picture.width - height) > slack:
        raise UserError("mask_shape", mask=f"{picture.width} x {picture.height}", photo=f"{width} x {height}")


def marked(picture: Photo) -> Marks:
    """What a picture marks (h, w). A colour is as light as its strongest channel, so red on black is a mask too, and so are two levels of
    which neither is light, as 0 and 1 are. UserError where it may mean this or that: colours on white, or many dark levels."""
    levels: NDArray[Any] = picture.pixels
    if picture.layout in ("LA", "RGBA") and (levels[..., -1] != picture.full).any():
        return np.asarray(levels[..., -1] > picture.full // 2)
    if picture.layout == "CMYK":
        levels = np.round(picture.colours(0, 0, picture.height, picture.width) * 255).astype(np.uint8)
    colours = levels[..., :1] if picture.layout in ("L", "LA") else levels[..., :3]
    light = colours.max(axis=2)
    full = 255 if light.max() <= 255 else picture.full  # 8 bits may lie in a file of 16
    marks = np.asarray(light > full // 2)
    if marks.all() and (light - colours.min(axis=2) > full // 2).any():
        raise UserError("mask_unclear")
    if marks.any() or not light.any():
        return marks
    least, most = light.min(), light.max()
    if least == most or not ((light == least) | (light == most)).all():
        raise UserError("mask_unclear")
    return np.asarray(light == most)
