"""Data sets, one file each: NAME and `load(wanted) -> Pictures`; `load` here finds them by NAME.

Grey pictures are ink: 255 where they are dark (or, in the shipped sets, where they are drawn), 0 for the ground. So every grey
model means the same by its numbers, and sheets show all of them dark on light.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base.errors import UserError
from ganapp.pictures.archives import Refusal


@dataclass(frozen=True)
class Wanted:
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

    def at(self, index: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures (b, c, size, size) in [-1, 1] and classes (b, classes) one-hot; (b, 0) without classes."""
        x = self.raw(index).float() / 127.5 - 1.0
        if self.labels is None:
            return x, x.new_zeros(len(x), 0)
        return x, functional.one_hot(self.labels[index], len(self.classes)).float()


@cache
def _modules() -> dict[str, Any]:
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__) if found.name != "__main__"]
    return {module.NAME: module for module in modules if hasattr(module, "NAME")}


def names() -> tuple[str, ...]:
    """The ids of all data sets, in alphabetical order."""
    return tuple(sorted(_modules()))


def load(name: str, wanted: Wanted) -> Pictures:
    """The data set called `name`. UserError for an unknown one, and for what its own `load` refuses."""
    if name not in _modules():
        raise UserError("one_of", name="data", known=", ".join(names()))
    loader: Callable[[Wanted], Pictures] = _modules()[name].load
    return loader(wanted)


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
