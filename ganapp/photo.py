"""A photo as a whole, in and out: its own levels (8 or 16 bits, grey, colour or CMYK, alpha) and all that came with it in the file.

`images` gives tasks colours in [0, 1] and forgets the rest. Here nothing is forgotten: a pixel that nobody touched is written with the
level it was read with, and profile, resolution and EXIF go back into the file. A photo is turned upright once, and its tag says so.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, JpegImagePlugin

from ganapp import images
from ganapp.images import Array

Levels = NDArray[Any]  # uint8 or uint16
Marks = NDArray[np.bool_]

LAYOUTS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4}  # layout of the pixels -> channels
ORIENTATION, GPS, WIDTH, HEIGHT = 0x0112, 0x8825, 0xA002, 0xA003  # EXIF tags
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, as PIL converts to grey
SIXTEEN = {0: "L", 2: "RGB", 4: "LA", 6: "RGBA"}  # colour types of a PNG with 16 bits a sample
# An unpacker that takes every high byte, and one that takes every low byte: PIL itself keeps only the high ones.
HALVES = {"RGB": ("RGB;16B", "RGB;16L"), "RGBA": ("RGBA;16B", "RGBA;16L")}


@dataclass(frozen=True)
class Origin:
    """What came with the pixels. kind: "PNG", "JPEG", ...; icc, exif, xmp: as in the file, empty when there was none; dpi: dots per inch;
    tables, sampling: a JPEG's quantisation tables and chroma subsampling (0: none, 1: 4:2:2, 2: 4:2:0)."""

    kind: str = "PNG"
    icc: bytes = b""
    exif: bytes = b""
    xmp: bytes = b""
    dpi: tuple[float, float] | None = None
    tables: dict[int, list[int]] = field(default_factory=dict)
    sampling: int = -1


@dataclass(frozen=True)
class Photo:
    """An upright photo. pixels (h, w, c) uint8 or uint16 in the channels of `layout` (a key of LAYOUTS)."""

    pixels: Levels
    layout: str
    origin: Origin = field(default_factory=Origin)

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    @property
    def full(self) -> int:
        """The level that stands for 1."""
        return 255 if self.pixels.dtype == np.uint8 else 65535

    def colours(self, top: int, left: int, height: int, width: int) -> Array:
        """A part as RGB (height, width, 3) float32 in [0, 1]; its profile is not applied, but for CMYK, which has no RGB without."""
        part = self.pixels[top : top + height, left : left + width]
        if self.layout == "CMYK":
            return np.asarray(np.asarray(_to_rgb(part, self.origin.icc), np.float32) / 255, np.float32)
        colours = part[..., :1] if self.layout in ("L", "LA") else part[..., :3]
        return np.asarray(np.broadcast_to(colours, (*part.shape[:2], 3)) / np.float32(self.full), np.float32)

    def clear(self, top: int, left: int, height: int, width: int) -> Marks:
        """Where a part is wholly transparent, so that its colours mean nothing. (height, width) bool."""
        part = self.pixels[top : top + height, left : left + width]
        return np.asarray(part[..., -1] == 0) if self.layout in ("LA", "RGBA") else np.zeros(part.shape[:2], np.bool_)

    def lay(self, top: int, left: int, colours: Array, where: Marks | None = None) -> None:
        """Write colours (h, w, 3) in [0, 1] into the pixels of the part at top, left where `where` (h, w) is set (None: everywhere).

        Alpha stays as it is. The photo's own array is written to.
        """
        part = self.pixels[top : top + colours.shape[0], left : left + colours.shape[1]]
        levels = self._levels(colours, part)
        if where is None:
            part[...] = levels
        else:
            part[where] = levels[where]

    def _levels(self, colours: Array, part: Levels) -> Levels:
        """`colours` in the photo's own levels and channels, the alpha of `part` beside them."""
        if self.layout == "CMYK":
            return _to_cmyk(np.round(np.clip(colours, 0, 1) * 255).astype(np.uint8), self.origin.icc)
        if self.layout in ("L", "LA"):
            colours = (colours @ LUMA)[..., None]
        levels = np.round(np.clip(colours, 0, 1) * self.full).astype(part.dtype)
        return np.concatenate([levels, part[..., -1:]], axis=2) if self.layout in ("LA", "RGBA") else levels


def shares(levels: Levels) -> Array:
    """Levels uint8 or uint16 as float32 in [0, 1]."""
    full = 255 if levels.dtype == np.uint8 else 65535
    return np.asarray(levels * np.float32(1 / full), np.float32)


def _profile(icc: bytes) -> ImageCms.ImageCmsProfile | None:
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(icc)) if icc else None
    except (OSError, ImageCms.PyCMSError):
        return None


def _converted(image: Image.Image, icc: bytes, mode: str) -> Levels:
    """`image` between CMYK with the profile `icc` and sRGB; by plain arithmetic where there is no profile that can be used."""
    profile = _profile(icc)
    if profile is not None:
        screen = ImageCms.createProfile("sRGB")
        source, target = (profile, screen) if mode == "RGB" else (screen, profile)
        try:
            turned = ImageCms.profileToProfile(image, source, target, outputMode=mode)
        except ImageCms.PyCMSError:
            turned = None
        if turned is not None:
            return np.asarray(turned)
    return np.asarray(image.convert(mode))


def _to_rgb(part: Levels, icc: bytes) -> Levels:
    return _converted(Image.fromarray(np.ascontiguousarray(part), "CMYK"), icc, "RGB")


def _to_cmyk(rgb: Levels, icc: bytes) -> Levels:
    return _converted(Image.fromarray(rgb), icc, "CMYK")


def read(source: bytes | Path, max_pixels: int = images.MAX_PIXELS) -> Photo:
    """The photo in a file or in its bytes: PNG, JPEG, WebP or GIF, upright. UserError as `images.read`."""
    return decoded(images.file_bytes(source), max_pixels)


def decoded(blob: bytes, max_pixels: int = images.MAX_PIXELS) -> Photo:
    """As `read`, from bytes of any number."""
    with images.refusing(max_pixels):
        image = Image.open(io.BytesIO(blob), formats=images.FORMATS)
        images.check(image, max_pixels)
        origin = _origin(image)
        orientation = image.getexif().get(ORIENTATION, 1)
        pixels, layout = _deep(blob) or _plain(image)
    return Photo(np.ascontiguousarray(_upright(pixels, orientation)), layout, origin)


def _origin(image: Image.Image) -> Origin:
    info = image.info
    jpeg = image.format in ("JPEG", "MPO")
    xmp = info.get("xmp") or info.get("XML:com.adobe.xmp") or b""
    dpi = info.get("dpi")
    return Origin(
        kind="JPEG" if jpeg else image.format or "PNG",
        icc=info.get("icc_profile") or b"",
        exif=info.get("exif") or b"",
        xmp=xmp.encode("utf-8") if isinstance(xmp, str) else xmp,
        dpi=(float(dpi[0]), float(dpi[1])) if dpi else None,
        tables={key: list(table) for key, table in getattr(image, "quantization", {}).items()} if jpeg else {},
        sampling=JpegImagePlugin.get_sampling(image) if jpeg and image.mode in ("RGB", "YCbCr") else -1,
    )


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
    pixels = np.array(image if image.mode == layout else image.convert(layout))
    return pixels.reshape(*pixels.shape[:2], LAYOUTS[layout]), layout


def _deep(blob: bytes) -> tuple[Levels, str] | None:
    """Pixels of a PNG with 16 bits a sample, which PIL would cut to 8; None for every other file.

    The file is unpacked twice, once for the high bytes and once for the low ones.
    """
    if blob[:4] != b"\x89PNG" or blob[24:25] != b"\x10" or blob[25] not in SIXTEEN or b"tRNS" in blob[:4096]:
        return None
    layout = SIXTEEN[blob[25]]
    if layout == "L":
        grey = np.asarray(Image.open(io.BytesIO(blob)))
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


def _upright(pixels: Levels, orientation: int) -> Levels:
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
    upright: Levels = pixels if turn is None else turn(pixels)
    return upright


def exif(photo: Photo, keep_gps: bool = False) -> bytes:
    """The photo's EXIF as it goes into the new file: orientation 1, its size, no preview (that would still show what was removed), and the
    place it was taken only with `keep_gps`. Empty when there was none or it cannot be read."""
    if not photo.origin.exif:
        return b""
    tags = Image.Exif()
    try:
        tags.load(photo.origin.exif)
        if ORIENTATION in tags:
            tags[ORIENTATION] = 1
        if not keep_gps:
            tags.pop(GPS, None)
        inner = tags.get_ifd(0x8769)
        if WIDTH in inner and HEIGHT in inner:
            inner[WIDTH], inner[HEIGHT] = photo.width, photo.height
        return tags.tobytes()
    except images.UNREADABLE:
        return b""


def xmp(photo: Photo, keep_gps: bool = False) -> bytes:
    """The photo's XMP, upright; nothing when it tells the place and that is not wanted."""
    if not keep_gps and b"GPS" in photo.origin.xmp:
        return b""
    return re.sub(rb'(tiff:Orientation(?:="|>))[1-8]', rb"\g<1>1", photo.origin.xmp)
