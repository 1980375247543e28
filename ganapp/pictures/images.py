"""The border between files and numbers: files, data URIs and PIL pictures <-> float32 arrays and tensors in [0, 1].

Whatever comes in is checked here once: its kind, its size in bytes and pixels, that it is whole and a single picture.
It is turned upright by its EXIF orientation, and its alpha, colour profile and text are kept beside the colours.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin
from torch import Tensor

from ganapp.base import strict_json
from ganapp.base.errors import UserError
from ganapp.pictures import containers, decoding, photo, profiles
from ganapp.pictures.decoding import MAX_BYTES as MAX_BYTES
from ganapp.pictures.decoding import MAX_PIXELS as MAX_PIXELS
from ganapp.pictures.decoding import Array as Array

RECIPE = "likeness"


@dataclass(frozen=True)
class Picture:
    """A picture as read. colours (h, w, 3) float32 in [0, 1], alpha (h, w) or None for an opaque one, icc: the colours' profile."""

    colours: Array
    alpha: Array | None = None
    icc: bytes | None = None


def read(source: bytes | Path, max_pixels: int | None = None) -> Picture:
    """The picture in a file or in its bytes: PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC or AVIF, of `max_pixels` at most (None: as many as are
    taken here).

    UserError for a file that is missing, too large in bytes or pixels, cut short, animated, or no picture.
    """
    shot = photo.read(source, max_pixels)
    colours = shot.colours(0, 0, shot.height, shot.width)
    alpha = photo.to_floats(shot.pixels[..., -1]) if shot.layout in ("LA", "RGBA") else None
    icc = shot.origin.icc if shot.origin.icc[16:20] == profiles.SPACES["RGB"] and shot.layout in ("RGB", "RGBA") else None
    return Picture(colours, alpha, icc)


def read_text(source: bytes | Path) -> dict[str, str]:
    """The text chunks of a PNG, or the comment of a GIF under the key "comment" (animated ones too). UserError as `read`."""
    blob = decoding.file_bytes(source)
    with decoding.refusing(MAX_PIXELS, broken=(*decoding.UNREADABLE, Image.DecompressionBombError)):
        decoding.opened(blob, sys.maxsize, moving=True)
    if blob[:8] == containers.PNG:
        return containers.texts(blob)
    comment = containers.comment(blob)
    return {"comment": comment} if comment else {}


def from_data_uri(uri: str) -> bytes:
    """The bytes in a data URI of a picture ("data:image/png;base64,..."). UserError for anything else."""
    head, comma, body = uri.partition(",")
    if not comma or not head.startswith("data:image/") or not head.endswith(";base64"):
        raise UserError("not_a_data_uri")
    if len(body) > MAX_BYTES * 4 // 3 + 4:
        raise UserError("picture_bytes", megabytes=MAX_BYTES // 2**20)
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise UserError("not_a_data_uri") from None


def data_uri(blob: bytes, kind: str = "image/png") -> str:
    """A data URI that holds `blob`, a file of MIME type `kind`."""
    return f"data:{kind};base64,{base64.b64encode(blob).decode('ascii')}"


def to_tensor(colours: Array) -> Tensor:
    """(h, w, 3) or (h, w) in [0, 1] -> (1, 3, h, w) or (1, 1, h, w)."""
    if colours.ndim == 2:
        colours = colours[..., None]
    return torch.from_numpy(np.ascontiguousarray(colours.transpose(2, 0, 1), np.float32)).unsqueeze(0)


def to_array(picture: Tensor) -> Array:
    """(1, 3, h, w) -> (h, w, 3), or (1, 1, h, w) -> (h, w), clamped to [0, 1]."""
    array: Array = picture[0].detach().float().clamp(0, 1).cpu().numpy().transpose(1, 2, 0)  # (h, w, c)
    return array[..., 0] if array.shape[2] == 1 else array


def to_image(colours: Array, alpha: Array | None = None) -> Image.Image:
    """(h, w) or (h, w, 3) in [0, 1], with alpha (h, w) if there is one -> a PIL picture of 8 bits (L, LA, RGB or RGBA)."""
    levels = np.round(np.clip(colours, 0, 1) * 255).astype(np.uint8)
    if alpha is None:
        return Image.fromarray(levels)
    image = Image.fromarray(levels)
    image.putalpha(Image.fromarray(np.round(np.clip(alpha, 0, 1) * 255).astype(np.uint8)))
    return image


def square(picture: Picture, size: int, channels: int) -> NDArray[np.uint8]:
    """The square in the middle of a picture at `size` pixels, on white where it is transparent: (channels, size, size) uint8. Grey
    ones (channels = 1) are ink, 255 = dark."""
    colours = picture.colours
    if picture.alpha is not None:
        share = picture.alpha[..., None]
        colours = colours * share + (1 - share)
    h, w = colours.shape[:2]
    side = min(h, w)
    top, left = (h - side) // 2, (w - side) // 2
    image = to_image(np.asarray(colours[top : top + side, left : left + side], np.float32))
    image = image.convert("L" if channels == 1 else "RGB").resize((size, size), Image.Resampling.LANCZOS)
    levels = np.asarray(image, np.uint8)
    return 255 - levels[None] if channels == 1 else np.ascontiguousarray(levels.transpose(2, 0, 1))


def recipe_text(recipe: dict[str, Any]) -> str:
    """A recipe as the one line that travels in a picture."""
    return json.dumps(recipe, separators=(",", ":"), sort_keys=True)


def png(image: Image.Image, recipe: dict[str, Any] | None = None, icc: bytes | None = None, xmp: bytes = b"") -> bytes:
    """A PNG file; `recipe` goes into its text chunk "likeness", `xmp`, a packet, into its own."""
    text = PngImagePlugin.PngInfo()
    if recipe is not None:
        text.add_text(RECIPE, recipe_text(recipe))
    if xmp:
        text.add_itxt(containers.XMP_KEYWORD.decode(), xmp.decode("utf-8"))
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True, pnginfo=text, icc_profile=icc)
    return out.getvalue()


def gif(frames: Sequence[Image.Image], milliseconds: int = 60, recipe: dict[str, Any] | None = None) -> bytes:
    """A GIF file that repeats for ever; `recipe` goes into its comment. Grey frames keep their levels."""
    out = io.BytesIO()
    first, *rest = [frame.convert("L") if frame.mode == "1" else frame for frame in frames]
    comment = recipe_text({RECIPE: recipe}) if recipe is not None else ""
    first.save(out, "GIF", save_all=True, append_images=rest, duration=milliseconds, loop=0, comment=comment.encode("utf-8"))
    return out.getvalue()


def recipe_in(source: bytes | Path) -> dict[str, Any]:
    """The recipe that `png` or `gif` put into a file. UserError when there is none, or the file cannot be read."""
    text = read_text(source)
    try:
        held = strict_json.loads(text[RECIPE]) if RECIPE in text else strict_json.loads(text.get("comment", "null"))[RECIPE]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise UserError("no_recipe") from None
    if not isinstance(held, dict):
        raise UserError("no_recipe")
    return held


def sheet(pictures: Tensor, columns: int = 10, ink_on_paper: bool = True) -> Image.Image:
    """Pictures (n, c, h, w) in [0, 1], laid out by columns from the top, 1 px apart. Grey ones (c = 1, 1 = ink) make a grey
    picture, dark on light where `ink_on_paper`; coloured ones (c = 3) stay as they are.

    The n pictures fill the columns one after the other (column 0 from top to bottom first).
    """
    n, c, h, w = pictures.shape
    rows = -(-n // columns)
    page = np.zeros((rows * (h + 1) + 1, columns * (w + 1) + 1, c), np.float32)
    for i, picture in enumerate(pictures.clamp(0, 1).cpu().numpy().transpose(0, 2, 3, 1)):
        column, row = divmod(i, rows)
        page[row * (h + 1) + 1 : (row + 1) * (h + 1), column * (w + 1) + 1 : (column + 1) * (w + 1)] = picture
    inverted = ink_on_paper and c == 1
    levels = np.round((1 - page if inverted else page) * 255).astype(np.uint8)
    return Image.fromarray(levels[..., 0] if c == 1 else levels)
