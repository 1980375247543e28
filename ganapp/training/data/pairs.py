"""Pairs to learn an enlargement from: a degraded small picture, a teacher's enlargement of it, and the original.

`StoredPairs` reads a folder that somebody prepared:

    pairs.jsonl          a line for each: id, photo, resized, crop, level or strength, and perhaps sha256 (of both pictures)
    lr.zip, or lr/       NNNNN.webp: the small pictures, lossless
    x4plus.zip, or any one other name    NNNNN.webp: the teacher's

The originals are not stored but cut from the photographs: `photo` resized by Lanczos to `resized` (width, height), then `crop` (left,
top, width, height). `level` is how far the small picture was degraded: "clean", "half" or "full"; `strength` says it in [0, 1].
`taught_pairs.TaughtPairs` asks the teacher itself.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PIL import Image

from ganapp.base.errors import UserError
from ganapp.training.data import photographs
from ganapp.training.data.degradations import Levels

TABLE, SMALL, ENDING = "pairs.jsonl", "lr", ".webp"
LEVELS = {"clean": 0.0, "half": 0.5, "full": 1.0}


@dataclass(frozen=True)
class Pair:
    """small (h, w, 3); taught, the teacher's enlargement of it, and real, the original, (scale h, scale w, 3); strength: how far the small
    one was degraded, in [0, 1]."""

    small: Levels
    taught: Levels
    real: Levels
    strength: float

    def turned(self, mirrored: bool, turns: int) -> Pair:
        """All three pictures mirrored or not, and turned by so many quarters."""
        small, taught, real = (np.rot90(x[:, ::-1] if mirrored else x, turns) for x in (self.small, self.taught, self.real))
        return replace(self, small=small, taught=taught, real=real)


class Pairs(Protocol):
    """Where pairs come from."""

    def crop(self, side: int, random: np.random.Generator) -> Pair:
        """One whose small picture is (side, side, 3); it follows from the generator."""


class StoredPairs:
    """The pairs in `folder` whose photograph is one of `photos` (file names in `source`). A pair takes about 16 kB, and 200 kB more once it
    has been drawn. UserError for a folder without pairs, and for a picture that is missing, changed or of another size."""

    def __init__(self, folder: Path, source: Path, photos: Collection[str], scale: int) -> None:
        self.folder, self.source, self.scale = folder, source, scale
        self.lines = [line for line in _table(folder) if line["photo"] in photos]
        if not self.lines:
            raise UserError("pairs_missing", folder=folder.name)
        self._small, self._taught = (_stored(folder, name, self.lines) for name in (SMALL, _teacher(folder)))
        self._originals: dict[int, Levels] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, i: int) -> Pair:
        """The i-th pair, whole."""
        line = self.lines[i]
        small, large = self._small[line["id"]], self._taught[line["id"]]
        if "sha256" in line and line["sha256"] != _digest(small, large):
            raise UserError("pair_changed", folder=self.folder.name, pair=line["id"])
        pair = Pair(_levels(small), _levels(large), self._original(i), _strength(line))
        h, w = pair.small.shape[:2]
        if pair.taught.shape != (h * self.scale, w * self.scale, 3) or pair.real.shape != pair.taught.shape:
            raise UserError("pair_changed", folder=self.folder.name, pair=line["id"])
        return pair

    def crop(self, side: int, random: np.random.Generator) -> Pair:
        """A piece of one pair, its small picture (side, side, 3), mirrored or turned. UserError when the pairs are smaller than that."""
        pair = self[int(random.integers(len(self)))]
        h, w = pair.small.shape[:2]
        if min(h, w) < side:
            raise UserError("pairs_small", folder=self.folder.name, side=side)
        top, left = (int(random.integers(room + 1)) for room in (h - side, w - side))
        small, taught, real = (
            x[top * by : (top + side) * by, left * by : (left + side) * by]
            for x, by in ((pair.small, 1), (pair.taught, self.scale), (pair.real, self.scale))
        )
        return Pair(small, taught, real, pair.strength).turned(random.random() < 0.5, int(random.integers(4)))

    def _original(self, i: int) -> Levels:
        if i not in self._originals:
            line = self.lines[i]
            self._originals[i] = _cut(photographs.levels(self.source / line["photo"]), line["resized"], line["crop"])
        return self._originals[i]


def _cut(photo: Levels, resized: tuple[int, int], crop: tuple[int, int, int, int]) -> Levels:
    """The piece `crop` (left, top, width, height) of a photograph (h, w, 3) made as large as `resized` (width, height)."""
    image = Image.fromarray(photo)
    image = image if image.size == tuple(resized) else image.resize((resized[0], resized[1]), Image.Resampling.LANCZOS)
    left, top, width, height = crop
    return np.array(image)[top : top + height, left : left + width]


def _table(folder: Path) -> list[dict[str, Any]]:
    """The lines of the folder's table. UserError where there is none, or one that is none."""
    try:
        lines = (folder / TABLE).read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]
    except (OSError, ValueError) as problem:
        raise UserError("pairs_missing", folder=folder.name) from problem


def _teacher(folder: Path) -> str:
    """The name of the teacher's pictures in `folder`: the first zip or folder beside those of the small ones."""
    names = sorted(path.stem for path in folder.glob("*") if path.is_dir() or path.suffix == ".zip")
    others = [name for name in names if name != SMALL]
    if not others:
        raise UserError("pairs_missing", folder=folder.name)
    return others[0]


def _digest(small: bytes, large: bytes) -> str:
    """SHA-256 of both files of a pair."""
    return hashlib.sha256(small + large).hexdigest()


def _stored(folder: Path, name: str, lines: list[dict[str, Any]]) -> dict[int, bytes]:
    """The files of those pairs by their id, out of the zip or the folder of that name."""
    try:
        if (folder / f"{name}.zip").is_file():
            with zipfile.ZipFile(folder / f"{name}.zip") as whole:
                return {line["id"]: whole.read(f"{line['id']:05d}{ENDING}") for line in lines}
        return {line["id"]: (folder / name / f"{line['id']:05d}{ENDING}").read_bytes() for line in lines}
    except (OSError, KeyError, zipfile.BadZipFile) as problem:
        raise UserError("pairs_missing", folder=folder.name) from problem


def _levels(file: bytes) -> Levels:
    return np.asarray(Image.open(io.BytesIO(file)).convert("RGB"), np.uint8)


def _strength(line: dict[str, Any]) -> float:
    return float(line["strength"] if "strength" in line else LEVELS[line["level"]])
