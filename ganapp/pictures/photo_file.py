"""Writing a photo: losslessly, so that an untouched pixel is the same in the file too, or as JPEG with the tables it came with."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.pictures import containers, decoding, images, photo, profiles, tiff
from ganapp.pictures.photo import Levels, Marks, Photo

FORMS = ("lossless", "jpeg")
EFFORT = 1  # of zlib: seven times as fast as 6, and the file is a sixth larger
LARGE = 2_000_000  # pixels from which a PNG is written in bands
BAND, WRITERS = 256, 4  # rows of a band; how many are written at once
QUALITY = 95  # of a JPEG that was none before
LONGEST_EXIF = 65_000  # bytes that fit into a JPEG's segment
COLOUR_TYPES = {"L": 0, "RGB": 2, "LA": 4, "RGBA": 6}  # of a PNG
MIMES = {"png": "image/png", "tif": "image/tiff", "jpg": "image/jpeg", "webp": "image/webp"}
LARGEST = {"jpeg": 65_500, "webp": 16_383}  # pixels a side that libjpeg and libwebp write


@dataclass(frozen=True)
class File:
    """A file's bytes and the ending of its name ("png", "tif", "jpg" or "webp")."""

    blob: bytes
    ending: str

    @property
    def uri(self) -> str:
        """The file as a data URI."""
        return images.data_uri(self.blob, MIMES[self.ending])


@dataclass(frozen=True)
class Proof:
    """What became of the pixels that were not to change. outside: how many there are; changed: how many of them differ in any channel;
    most: the largest difference in one channel, as a share of the full scale."""

    outside: int
    changed: int
    most: float


def encode(shot: Photo, form: str = "lossless", keep_gps: bool = False) -> File:
    """The photo as a file. "lossless" is PNG (TIFF for CMYK, which PNG does not know); "jpeg" uses the tables the photo came with.

    UserError for a JPEG of a photo with transparent places or of more pixels a side than JPEG holds.
    """
    check_side((shot.width, shot.height), form)
    with _refusing(form):
        if form == "jpeg":
            return File(_jpeg(shot, keep_gps), "jpg")
        if shot.layout == "CMYK":
            return File(_tiff(shot, keep_gps), "tif")
        return File(large_png(shot, keep_gps) if shot.full > 255 or shot.height * shot.width > LARGE else _png(shot, keep_gps), "png")


def encode_new(shot: Photo, form: str, quality: int, keep_gps: bool = False) -> File:
    """The photo as a new file: "png" (TIFF for CMYK, which PNG does not know), "jpeg" or "webp" of that quality (1 to 100).

    WebP holds 8 bits of RGB, so CMYK is turned by its profile. UserError for a picture that the form cannot hold: transparent places in a
    JPEG, too many pixels a side.
    """
    check_side((shot.width, shot.height), form)
    with _refusing(form):
        if form == "webp":
            return File(_webp(shot, quality, keep_gps), "webp")
        if form == "jpeg":
            return File(_jpeg(shot, keep_gps, quality), "jpg")
    return encode(shot, "lossless", keep_gps)


@contextmanager
def _refusing(form: str) -> Iterator[None]:
    """Whatever PIL's writers raise inside becomes a sentence; want of memory stays what it is, for callers who know what to do about it."""
    try:
        yield
    except (*decoding.DAMAGED, OSError, RuntimeError) as problem:
        raise UserError("form_unwritable", form=form.upper() if form in LARGEST else "PNG") from problem


def check_side(size: tuple[int, int], form: str) -> None:
    """UserError for a size (width, height) that a form of file cannot hold, or that is more than a result may have here."""
    megapixels = paths.result_megapixels()
    if megapixels and size[0] * size[1] > megapixels * 10**6:
        raise UserError("result_pixels", megapixels=megapixels)
    most = LARGEST.get(form)
    if most is not None and max(size) > most:
        raise UserError("form_side", form=form.upper(), most=f"{most:,}")


def check(shot: Photo, size: tuple[int, int], form: str) -> None:
    """UserError for a photo that, made `size` (width, height), could not be written in that form."""
    check_side(size, form)
    if form == "jpeg":
        _opaque(shot)


def _eight_bits(shot: Photo) -> Photo:
    """The photo with 8 bits a sample."""
    if shot.full == 255:
        return shot
    return Photo(np.round(shot.pixels / np.float32(257)).astype(np.uint8), shot.layout, shot.origin)


def _webp(shot: Photo, quality: int, keep_gps: bool) -> bytes:
    shot = _eight_bits(shot)
    if shot.layout == "CMYK":
        shot = Photo(np.round(shot.colours(0, 0, shot.height, shot.width) * 255).astype(np.uint8), "RGB", shot.origin)
    kept = _metadata(shot, keep_gps, "RGBA")  # WebP knows no grey
    kept.pop("dpi", None)
    packet = photo.xmp(shot, keep_gps)
    if packet:
        kept["xmp"] = packet
    out = io.BytesIO()
    _image(shot).save(out, "WEBP", quality=quality, method=2, **kept)
    return out.getvalue()


def compare(before: Photo, after: Photo, marked: Marks) -> Proof:
    """Count the pixels outside `marked` (h, w) that differ between two photos of one size, band by band."""
    outside, changed, most = 0, 0, 0.0
    for top in range(0, before.height, 512):
        rows = slice(top, top + 512)
        free = ~marked[rows]
        old, new = _alike(before.pixels[rows], before.full, after), after.pixels[rows]
        outside += int(np.count_nonzero(free))
        unlike = old != new
        if unlike.any() and (differs := np.logical_or.reduce([unlike[..., i] for i in range(unlike.shape[2])]) & free).any():
            changed += int(np.count_nonzero(differs))
            gap = np.abs(old[differs].astype(np.int32) - new[differs].astype(np.int32)).max()
            most = max(most, float(gap) / after.full)
    return Proof(outside, changed, most)


def _alike(pixels: Levels, full: int, other: Photo) -> Levels:
    """`pixels` with as many channels and bits as `other` has: a JPEG drops an alpha that is 1 everywhere, and half of 16 bits."""
    if full > other.full:
        pixels = np.round(pixels / np.float32(257)).astype(np.uint8)
    return pixels[..., : other.pixels.shape[2]]


def _image(shot: Photo) -> Image.Image:
    """The 8-bit pixels as a PIL picture that shares their memory."""
    pixels = shot.pixels[..., 0] if shot.pixels.shape[2] == 1 else shot.pixels
    return Image.fromarray(np.ascontiguousarray(pixels), shot.layout) if shot.layout in ("LA", "CMYK") else Image.fromarray(pixels)


def _metadata(shot: Photo, keep_gps: bool, layout: str) -> dict[str, Any]:
    """Arguments of PIL's savers for what came with the pixels, in a file that holds them in the channels of `layout`."""
    exif = photo.exif(shot, keep_gps)
    icc = profiles.fitting(shot.origin.icc, layout) or profiles.of_chunks(shot.origin.chunks, layout)
    kept: dict[str, Any] = {"icc_profile": icc, "exif": exif.tobytes() if exif else b"", "dpi": shot.origin.dpi}
    return {key: value for key, value in kept.items() if value}


def _png(shot: Photo, keep_gps: bool) -> bytes:
    out = io.BytesIO()
    image = _image(shot)
    image.info.clear()
    image.save(out, "PNG", compress_level=EFFORT)
    whole = out.getvalue()  # signature and IHDR take 33 bytes; what is said about the picture comes next
    return whole[:33] + b"".join(_metadata_chunks(shot, keep_gps)) + whole[33:]


def _metadata_chunks(shot: Photo, keep_gps: bool) -> list[bytes]:
    """The chunks of a PNG that say what came with the pixels."""
    origin = shot.origin
    chunks = [_chunk(kind, body) for kind, body in origin.chunks]
    if icc := profiles.fitting(origin.icc, shot.layout):
        chunks.append(_chunk(b"iCCP", b"ICC Profile\0\0" + zlib.compress(icc)))
    if origin.dpi:
        chunks.append(_chunk(b"pHYs", struct.pack(">IIB", *(round(dots / 0.0254) for dots in origin.dpi), 1)))
    if exif := photo.exif(shot, keep_gps):
        chunks.append(_chunk(b"eXIf", exif.tobytes().removeprefix(containers.EXIF_PREFIX)))
    if packet := photo.xmp(shot, keep_gps):
        chunks.append(_chunk(b"iTXt", containers.XMP_KEYWORD + b"\0\0\0\0\0" + packet))
    return chunks


def _tiff(shot: Photo, keep_gps: bool) -> bytes:
    icc = profiles.fitting(shot.origin.icc, shot.layout)
    return tiff.write(shot.pixels, tiff.Metadata(photo.exif(shot, keep_gps), icc, photo.xmp(shot, keep_gps), shot.origin.dpi), EFFORT)


def _opaque(shot: Photo) -> Photo:
    """The photo without its alpha. UserError when something shows through."""
    if shot.layout not in ("LA", "RGBA"):
        return shot
    if (shot.pixels[..., -1] != shot.full).any():
        raise UserError("jpeg_alpha")
    return Photo(np.ascontiguousarray(shot.pixels[..., :-1]), shot.layout[:-1], shot.origin)


def _jpeg(shot: Photo, keep_gps: bool, quality: int = 0) -> bytes:
    """quality: 1 to 100; 0 for the tables the photo came with."""
    shot = _eight_bits(_opaque(shot))
    image, kept, tables = _image(shot), _metadata(shot, keep_gps, shot.layout), shot.origin.tables
    if len(kept.get("exif", b"")) > LONGEST_EXIF:
        del kept["exif"]
    own = not quality and len(tables) in (1, 2, 3, 4)
    how: dict[str, Any] = {"qtables": tables} if own else {"quality": quality or QUALITY}
    sampling = shot.origin.sampling if tables and not quality else 0
    if shot.layout == "RGB" and sampling in (0, 1, 2):
        how["subsampling"] = sampling
    packet = photo.xmp(shot, keep_gps)
    if packet and len(packet) < LONGEST_EXIF:
        how["xmp"] = packet
    out = io.BytesIO()
    image.save(out, "JPEG", optimize=False, **how, **kept)
    return out.getvalue()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def large_png(shot: Photo, keep_gps: bool = False) -> bytes:
    """A PNG of 8 or 16 bits a sample, written in bands on several threads. PIL takes four times as long, and knows no 16 bits in colour."""
    deep = 2 if shot.full > 255 else 1
    head = struct.pack(">IIBBBBB", shot.width, shot.height, 8 * deep, COLOUR_TYPES[shot.layout], 0, 0, 0)
    chunks = [_chunk(b"IHDR", head), *_metadata_chunks(shot, keep_gps)]
    chunks += [_chunk(b"IDAT", part) for part in _deflated(shot.pixels.reshape(shot.height, -1), deep * shot.pixels.shape[2])]
    return b"\x89PNG\r\n\x1a\n" + b"".join([*chunks, _chunk(b"IEND", b"")])


def _deflated(samples: Levels, step: int) -> Iterator[bytes]:
    """The zlib stream of filtered rows (h, w * c), in parts; `step`: bytes of a pixel. What is left after the filter is noise, or nothing:
    so only runs are looked for (Z_RLE), in half the time and, on photographs, a tenth smaller than with zlib's own search."""

    def part(top: int) -> tuple[bytes, bytes]:
        rows = _averaged(samples[max(0, top - 1) : top + BAND], step)[min(1, top) :].tobytes()
        packer = zlib.compressobj(EFFORT, zlib.DEFLATED, -15, 9, zlib.Z_RLE)
        end = zlib.Z_FINISH if top + BAND >= len(samples) else zlib.Z_FULL_FLUSH
        return rows, packer.compress(rows) + packer.flush(end)

    check, began = 1, False
    with ThreadPoolExecutor(WRITERS) as pool:
        for rows, packed in pool.map(part, range(0, len(samples), BAND)):
            check = zlib.adler32(rows, check)
            yield packed if began else b"\x78\x01" + packed
            began = True
    yield struct.pack(">I", check)


def _averaged(samples: Levels, step: int) -> NDArray[np.uint8]:
    """Rows (h, w * c) as PNG stores them with filter 3: each byte less the mean of the one to the left and the one above. (h, 1 + bytes)"""
    plain = (samples.astype(">u2") if samples.dtype == np.uint16 else np.ascontiguousarray(samples)).view(np.uint8)
    left, above = np.zeros_like(plain), np.zeros_like(plain)
    left[:, step:], above[1:] = plain[:, :-step], plain[:-1]
    rows = np.empty((len(plain), plain.shape[1] + 1), np.uint8)
    rows[:, 0] = 3
    np.subtract(plain, (left & above) + ((left ^ above) >> 1), out=rows[:, 1:])
    return rows


def decode(file: File) -> Photo:
    """The photo in a file written here, whatever its size."""
    if file.ending != "tif":
        return photo.decoded(file.blob, sys.maxsize)
    with Image.open(io.BytesIO(file.blob)) as image:
        return Photo(np.asarray(image), "CMYK")
