"""Paintings as training data: their files, pixels and feature distributions; and the artists of the shipped styles."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from ganapp.base import filenames, paths
from ganapp.base.errors import UserError
from ganapp.losses import moments
from ganapp.losses.moments import Moments
from ganapp.training.data.photographs import PHOTOGRAPHS, Levels, levels

SHORT = 384  # pixels of a painting's shorter side, which sets how large its strokes are
TRIM = 0.04  # of each side that is cut away, frames and margins
KEPT = 4096  # places of a painting whose features are kept
THUMBNAIL = 128  # pixels of the longer side of the picture in the gallery


@dataclass(frozen=True)
class Painting:
    """A work in the public domain. file: the stem of its picture's name; id: of its style."""

    file: str
    id: str
    artist: dict[str, str]
    work: dict[str, str]
    year: str


@cache
def described() -> tuple[Painting, ...]:
    """The paintings that something is known of: assets/paintings/<id of the style>.json, one file each."""
    files = sorted((paths.assets() / "paintings").glob("*.json"))
    return tuple(Painting(id=path.stem, **json.loads(path.read_text(encoding="utf-8"))) for path in files)


def place(style: str) -> Path:
    """Where the setting `style` points: a whole path, a file of the deployer's folder of paintings, that folder for "", or the one picture
    that a visitor has sent as "upload:<name>"."""
    if not style.startswith(paths.UPLOAD):
        return Path(style) if Path(style).is_absolute() else paths.paintings() / style
    sent = files(paths.pictures(style))
    return sent[0] if sent else paths.pictures(style)


def files(place: Path) -> list[Path]:
    """The file itself, or the pictures in a folder, in the order of their names."""
    if place.is_file():
        return [place]
    return sorted(path for path in place.glob("*") if path.suffix.lower() in PHOTOGRAPHS and not filenames.litter(path.name))


def opened(path: Path, short: int = SHORT) -> Levels:
    """A painting's colours (h, w, 3) uint8 without its margins, its shorter side `short` pixels (less where it has less)."""
    whole = levels(path, round(short / (1 - 2 * TRIM)))
    top, left = (round(TRIM * side) for side in whole.shape[:2])
    return whole[top : whole.shape[0] - top, left : whole.shape[1] - left]


def thumbnail(path: Path) -> str:
    """A small picture of the painting as a data URI (WebP, a few kilobytes)."""
    image = Image.fromarray(opened(path))
    image.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    data = io.BytesIO()
    image.save(data, "WEBP", quality=70)
    return "data:image/webp;base64," + base64.b64encode(data.getvalue()).decode()


def tensor(picture: Levels) -> Tensor:
    """Levels (h, w, 3) -> (1, 3, h, w) in [-1, 1], channels last in memory."""
    x = torch.from_numpy(picture.copy()).permute(2, 0, 1).unsqueeze(0).float() / 127.5 - 1
    return x.contiguous(memory_format=torch.channels_last)


Eye = Callable[[Tensor, Sequence[int]], list[Tensor]]


class Seen(NamedTuple):
    """Features of a picture in some layers of a net. features: at up to 4096 places, (c, n) each in half precision; moments: b = 1."""

    features: list[Tensor]
    moments: list[Moments]


@torch.no_grad()
def seen(picture: Tensor, eye: Eye, layers: Sequence[int], seed: int) -> Seen:
    """What the layers find in a picture (1, 3, h, w)."""
    kept, found = [], []
    for features in eye(picture, layers):
        flat = features[0].flatten(1)  # (c, h * w)
        generator = torch.Generator().manual_seed(seed)
        kept.append(flat[:, torch.randperm(flat.shape[1], generator=generator)[:KEPT].to(flat.device)].half())
        found.append(moments.of(features))
    return Seen(kept, found)


@dataclass(frozen=True)
class Source:
    """A picture whose style is learnt. whole (1, 3, h, w) in [-1, 1]; fine, coarse: what VGG16 sees in it and in a copy of half its size;
    number: of its score, -1 for none."""

    whole: Tensor
    fine: Seen
    coarse: Seen
    number: int = -1


class Patch(NamedTuple):
    """A piece of a painting. row: of the batch, that it belongs to; number: of the painting's score; pixels (1, 3, side, side)."""

    row: int
    number: int
    pixels: Tensor


def patches(sources: Sequence[Source], side: int, random: np.random.Generator, rows: range) -> list[Patch]:
    """A patch of each row's painting, drawn for all rows, kept for `rows` and counted from their first; there is none where a style is no
    painting."""
    drawn = [Patch(i, each.number, patch(each.whole, side, random)) for i, each in enumerate(sources) if each.number >= 0]
    return [each._replace(row=each.row - rows.start) for each in drawn if each.row in rows]


def known(name: str, found: list[Path]) -> tuple[Painting, Path]:
    """The painting of that id and its file. UserError when it is unknown or not there."""
    for painting in described():
        for path in found:
            if painting.id == name and path.stem == painting.file:
                return painting, path
    raise UserError("file_unreadable", name=name)


def patch(whole: Tensor, side: int, random: np.random.Generator) -> Tensor:
    """(1, 3, side, side) from anywhere in a painting, mirrored half the time."""
    h, w = whole.shape[-2:]
    top, left = random.integers(max(1, h - side + 1)), random.integers(max(1, w - side + 1))
    piece = whole[..., top : top + side, left : left + side]
    if piece.shape[-2:] != (side, side):
        piece = functional.interpolate(piece, (side, side), mode="bilinear", antialias=True)
    return piece.flip(3) if random.random() < 0.5 else piece
