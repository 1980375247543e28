"""Repairs as they travel between page and server: small rectangles of new pixels, and which of them count. A photo and its patches are the
mended photo, so nothing has to be kept on the server between two repairs."""

from __future__ import annotations

import io
from typing import Annotated, Any

import numpy as np
from PIL import Image
from pydantic import ConfigDict, NonNegativeInt
from typing_extensions import TypedDict

from ganapp.base.errors import UserError
from ganapp.base.kinds import As, Items, Worded
from ganapp.pictures import images, masks, photo, photo_file
from ganapp.pictures.box import Box
from ganapp.pictures.photo import Marks, Photo

MOST = 4096
MOST_AREA = 10 * images.MAX_PIXELS  # pixels of all patches of a request: each costs time, however few bytes it has


class Patch(TypedDict):
    """left, top: where it lies, in pixels; picture, mask: data URIs of its pixels, and of which of them count."""

    __pydantic_config__ = ConfigDict(strict=True, extra="allow")  # type: ignore[misc]
    left: NonNegativeInt
    top: NonNegativeInt
    picture: str
    mask: str


Patches = Annotated[tuple[Annotated[dict[str, Any], As(Patch)], ...], Items(MOST), Worded("patches_form", {"most": MOST})]


def lay(shot: Photo, patches: tuple[dict[str, Any], ...]) -> Marks:
    """Lay patches into a photo's own pixels, the later ones over the earlier. Returns where they are (h, w)."""
    touched, area = np.zeros((shot.height, shot.width), np.bool_), 0
    for patch in patches:
        made = photo.read(images.from_data_uri(patch["picture"]))
        box = Box(patch["top"], patch["left"], made.height, made.width)
        area += made.height * made.width
        if box.top + box.height > shot.height or box.left + box.width > shot.width:
            raise UserError("patches_outside")
        if area > MOST_AREA:
            raise UserError("patches_much")
        where = masks.read(images.from_data_uri(patch["mask"]), made.width, made.height, made.width * made.height)
        shot.lay(box.top, box.left, made.colours(0, 0, made.height, made.width), where)
        touched[box.slices] |= where
    return touched


def cut(shot: Photo, grown: Marks, boxes: tuple[Box, ...]) -> list[dict[str, Any]]:
    """The pixels of a mended photo that `grown` (h, w) lets change, as patches in RGB of the photo's depth."""
    patches = []
    for box in boxes:
        where = grown[box.slices]
        if where.any():
            files = {"picture": images.data_uri(_picture(shot, box)), "mask": images.data_uri(_bits(where))}
            patches.append({"left": box.left, "top": box.top, "width": box.width, "height": box.height, **files})
    return patches


def _picture(shot: Photo, box: Box) -> bytes:
    dtype = np.uint8 if shot.full == 255 else np.uint16
    colours = shot.colours(box.top, box.left, box.height, box.width)
    part = Photo(np.round(colours * shot.full).astype(dtype), "RGB")
    return photo_file.encode(part).blob


def _bits(where: Marks) -> bytes:
    out = io.BytesIO()
    Image.fromarray(where).save(out, "PNG")
    return out.getvalue()
