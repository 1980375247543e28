"""Data sets, found by listing: a file here with `load(wanted) -> Pictures` and its description beside it, or a folder of assets/data.

A data set that is shipped is such a folder: IDX files (see `ganapp.digits.idx`), their licence, and dataset.json, which says what it is
called and its card's sentence in both languages, facts for the page, the SHA-256 of each file, and the judge that knows it, if one does.

Grey pictures are ink: 255 where they are dark (or, in the shipped sets, where they are drawn), 0 for the ground. So every grey
model means the same by its numbers, and sheets show all of them dark on light.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base import members
from ganapp.base.errors import UserError
from ganapp.base.locales import LANGUAGES
from ganapp.digits import idx
from ganapp.pictures.archives import Refusal
from ganapp.training.run.randomness import mixed

KIND, LIMIT = "data", -9  # in place of a step: where the few pictures of a limit are drawn


@dataclass(frozen=True)
class Selection:
    """size: side in pixels; channels: 1 grey, 3 colour; classes: whether to keep them; source: a path or a repository, where the data
    set needs one."""

    size: int = 32
    channels: int = 1
    classes: bool = True
    source: str = ""


@dataclass(frozen=True)
class Pictures:
    """All of a data set in memory.

    pictures (n, c, size, size) uint8; labels (n,) int64, or None; classes: their names, () without labels; title by language;
    judge: the classifier that knows what they show ("" for none), which judges every channel by itself where `stacked`;
    refused: files left out; sides: shorter side of each picture as it came; coloured: share of them that is not grey.
    """

    pictures: Tensor
    labels: Tensor | None
    classes: tuple[str, ...]
    title: dict[str, str]
    judge: str = ""
    stacked: bool = False
    refused: tuple[Refusal, ...] = ()
    sides: tuple[int, ...] = ()
    coloured: float = 0.0

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def channels(self) -> int:
        """1 grey, 3 colour."""
        return int(self.pictures.shape[1])

    def raw(self, index: Tensor) -> Tensor:
        """Pictures (b, c, size, size) uint8."""
        return self.pictures[index]

    def few(self, index: Tensor) -> Pictures:
        """Only the pictures of `index` (m,)."""
        return replace(self, pictures=self.pictures[index], labels=None if self.labels is None else self.labels[index])

    def at(self, index: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures (b, c, size, size) in [-1, 1] and classes (b, classes) one-hot; (b, 0) without classes."""
        x = self.raw(index).float() / 127.5 - 1.0
        if self.labels is None:
            return x, x.new_zeros(len(x), 0)
        return x, functional.one_hot(self.labels[index], len(self.classes)).float()


def names() -> tuple[str, ...]:
    """The ids of all data sets, as a page lists them: those that are shipped, then those that a person brings."""
    return members.names(KIND)


def load(name: str, wanted: Selection) -> Pictures:
    """The data set called `name`. UserError for an unknown one, and for what its own `load` refuses."""
    if name not in names():
        raise UserError("one_of", name="data", known=", ".join(sorted(names())))
    coded = members.modules(KIND).get(name)
    loaded: Pictures = coded.load(wanted) if coded else shipped(name, wanted)
    return loaded


def limited(pictures: Pictures, limit: int, seed: int) -> Pictures:
    """`limit` of the pictures, drawn by a run's seed; all of them for 0."""
    if not 0 < limit < len(pictures):
        return pictures
    return pictures.few(torch.randperm(len(pictures), generator=torch.Generator().manual_seed(mixed(seed, LIMIT)))[:limit])


def titles(name: str) -> dict[str, str]:
    """What a data set is called, by language."""
    return {language: members.described(KIND)[name][language]["name"] for language in LANGUAGES}


def shipped(name: str, wanted: Selection, split: str = "train") -> Pictures:
    """The pictures of a folder of assets/data at any size, its "train" or "test" ones. UserError when a file is missing or altered."""
    description = members.described(KIND)[name]
    held = idx.load(name.replace("_", "-"), split)
    pictures = fitted(torch.from_numpy(held.pictures.copy()).unsqueeze(1), wanted.size, wanted.channels)
    labels = torch.from_numpy(held.labels.copy()) if wanted.classes else None
    classes = tuple(description["facts"]["classes"]) if wanted.classes else ()
    return Pictures(pictures, labels, classes, titles(name), judge=description.get("judge", ""))


def fitted(pictures: Tensor, size: int, channels: int) -> Tensor:
    """Grey ink pictures (n, 1, 28, 28) uint8 at another size: (n, channels, size, size) uint8.

    Up to 36 px they are padded with ground, beyond (or below 28) the padded 32 px picture is resized.
    """
    if not 28 <= size <= 36:
        padded = functional.pad(pictures, (2, 2, 2, 2))
        parts = [_resized(part, size) for part in torch.split(padded, 2000)]
        pictures = torch.cat(parts)
    elif size > 28:
        before, after = (size - 28) // 2, (size - 27) // 2
        pictures = functional.pad(pictures, (before, after, before, after))
    return pictures.expand(-1, channels, -1, -1).contiguous() if channels > 1 else pictures


def _resized(pictures: Tensor, size: int) -> Tensor:
    resized = functional.interpolate(pictures.float(), (size, size), mode="bilinear", antialias=True, align_corners=False)
    return resized.round().clamp(0, 255).to(torch.uint8)
