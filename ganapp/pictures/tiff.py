"""TIFF files of four inks. PIL packs them only through libtiff, which takes no EXIF directory; here the pixels are packed first, and PIL
writes the directory."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from PIL import Image

from ganapp.base.errors import UserError
from ganapp.pictures import tiff_tags
from ganapp.pictures.containers import EXIF_PREFIX
from ganapp.pictures.decoding import Levels

ROWS = 256  # of a strip
DEFLATE, DIFFERENCES, INKS, PER_INCH = 8, 2, 5, 2  # values of the tags 259, 317, 262 and 296
MOST_BYTES = 2**32 - 2**26
# Tags of the first directory that say how pixels are laid out: these are ours.
OWN = tiff_tags.LAYOUT | {700, 34675}


@dataclass(frozen=True)
class Metadata:
    """What a TIFF says beside its pixels; empty or None for nothing."""

    exif: Image.Exif | None = None
    icc: bytes = b""
    xmp: bytes = b""
    dpi: tuple[float, float] | None = None


def write(pixels: Levels, metadata: Metadata, effort: int) -> bytes:
    """A TIFF of pixels (h, w, 4) uint8 in CMYK. UserError for one of more than 4 GB, which a TIFF cannot hold."""
    strips = [_packed(pixels[top : top + ROWS], effort) for top in range(0, len(pixels), ROWS)]
    lengths = [len(strip) for strip in strips]
    if sum(lengths) > MOST_BYTES:
        raise UserError("form_bytes", form="TIFF")
    tags = metadata.exif or Image.Exif()
    for name in OWN & tags.keys():
        del tags[name]
    height, width, _ = pixels.shape
    tags.update({256: width, 257: height, 258: (8, 8, 8, 8), 259: DEFLATE, 262: INKS, 277: 4, 278: ROWS, 284: 1, 317: DIFFERENCES})
    tags.update({273: tuple(accumulate(lengths[:-1], initial=0)), 279: tuple(lengths)})  # places after the directory; PIL adds its length
    if metadata.dpi:
        tags.update({282: metadata.dpi[0], 283: metadata.dpi[1], 296: PER_INCH})
    tags.update({name: content for name, content in ((700, metadata.xmp), (34675, metadata.icc)) if content})
    return b"".join([tags.tobytes().removeprefix(EXIF_PREFIX), *strips])


def _packed(rows: Levels, effort: int) -> bytes:
    """Rows (h, w, 4) with each pixel less the one to its left."""
    apart = rows.copy()
    np.subtract(rows[:, 1:], rows[:, :-1], out=apart[:, 1:])
    return zlib.compress(apart.tobytes(), effort)
