"""Repairs as they travel between page and server: small rectangles of new pixels, and which of them count. A photo and its patches are the
mended photo, so nothing has to be kept on the server between two repairs."""

from __future__ import annotations

import hashlib
import hmac
import io
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from PIL import Image
from pydantic import ConfigDict, NonNegativeInt
from typing_extensions import TypedDict

from ganapp.base import paths
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


@dataclass(frozen=True)
class Laid:
    """touched (h, w): where patches are; boxes: the rectangle of each."""

    touched: Marks
    boxes: tuple[Box, ...]


def lay(shot: Photo, patches: tuple[dict[str, Any], ...]) -> Laid:
    """Lay patches into a photo's own pixels, the later ones over the earlier."""
    touched, area, boxes = np.zeros((shot.height, shot.width), np.bool_), 0, []
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
        boxes.append(box)
    return Laid(touched, tuple(boxes))


def cut(shot: Photo, grown: Marks, boxes: tuple[Box, ...], made: str = "") -> list[dict[str, Any]]:
    """The pixels of a mended photo that `grown` (h, w) lets change, as patches in RGB of the photo's depth. made: the line that says how
    they were made, which travels with each, stamped."""
    patches = []
    for box in boxes:
        where = grown[box.slices]
        if where.any():
            files = {"picture": images.data_uri(_picture(shot, box)), "mask": images.data_uri(_bits(where))}
            place: dict[str, Any] = {"left": box.left, "top": box.top, "width": box.width, "height": box.height}
            patches.append({**place, **files, "made": made, "stamp": _stamp(files["picture"], made)})
    return patches


def _stamp(picture: str, made: str) -> str:
    """What only this installation can write, so that a file says of its repairs what they were and not what somebody claims."""
    return hmac.new(paths.secret(), f"{hashlib.sha256(picture.encode()).hexdigest()} {made}".encode(), "sha256").hexdigest()


def makings(patches: tuple[dict[str, Any], ...]) -> tuple[str, ...]:
    """How patches were made, each way once; "" for those of which it isn't known, or not known from here."""
    found = []
    for patch in patches:
        made, stamp = str(patch.get("made", "")), str(patch.get("stamp", ""))
        found.append(made if hmac.compare_digest(stamp.encode("utf-8", "replace"), _stamp(patch["picture"], made).encode()) else "")
    return tuple(dict.fromkeys(found))


def _picture(shot: Photo, box: Box) -> bytes:
    dtype = np.uint8 if shot.full == 255 else np.uint16
    colours = shot.colours(box.top, box.left, box.height, box.width)
    part = Photo(np.round(colours * shot.full).astype(dtype), "RGB")
    return photo_file.encode(part).blob


def _bits(where: Marks) -> bytes:
    out = io.BytesIO()
    Image.fromarray(where).save(out, "PNG")
    return out.getvalue()
