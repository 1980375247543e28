"""HEIF (HEIC) and AVIF: files of boxes (ISO/IEC 14496-12, 23008-12). HEIC needs the package pillow-heif; AVIF is read by PIL itself.

Their decoders take memory by what the boxes say, so sizes and kinds of items are looked at here first.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import util

from PIL import Image

from ganapp.base.errors import UserError
from ganapp.pictures import containers
from ganapp.pictures.containers import Tags

AVIF = (b"avif", b"avis")
HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2")
MOST_BRANDS = 64
MOST_BOXES = 20_000  # a phone's picture has some hundred: one for each tile
# Tags or samples packed by a general method: a few bytes that unpack to any number.
PACKED = re.compile(rb"unci|cmpC|deflate|compress_zlib|compress_deflate|\0br\0|iovl")
SIZE = re.compile(rb"ispe\0\0\0\0(.{8})", re.DOTALL)
INSIDE = (b"iprp", b"ipco")
HEVC = b"hvcC"


@dataclass(frozen=True)
class Box:
    """kind: its four letters; body: what is in it."""

    kind: bytes
    body: bytes


def family(blob: bytes) -> str:
    """ "AVIF" or "HEIF" by the brands at the beginning of a file; "" for any other."""
    if blob[4:8] != b"ftyp":
        return ""
    end = min(int.from_bytes(blob[:4], "big"), 16 + 4 * MOST_BRANDS, len(blob))
    brands = [blob[8:12], *(blob[place : place + 4] for place in range(16, end - 3, 4))]
    if any(brand in AVIF for brand in brands):
        return "AVIF"
    return "HEIF" if any(brand in HEIF for brand in brands) else ""


def opened(blob: bytes, max_pixels: int) -> tuple[Image.Image, Tags, bytes]:
    """The picture that a file shows first, not yet unpacked; its tags and profile. To be called inside decoding.refusing."""
    _guard(blob, max_pixels)
    if family(blob) == "AVIF":
        image = _avif(blob)
        exif = image.info.get("exif") or b""  # PIL writes the turn that the boxes ask for into it
        exif = exif.removeprefix(containers.EXIF_PREFIX)
        return image, Tags(exif, image.info.get("xmp") or b"", containers.orientation(exif) or 1), image.info.get("icc_profile") or b""
    image = _heif(blob)
    exif = (image.info.get("exif") or b"").removeprefix(containers.EXIF_PREFIX)
    # libheif turns the picture as the boxes ask for, and by the standard nothing else turns it.
    return image, Tags(exif, image.info.get("xmp") or b""), image.info.get("icc_profile") or b""


def _avif(blob: bytes) -> Image.Image:
    from PIL import features

    if not features.check("avif"):
        raise UserError("picture_avif_missing")
    return Image.open(io.BytesIO(blob), formats=("AVIF",))


def _heif(blob: bytes) -> Image.Image:
    if util.find_spec("pillow_heif") is None:
        raise UserError("picture_heif_missing")
    from pillow_heif import HeifImageFile

    image: Image.Image = HeifImageFile(io.BytesIO(blob))  # type: ignore[no-untyped-call]  # the package has no annotation there
    return image


def boxes(blob: bytes) -> Iterator[Box]:
    """The boxes that follow each other; ends at the first that is damaged."""
    place = 0
    while place + 8 <= len(blob):
        size, head = int.from_bytes(blob[place : place + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(blob[place + 8 : place + 16], "big"), 16
        elif size == 0:
            size = len(blob) - place
        if size < head or place + size > len(blob):
            return
        yield Box(blob[place + 4 : place + 8], blob[place + head : place + size])
        place += size


def _properties(meta: bytes) -> list[Box]:
    """Sizes, settings of decoders and so on, of all items."""
    inside = meta[4:]
    for kind in INSIDE:
        inside = next((box.body for box in boxes(inside) if box.kind == kind), b"")
    found = []
    for box in boxes(inside):
        found.append(box)
        if len(found) > MOST_BOXES:
            raise UserError("picture_broken")
    return found


def _guard(blob: bytes, max_pixels: int) -> None:
    """UserError for a file that says more pixels than allowed, in any of its items, or packs anything by a general method."""
    too_large = UserError("picture_pixels", megapixels=max_pixels // 10**6)
    meta = b""
    for number, box in enumerate(boxes(blob)):
        if number > MOST_BOXES:
            raise UserError("picture_broken")
        if box.kind == b"meta":
            if meta:
                raise UserError("picture_broken")  # which of the two counts?
            meta = box.body
    for box in boxes(meta[4:]):
        if box.kind == b"iinf" and PACKED.search(box.body):
            raise UserError("picture_broken")
    for size in SIZE.finditer(meta):
        if int.from_bytes(size[1][:4], "big") * int.from_bytes(size[1][4:], "big") > max_pixels:
            raise too_large
    for box in _properties(meta):
        if box.kind == HEVC and any(pixels > max_pixels + 2**20 for pixels in _coded(box.body)):  # whole blocks at the edges
            raise too_large


def _coded(settings: bytes) -> Iterator[int]:
    """Pixels by the sequence parameter sets of an hvcC (ISO/IEC 14496-15, 8.3.3; ITU-T H.265, 7.3.2.2): what libde265 takes memory for."""
    place = 23
    for _ in range(settings[22] if len(settings) > 22 else 0):
        kind, count, place = settings[place] & 63 if place < len(settings) else 0, settings[place + 1 : place + 3], place + 3
        for _ in range(int.from_bytes(count, "big")):
            if place + 2 > len(settings):
                return
            end = place + 2 + int.from_bytes(settings[place : place + 2], "big")
            if kind == 33:
                yield _sequence(settings[place + 4 : end].replace(b"\0\0\3", b"\0\0"))
            place = end


def _sequence(body: bytes) -> int:
    """Pixels of a sequence parameter set; 0 where it cannot be read."""
    bits = "".join(f"{byte:08b}" for byte in body[:256])
    layers = int(bits[4:7] or "0", 2)
    place = 8 + 96
    if layers:
        flags = bits[place : place + 16]
        place += 16 + sum(88 * (flags[2 * n : 2 * n + 1] == "1") + 8 * (flags[2 * n + 1 : 2 * n + 2] == "1") for n in range(layers))
    values: list[int] = []
    while len(values) < 4:
        one = bits.find("1", place)
        zeros = one - place
        if one < 0 or zeros > 32 or one + zeros >= len(bits):
            return 0
        values.append(int(bits[one : one + zeros + 1], 2) - 1)
        place = one + zeros + 1
        if len(values) == 2 and values[1] == 3:
            place += 1  # separate_colour_plane_flag
    return values[2] * values[3]
