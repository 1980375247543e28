"""TIFF files as scanners write them. The first page is the picture.

PIL reads every field of the first directory, however often fields name the same bytes; so directories are looked at before.
"""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from ganapp.base.errors import UserError
from ganapp.pictures import containers
from ganapp.pictures.containers import Tags
from ganapp.pictures.tiff_tags import LAYOUT

STARTS = (b"II*\0", b"MM\0*")
XMP, TILE_WIDTH, TILE_HEIGHT, SUBDIRECTORIES, ORIENTATION = 700, 322, 323, 330, 0x0112
PHOTOSHOP, PROFILE = 0x8649, 34675


def opened(blob: bytes, max_pixels: int) -> tuple[Image.Image, Tags, bytes]:
    """The first page, not yet unpacked; its tags and profile. To be called inside decoding.refusing."""
    if not containers.sound(blob):
        raise UserError("picture_broken")
    image: Any = Image.open(io.BytesIO(blob), formats=("TIFF",))
    fields = image.tag_v2
    tile = int(fields.get(TILE_WIDTH) or 0) * int(fields.get(TILE_HEIGHT) or 0)
    if tile > max_pixels:
        raise UserError("picture_pixels", megapixels=max_pixels // 10**6)
    if image.mode in ("F", "I"):
        raise UserError("picture_floating")  # measurements, whose black and white no field tells
    xmp = fields.get(XMP) or b""
    return image, Tags(_exif(image), xmp if isinstance(xmp, bytes) else b""), image.info.get("icc_profile") or b""


def _exif(image: Image.Image) -> bytes:
    """What the directory says beside the layout of its pixels, as EXIF. PIL turns a TIFF upright, so it says no turn."""
    whole = image.getexif()
    kept = Image.Exif()
    for name, value in whole.items():
        if name not in LAYOUT and name not in (XMP, PHOTOSHOP, PROFILE, ORIENTATION):
            kept[name] = value
    for name in (0x8769, 0x8825):
        inner = whole.get_ifd(name)
        if inner:
            kept[name] = dict(inner)
    return kept.tobytes().removeprefix(containers.EXIF_PREFIX) if len(kept) else b""
