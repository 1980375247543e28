"""Degraded crops of photographs with what a teacher makes of them (Hinton et al. 2015, "Distilling the Knowledge in a Neural Network").

A large net takes a second for a small crop on a CPU, so it enlarges a fixed number of crops, each the first time that it is drawn, and its
pictures are kept on disk for every later run with the same crops. A run that was stopped goes on with what is there.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass

import numpy as np
import torch
from PIL import Image

from ganapp import models
from ganapp.base import paths, writing
from ganapp.base.errors import UserError
from ganapp.models.enlarger import Enlarger
from ganapp.training.data.degradations import Levels
from ganapp.training.data.pairs import Pair
from ganapp.training.data.photographs import Photographs
from ganapp.training.run.randomness import mixed

SEED = 1  # of all crops, whatever the run's: a second run finds the first one's pictures
QUALITY = 95  # of JPEG with all its colours: a crop of 256 x 256 takes about 30 kB


@dataclass(frozen=True)
class Lesson:
    """What decides the teacher's pictures. teacher: a model's id; crops: how many; side: of the small ones; scale: how many times; way: the
    name of the degradation."""

    teacher: str
    crops: int
    side: int
    scale: int
    way: str


class TaughtPairs:
    """`lesson.crops` crops of `photos`: crop i and its degradation follow from i. degrade(real, random) gives the small picture and
    how far it was degraded. UserError as `models.load`, and for a teacher that enlarges less than `lesson.scale` times."""

    def __init__(self, lesson: Lesson, photos: Photographs, degrade: Callable[[Levels, np.random.Generator], tuple[Levels, float]]) -> None:
        self.lesson, self.photos, self.degrade = lesson, photos, degrade
        self.teacher = models.load(lesson.teacher, "upscale").at(1.0, 1.0)
        if self.teacher.scale < lesson.scale:
            raise UserError("evaluation_peer", file=lesson.teacher, scale=lesson.scale)
        self.folder = paths.runs() / "teacher" / _name(lesson, photos)
        self.folder.mkdir(parents=True, exist_ok=True)

    def __len__(self) -> int:
        return self.lesson.crops

    def __getitem__(self, i: int) -> Pair:
        """The i-th pair, the teacher's picture from the disk or, the first time, from the teacher."""
        lesson, random = self.lesson, np.random.default_rng(mixed(SEED, i))
        real = self.photos.crop(lesson.side * lesson.scale, random)
        small, strength = self.degrade(real, random)
        path = self.folder / f"{i:06d}.jpg"
        with suppress(OSError):
            stored = np.asarray(Image.open(path), np.uint8)
            if stored.shape == real.shape:
                return Pair(small, stored, real, strength)
        taught = taught_by(self.teacher, small, lesson.scale)
        file = io.BytesIO()
        Image.fromarray(taught).save(file, "JPEG", quality=QUALITY, subsampling=0)
        with writing.telling_when_full():
            writing.write(path, file.getvalue())
        return Pair(small, np.asarray(Image.open(file), np.uint8), real, strength)

    def crop(self, side: int, random: np.random.Generator) -> Pair:
        """One of the pairs, mirrored or turned; `side` is the lesson's own."""
        return self[int(random.integers(len(self)))].turned(random.random() < 0.5, int(random.integers(4)))


def taught_by(teacher: Enlarger, small: Levels, scale: int) -> Levels:
    """What a teacher makes of a small picture (h, w, 3): (scale h, scale w, 3), by means of areas where it enlarges more than that."""
    whole = teacher.enlarge(np.asarray(small / np.float32(255), np.float32))
    levels = (whole * 255).round().to(torch.uint8).numpy()
    size = (small.shape[1] * scale, small.shape[0] * scale)
    return np.asarray(Image.fromarray(levels).resize(size, Image.Resampling.BOX), np.uint8)


def _name(lesson: Lesson, photos: Photographs) -> str:
    """A folder's name for a lesson on these photographs: what is learned with other ones lies elsewhere."""
    digest = hashlib.sha256(json.dumps(asdict(lesson) | {"crops": 0}, sort_keys=True).encode())
    for picture in photos.pictures:
        digest.update(picture.tobytes())
    return digest.hexdigest()[:16]
