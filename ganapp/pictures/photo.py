"""A photo as a whole, in and out: its own levels (8 or 16 bits, grey, colour or CMYK, alpha) and all that came with it in the file.

`images` gives tasks colours in [0, 1] and forgets the rest. Here nothing is forgotten: a pixel that nobody touched is written with the
level it was read with, and profile, resolution and EXIF go back into the file. A photo is turned upright once, and its tag says so.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, JpegImagePlugin

from ganapp.pictures import decoding, profiles, tags
from ganapp.pictures.decoding import LAYOUTS as LAYOUTS
from ganapp.pictures.decoding import Array
from ganapp.pictures.decoding import Levels as Levels

Marks = NDArray[np.bool_]

LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, as PIL converts to grey


@dataclass(frozen=True)
class Origin:
    """What came with the pixels. kind: "PNG", "JPEG", ...; icc, exif, xmp: as in the file, empty when there was none; dpi: dots per inch;
    tables, sampling: a JPEG's quantisation tables and chroma subsampling (0: none, 1: 4:2:2, 2: 4:2:0); chunks: what a PNG says of its
    colours beside a profile, as names and contents."""

    kind: str = "PNG"
    icc: bytes = b""
    exif: bytes = b""
    xmp: bytes = b""
    dpi: tuple[float, float] | None = None
    tables: dict[int, list[int]] = field(default_factory=dict)
    sampling: int = -1
    chunks: profiles.Chunks = ()


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
            rgb = _converted(Image.fromarray(np.ascontiguousarray(part), "CMYK"), self.origin.icc, "RGB")
            return np.asarray(np.asarray(rgb, np.float32) / 255, np.float32)
        colours = part[..., :1] if self.layout in ("L", "LA") else part[..., :3]
        return np.asarray(np.broadcast_to(colours, (*part.shape[:2], 3)) / np.float32(self.full), np.float32)

    def transparent(self, top: int, left: int, height: int, width: int) -> Marks:
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
            levels = np.round(np.clip(colours, 0, 1) * 255).astype(np.uint8)
            return _converted(Image.fromarray(levels), self.origin.icc, "CMYK")
        if self.layout in ("L", "LA"):
            colours = (colours @ LUMA)[..., None]
        levels = np.round(np.clip(colours, 0, 1) * self.full).astype(part.dtype)
        return np.concatenate([levels, part[..., -1:]], axis=2) if self.layout in ("LA", "RGBA") else levels


def to_floats(levels: Levels) -> Array:
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


def read(source: bytes | Path, max_pixels: int | None = None) -> Photo:
    """The photo in a file or in its bytes: PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC or AVIF, upright. UserError as `images.read`."""
    return decoded(decoding.file_bytes(source), decoding.most_pixels() if max_pixels is None else max_pixels)


def decoded(blob: bytes, max_pixels: int) -> Photo:
    """As `read`, from bytes of any number."""
    with decoding.refusing(max_pixels):
        held = decoding.opened(blob, max_pixels)
        origin = _origin(held)
        pixels, layout = decoding.pixels(held)
    return Photo(pixels, layout, origin)


def _origin(held: decoding.Opened) -> Origin:
    image = held.image
    jpeg = image.format == "JPEG"
    return Origin(
        kind=image.format or "PNG",
        icc=held.icc,
        exif=held.tags.exif,
        xmp=held.tags.xmp,
        dpi=tags.dots(image.info.get("dpi")) or (tags.dots_of(held.tags.exif) if jpeg else None),
        chunks=held.chunks,
        tables={key: list(table) for key, table in getattr(image, "quantization", {}).items()} if jpeg else {},
        sampling=JpegImagePlugin.get_sampling(image) if jpeg and image.mode in ("RGB", "YCbCr") else -1,
    )


def exif(photo: Photo, keep_gps: bool = False) -> Image.Exif | None:
    """The photo's EXIF as it goes into a new file; see tags.exif."""
    return tags.exif(photo.origin.exif, (photo.width, photo.height), keep_gps)


def xmp(photo: Photo, keep_gps: bool = False) -> bytes:
    """The photo's XMP as it goes into a new file; see tags.xmp."""
    return tags.xmp(photo.origin.xmp, keep_gps)
