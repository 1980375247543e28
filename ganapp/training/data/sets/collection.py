"""Pictures of a person's own made into a data set: every file is checked by itself, the good ones are used, the others listed.

Nothing is ever unpacked to the disk; a file's name is only used to show it and to find its class.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np
import torch
from numpy.typing import NDArray

from ganapp.base.errors import UserError
from ganapp.base.locales import LANGUAGES
from ganapp.pictures import images
from ganapp.pictures.archives import Entry, Refusal
from ganapp.training.data.sets import Pictures, Selection

FEWEST, MOST = 16, 200_000  # pictures in a data set
MOST_CLASSES = 1_000
MOST_REFUSALS = 1_000  # that are listed one by one
MEMORY = 2 * 2**30  # bytes of decoded pictures
PIXELS = 25_000_000  # of one picture
# Folders that a data set is divided into for training and for measuring; they hold the classes, and are none themselves.
PART = re.compile(
    r"(.+[-_ ])??(?:(train|val|valid|test|dev|eval|holdout)(ing|idation|uation)?([-_ ]?(set|data|images|split|\d+))?"
    r"|(训练|验证|校验|测试)(集|数据)?)"
)


@dataclass
class Collected:
    """The names of the files that were taken so far, and what was refused. A kind of data adds what it takes."""

    names: list[PurePosixPath] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    def refuse(self, name: str, problem: UserError) -> None:
        """List a file that is left out."""
        if len(self.refused) < MOST_REFUSALS:
            self.refused.append(Refusal(name, problem.key, tuple(problem.values.items())))

    def gather(self, entries: Iterable[Entry | Refusal], most: int, take: Callable[[Entry], None]) -> None:
        """Have every entry taken, in their order, until there are `most`; refuse those that `take` raises UserError for."""
        for entry in entries:
            if isinstance(entry, Refusal):
                self.refuse(entry.name, UserError(entry.key, **dict(entry.values)))
                continue
            if len(self.names) >= most:
                self.refuse(entry.name, UserError("data_full", most=most))
                break
            try:
                take(entry)
            except UserError as problem:
                self.refuse(entry.name, problem)

    def too_few(self, key: str, fewest: int) -> UserError:
        """What is said when fewer than that many are left: how many there are, and why the first was refused, in both languages."""
        each = self.refused[0] if self.refused else None
        first, first_zh = (": ".join((each.name, each.sentence(language))) if each else "-" for language in LANGUAGES)
        return UserError(key, found=len(self.names), fewest=fewest, first=first, first_zh=first_zh)


@dataclass
class _Found(Collected):
    """Small pictures beside that, how large they were, and how many were coloured."""

    pictures: list[NDArray[np.uint8]] = field(default_factory=list)
    sides: list[int] = field(default_factory=list)
    coloured: int = 0

    def take(self, name: str, picture: images.Picture, wanted: Selection) -> None:
        """Add a good picture."""
        self.pictures.append(images.square(picture, wanted.size, wanted.channels))
        self.names.append(PurePosixPath(name))
        self.sides.append(min(picture.colours.shape[:2]))
        thinned = picture.colours[::4, ::4]
        self.coloured += bool(np.ptp(thinned, axis=2).mean() > 0.02)


def collect(entries: Iterable[Entry | Refusal], wanted: Selection, title: str) -> Pictures:
    """The data set of all good pictures among `entries`, in their order. UserError when fewer than 16 are left.

    Pictures are cut to the square in their middle and resized; grey ones become ink, dark is 255. Folders are classes when
    every picture lies in one.
    """
    found, room = _Found(), MEMORY // (wanted.channels * wanted.size**2)
    found.gather(entries, min(room, MOST), lambda entry: found.take(entry.name, images.read(entry.read(), PIXELS), wanted))
    if len(found.names) < FEWEST:
        raise found.too_few("data_too_few", FEWEST)
    labels, classes = classes_of(found.names) if wanted.classes else (None, ())
    names = {"en": title, "zh": title}
    return Pictures(
        torch.from_numpy(np.stack(found.pictures)),
        labels,
        classes,
        names,
        refused=tuple(found.refused),
        sides=tuple(found.sides),
        coloured=found.coloured / len(found.pictures),
    )


def classes_of(names: Sequence[PurePosixPath]) -> tuple[torch.Tensor | None, tuple[str, ...]]:
    """Labels and names of the classes: the folders below the deepest one that holds everything, at least 2; else (None, ()). Where those
    are the parts for training and for measuring, the classes are the folders in them."""
    folders = [name.parts[:-1] for name in names]
    shared = _shared(folders)
    if _parted([parts[shared : shared + 1] for parts in folders]):
        twice = all(len(parts) > shared + 1 and parts[shared] == parts[shared + 1] for parts in folders)  # train/train/cats
        folders = [parts[shared + 1 + twice :] for parts in folders]
        shared = _shared(folders)
    if any(len(parts) <= shared for parts in folders):
        return None, ()
    own = [parts[shared] for parts in folders]
    classes = tuple(sorted(Counter(own)))
    if len(classes) > MOST_CLASSES:
        return None, ()
    place = {name: i for i, name in enumerate(classes)}
    return torch.tensor([place[name] for name in own]), classes


def _parted(outer: list[tuple[str, ...]]) -> bool:
    """Whether the outermost folders are parts for training and for measuring. One word may stand before them all: seg_train, seg_test."""
    parts = [PART.fullmatch(name.lower()) for (name,) in filter(None, outer)]
    return len(parts) == len(outer) and all(parts) and len({part[1] for part in parts if part}) == 1


def _shared(folders: list[tuple[str, ...]]) -> int:
    """How many folders all pictures lie in together."""
    shared = 0
    while all(len(parts) > shared for parts in folders) and len({parts[shared] for parts in folders}) == 1:
        shared += 1
    return shared
