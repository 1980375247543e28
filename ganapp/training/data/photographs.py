"""Photographs in memory, from which crops of any place and scale are cut; and drawn pictures of stripes and
hard edges, which are rare in photographs.

A part of the photographs is held out, to choose between nets: runs of neighbours, because neighbours often show one scene.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ganapp.base import filenames, paths
from ganapp.base.errors import UserError
from ganapp.pictures import images

Levels = NDArray[np.uint8]
Plane = NDArray[np.float32]
SHORT = 512  # pixels of a photograph's shorter side, at most
BLOCK, HELD_OUT = 100, 8  # of every 100 files, in the order of their names, the first 8 are held out; 2 of fewer than 12
WIDEST = 3.5  # a crop is cut from a square of at most this many times its side
FEWEST = 4
PHOTOGRAPHS = (".webp", ".png", *filenames.JPEGS)


def files(folder: Path, held_out: bool) -> list[Path]:
    """The picture files in `folder` (not below it) that are for training, or those that are held out."""
    pictures = _pictures(folder)
    kept = HELD_OUT if len(pictures) >= FEWEST + HELD_OUT else 2
    return [path for i, path in enumerate(pictures) if (i % BLOCK < kept) == held_out]


def _pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.suffix.lower() in PHOTOGRAPHS and not filenames.litter(path.name))


def place(source: str) -> Path:
    """The folder of photographs that a setting names: itself, or the deployer's, or the few that are shipped where there are none."""
    folder = Path(source) if source else paths.photographs()
    return folder if source or _pictures(folder) else paths.assets() / "photographs"


def levels(path: Path, short: int = SHORT) -> Levels:
    """A file's colours (h, w, 3) uint8, reduced so that the shorter side has at most `short` pixels. UserError that names a file which
    cannot be read."""
    try:
        image = images.to_image(images.read(path).colours)
    except UserError as problem:
        raise UserError("photograph_unreadable", name=path.name, problem=problem) from problem
    shrink = short / min(image.size)
    if shrink < 1:
        image = image.resize((round(image.width * shrink), round(image.height * shrink)), Image.Resampling.LANCZOS)
    return np.asarray(image, np.uint8)


class Photographs:
    """The photographs of a folder that are for training, or the first `most` held-out ones. `crop` follows from its generator alone.

    UserError when fewer than 4 of those for training, or none of the others, have `least` pixels each way.
    """

    def __init__(self, folder: Path, least: int, held_out: bool = False, most: int | None = None) -> None:
        pictures = (levels(path) for path in files(folder, held_out)[:most])
        self.pictures = [picture for picture in pictures if min(picture.shape[:2]) >= least]
        if len(self.pictures) < (1 if held_out else FEWEST):
            raise UserError("photographs_missing", folder=folder.name, fewest=FEWEST)

    def crop(self, side: int, random: np.random.Generator, drawn: float = 0.0) -> Levels:
        """(side, side, 3) uint8 from anywhere in a photograph, mirrored half the time, sometimes turned, its colours moved a little;
        with chance `drawn` a drawn picture instead."""
        if random.random() < drawn:
            return drawing(side, random)
        picture = self.pictures[random.integers(len(self.pictures))]
        h, w = picture.shape[:2]
        span = int(side * random.uniform(1, max(1.0, min(WIDEST, min(h, w) / side))))
        top, left = random.integers(h - span + 1), random.integers(w - span + 1)
        piece = picture[top : top + span, left : left + span]
        if span != side:
            way = Image.Resampling.BOX if span > 2 * side else Image.Resampling.BICUBIC
            piece = np.asarray(Image.fromarray(piece).resize((side, side), way))
        return _varied(piece, random)

    def middle(self, place: int, side: int) -> Levels:
        """(side, side, 3) uint8: the middle of one photograph as it is, upright and in its own colours."""
        picture = self.pictures[place]
        h, w = picture.shape[:2]
        span = min(h, w)
        top, left = (h - span) // 2, (w - span) // 2
        piece = Image.fromarray(picture[top : top + span, left : left + span])
        return np.asarray(piece.resize((side, side), Image.Resampling.LANCZOS), np.uint8)


def _varied(piece: Levels, random: np.random.Generator) -> Levels:
    """Mirrored, turned (one time in ten), brighter or darker, with other colours."""
    if random.random() < 0.5:
        piece = piece[:, ::-1]
    if random.random() < 0.1:
        piece = np.rot90(piece, int(random.integers(1, 4)))
    if random.random() < 0.1:
        piece = piece[..., random.permutation(3)]
    x = piece.astype(np.float32) / 255
    x = (x ** random.uniform(0.75, 1.3)) * random.uniform(0.85, 1.1, 3).astype(np.float32)
    return np.asarray(np.clip(x, 0, 1) * 255 + 0.5, np.uint8)


def drawing(side: int, random: np.random.Generator) -> Levels:
    """Stripes, a grid, or overlapping shapes with hard edges, on a gradient: (side, side, 3) uint8."""
    scale = 2  # drawn at twice the size, for smooth edges
    big = scale * side
    y, x = np.mgrid[0:big, 0:big].astype(np.float32) / big
    ends = random.uniform(0, 255, (2, 3))
    along = (np.cos(angle := random.uniform(0, np.pi)) * x + np.sin(angle) * y)[..., None]
    ground = ends[0] + (ends[1] - ends[0]) * np.clip(along * random.uniform(0.2, 1), 0, 1)
    if (kind := random.integers(3)) < 2:
        ground = _striped(ground, (x, y), random)
    image = Image.fromarray(np.clip(ground, 0, 255).astype(np.uint8))
    if kind:
        pen = ImageDraw.Draw(image)
        for _ in range(random.integers(2, 12)):
            colour = tuple(int(v) for v in random.integers(0, 256, 3))
            corners = [(float(a), float(b)) for a, b in random.uniform(-0.2, 1.2, (random.integers(2, 5), 2)) * big]
            if len(corners) > 2 and random.random() < 0.5:
                pen.polygon(corners, colour)
            else:
                pen.line(corners, colour, int(random.integers(2, max(3, big // 12))))
    return np.asarray(image.resize((side, side), Image.Resampling.BOX), np.uint8)


def _striped(ground: Plane, places: tuple[Plane, Plane], random: np.random.Generator) -> Plane:
    """`ground` with one or two sets of stripes over it."""
    for _ in range(random.integers(1, 3)):
        angle = random.choice([0, np.pi / 2, random.uniform(0, np.pi)])
        wave = np.sin(2 * np.pi * random.uniform(3, 24) * (np.cos(angle) * places[0] + np.sin(angle) * places[1]) + random.uniform(0, 6))
        share = random.uniform(0.3, 1) * (wave > random.uniform(-0.8, 0.8))[..., None]
        ground = ground * (1 - share) + share * random.uniform(0, 255, 3)
    return ground
