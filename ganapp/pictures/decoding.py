"""From a picture file to upright pixels with all their levels, and one sentence for whatever is wrong with it.

Limits are kept before anything is unpacked, and PIL is given only what it needs: texts, tags and profiles of a PNG are read by our own
rules (`containers`), so that none of them can spoil a picture that is whole.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.pictures import containers, isobmff, scans
from ganapp.pictures.containers import Tags

Array = NDArray[np.float32]
Levels = NDArray[Any]  # uint8 or uint16

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")  # BMP: what some programs write under the name of a PNG
MAX_BYTES = 20 * 2**20
MAX_PIXELS = 50_000_000
MOST_SCANS = 100  # of a progressive JPEG: libjpeg writes 10, and each goes through the whole picture, though it may have 50 bytes
# What PIL's readers raise on files that are cut short or made of anything at all.
DAMAGED = (SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError, struct.error, zlib.error)
UNREADABLE = (*DAMAGED, OSError, EOFError, RuntimeError, MemoryError)

LAYOUTS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4}  # layout of the pixels -> channels
SIXTEEN = {0: "L", 2: "RGB", 4: "LA", 6: "RGBA"}  # colour types of a PNG with 16 bits a sample
# An unpacker that takes every high byte, and one that takes every low byte: PIL itself keeps only the high ones.
HALVES = {"RGB": ("RGB;16B", "RGB;16L"), "RGBA": ("RGBA;16B", "RGBA;16L")}
NEEDED = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"pHYs", b"acTL", b"fcTL", b"fdAT")  # chunks of a PNG that PIL is given
# Chunks that say what the colours mean, and their bytes: one of another length is damaged, and would spoil the file it is written to.
COLOUR = {b"cICP": 4, b"sRGB": 1, b"gAMA": 4, b"cHRM": 32, b"mDCV": 24, b"cLLI": 8, b"mDCv": 24, b"cLLi": 8}
DENSITY = 9  # bytes of a pHYs


def most_pixels() -> int:
    """Pixels that a picture of a request may have here."""
    return min(MAX_PIXELS, paths.most_megapixels() * 10**6)


def file_bytes(source: bytes | Path) -> bytes:
    """What a file holds, or the bytes themselves. UserError when there are more than a picture may have, or none can be read."""
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > MAX_BYTES:
            raise UserError("picture_bytes", megabytes=MAX_BYTES // 2**20)
        return source if isinstance(source, bytes) else source.read_bytes()
    except OSError:
        name = source.name if isinstance(source, Path) else ""
        raise UserError("file_unreadable", name=name) from None


@contextmanager
def refusing(max_pixels: int, broken: tuple[type[BaseException], ...] = UNREADABLE) -> Iterator[None]:
    """Whatever PIL's readers raise inside becomes the UserError that says what is wrong with the picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the limit of pixels is ours
            yield
    except UnidentifiedImageError:
        raise UserError("not_a_picture") from None
    except broken as problem:
        raise UserError("picture_broken") from problem
    except Image.DecompressionBombError:
        raise UserError("picture_pixels", megapixels=max_pixels // 10**6) from None


def check(image: Image.Image, max_pixels: int, moving: bool) -> None:
    """UserError for an opened picture of more pixels than allowed, or one that moves where none may."""
    if image.width * image.height > max_pixels:
        raise UserError("picture_pixels", megapixels=max_pixels // 10**6)
    if not moving and getattr(image, "is_animated", False):
        raise UserError("picture_animated")


@dataclass(frozen=True)
class Opened:
    """A file that was looked into, its pixels still packed. image: as PIL sees it; blob: the bytes that PIL was given; clear: a PNG's one
    transparent level or colour, or empty; icc, chunks: what the colours mean."""

    image: Image.Image
    blob: bytes
    tags: Tags
    clear: tuple[int, ...] = ()
    icc: bytes = b""
    chunks: tuple[tuple[bytes, bytes], ...] = ()


def opened(blob: bytes, max_pixels: int, moving: bool = False) -> Opened:
    """A picture file looked into: PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC or AVIF, of so many pixels at most. moving: whether it may move.
    To be called inside `refusing`."""
    if containers.crowded(blob):
        raise UserError("picture_broken")
    if isobmff.family(blob) or blob[:4] in scans.STARTS:
        return _other(blob, max_pixels, moving)
    tags = containers.tags(blob)
    png = _png(blob) if blob[:8] == containers.PNG else None
    jpeg, gif = blob[:2] == b"\xff\xd8", blob[:3] == b"GIF"
    if jpeg and containers.scans(blob, MOST_SCANS) > MOST_SCANS:
        raise UserError("picture_broken")
    if _canvas(blob) > max_pixels:
        raise UserError("picture_pixels", megapixels=max_pixels // 10**6)
    plain = png.blob if png else containers.without_tags(blob) if jpeg else containers.without_extensions(blob) if gif else blob
    image = Image.open(io.BytesIO(plain), formats=FORMATS)
    check(image, max_pixels, moving)
    if png:
        return Opened(image, plain, tags, png.clear, png.icc, png.chunks)
    return Opened(image, plain, tags, (), image.info.get("icc_profile") or b"")


def _other(blob: bytes, max_pixels: int, moving: bool) -> Opened:
    """As `opened`, for HEIC, AVIF and TIFF. Of a TIFF of several pages and a HEIC of several pictures the first counts."""
    still = moving or isobmff.family(blob) != "AVIF"
    image, tags, icc = (isobmff if isobmff.family(blob) else scans).opened(blob, max_pixels)
    check(image, max_pixels, still)
    return Opened(image, blob, tags, (), icc)


def _canvas(blob: bytes) -> int:
    """Pixels of a WebP, whose decoder would take memory for them before anybody can ask; 0 for all other files."""
    head = blob[12:30]
    if blob[:4] != b"RIFF" or blob[8:12] != b"WEBP" or len(head) < 18:
        return 0
    if head[:4] == b"VP8X":
        return (int.from_bytes(head[12:15], "little") + 1) * (int.from_bytes(head[15:18], "little") + 1)
    if head[:4] == b"VP8L":  # a byte of signature, then 14 bits for each side
        sides = int.from_bytes(head[9:13], "little")
        return ((sides & 0x3FFF) + 1) * ((sides >> 14 & 0x3FFF) + 1)
    return (int.from_bytes(head[14:16], "little") & 0x3FFF) * (int.from_bytes(head[16:18], "little") & 0x3FFF)


@dataclass(frozen=True)
class _Png:
    """The parts of a PNG; see Opened."""

    blob: bytes
    clear: tuple[int, ...]
    icc: bytes
    chunks: tuple[tuple[bytes, bytes], ...]


def _png(blob: bytes) -> _Png:
    """What PIL needs of a PNG, and what it would misread: its texts, its profile, and its one transparent level or colour."""
    depth, colour = blob[24:25], blob[25:26]
    clear: tuple[int, ...] = ()
    chunks: dict[bytes, bytes] = {}
    pieces, icc, end, pixels = [blob[:8]], b"", 8, False
    for block in containers.blocks(blob):
        kind, end = block.kind, block.end
        pixels = pixels or kind == b"IDAT"
        if kind == b"pHYs" and len(block.body) != DENSITY:
            continue
        if kind in NEEDED or (kind == b"tRNS" and colour == b"\x03"):
            pieces.append(blob[block.start : block.end])
        elif kind == b"tRNS" and not pixels and not clear and depth:
            clear = _key(bytes(block.body), depth[0], colour)
        elif kind == b"iCCP" and not pixels and not icc:
            icc = containers.inflated(bytes(block.body).partition(b"\0")[2][1:], MAX_BYTES)
        elif not pixels and COLOUR.get(kind) == len(block.body):
            chunks.setdefault(kind, bytes(block.body))
    return _Png(b"".join([*pieces, blob[end:]]), clear, icc, tuple(chunks.items()))


def _key(body: bytes, depth: int, colour: bytes) -> tuple[int, ...]:
    """The transparent level (grey) or colour of a PNG, as 8 or 16 bits hold it."""
    count = {b"\x00": 1, b"\x02": 3}.get(colour)
    if count is None or len(body) < 2 * count or depth not in (1, 2, 4, 8, 16):
        return ()
    full = (1 << depth) - 1
    return tuple((level & full) * (255 if depth < 8 else full) // full for level in struct.unpack_from(f">{count}H", body))


def pixels(held: Opened) -> tuple[Levels, str]:
    """The upright pixels (h, w, c) uint8 or uint16, and their layout. To be called inside `refusing`."""
    levels, layout = _deep(held.blob) or _plain(held.image)
    if held.clear and layout in ("L", "RGB"):
        seen = (levels != np.array(held.clear, levels.dtype)).any(axis=2, keepdims=True)
        levels, layout = np.concatenate([levels, seen * levels.dtype.type(np.iinfo(levels.dtype).max)], axis=2), f"{layout}A"
    return np.ascontiguousarray(_upright(levels, held.tags.orientation)), layout


def _plain(image: Image.Image) -> tuple[Levels, str]:
    """Pixels of 8 bits and their layout; a palette becomes the colours it stands for."""
    image.load()
    if image.mode == "F" or image.mode.startswith("I"):  # 16-bit grey that came another way than as PNG
        return np.asarray(image).astype(np.uint16)[..., None], "L"
    grey = image.mode in ("1", "L", "LA")
    if image.has_transparency_data:
        layout = "LA" if grey else "RGBA"
    else:
        layout = "L" if grey else "CMYK" if image.mode == "CMYK" else "RGB"
    levels = np.array(image if image.mode == layout else image.convert(layout))
    return levels.reshape(*levels.shape[:2], LAYOUTS[layout]), layout


def _deep(blob: bytes) -> tuple[Levels, str] | None:
    """Pixels of a PNG with 16 bits a sample, which PIL would cut to 8; None for every other file.

    The file is unpacked twice, once for the high bytes and once for the low ones.
    """
    if blob[:4] != b"\x89PNG" or blob[24:25] != b"\x10" or blob[25] not in SIXTEEN:
        return None
    layout = SIXTEEN[blob[25]]
    if layout == "L":
        grey = np.asarray(Image.open(io.BytesIO(blob), formats=("PNG",)))
        return np.asarray(grey, np.uint16)[..., None], layout
    if layout == "LA":  # four bytes a pixel, like RGBA of 8 bits: high and low of the grey, high and low of alpha
        raw = _unpacked(blob, "RGBA", "RGBA")
        return (raw[..., 0::2].astype(np.uint16) << 8) | raw[..., 1::2], layout
    high, low = (_unpacked(blob, layout, half) for half in HALVES[layout])
    return (high.astype(np.uint16) << 8) | low, layout


def _unpacked(blob: bytes, mode: str, raw: str) -> NDArray[np.uint8]:
    image: Any = Image.open(io.BytesIO(blob), formats=("PNG",))
    image._mode = mode
    image.tile = [tile._replace(args=raw) for tile in image.tile]
    image.load()
    return np.asarray(image)


def _upright(levels: Levels, orientation: int) -> Levels:
    """Pixels (h, w, c) as the EXIF orientation 1 to 8 wants them shown."""
    turn = {
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.swapaxes(0, 1),
        6: lambda a: np.rot90(a, -1),
        7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
        8: lambda a: np.rot90(a, 1),
    }.get(orientation)
    upright: Levels = levels if turn is None else turn(levels)
    return upright
