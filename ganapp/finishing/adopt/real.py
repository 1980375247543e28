"""Real pictures to compare a result with: kept out of its training where the data set has such, else some that it was trained on."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.digits import idx
from ganapp.pictures import archives
from ganapp.training.data import sets
from ganapp.training.data.sets import Selection, collection

STACKED = "stacked_mnist"  # has the test pictures of mnist, three to a picture


@dataclass(frozen=True)
class Real:
    """x (n, c, h, w) in [-1, 1], labels (n,) (zeros without classes), held_out: whether they were kept out of the training."""

    x: Tensor
    labels: Tensor
    held_out: bool


def load(settings: dict[str, Any], promises: dict[str, Any], classes: tuple[str, ...], count: int) -> Real | None:
    """`count` real pictures (or as many as there are) in random order, always the same; None when the data are gone or have changed.

    settings: of the recipe `gan`, whose `source` is named as for the training; promises, classes: of the model it made.
    """
    name, source = str(settings.get("data", "mnist")), str(settings.get("source", ""))
    wanted = Selection(promises["size"], promises["channels"], bool(classes), source)
    try:
        if name == STACKED or name.replace("_", "-") in idx.folders():
            return _kept_out(name, wanted, count)
        found = _some(paths.pictures(wanted.source), wanted, count) if name == "pictures" else sets.load(name, wanted)
    except UserError:
        return None
    if classes and (found.labels is None or not set(found.classes) <= set(classes)):
        return None
    order = torch.randperm(len(found), generator=torch.Generator().manual_seed(0))[:count]
    x, _ = found.at(order)
    if found.labels is None or not classes:
        return Real(x, torch.zeros(len(x), dtype=torch.long), False)
    places = torch.tensor([classes.index(each) for each in found.classes])
    return Real(x, places[found.labels[order]], False)


def _kept_out(name: str, wanted: Selection, count: int) -> Real:
    """Test pictures; of stacked digits new stacks of test digits."""
    stacked = name == STACKED
    test = idx.load("mnist" if stacked else name.replace("_", "-"), "test")
    order = torch.randperm(len(test.labels), generator=torch.Generator().manual_seed(0))[: count * (3 if stacked else 1)]
    grey = torch.from_numpy(test.pictures[order.numpy()].copy()).unsqueeze(1)
    levels = sets.fitted(grey, wanted.size, 1 if stacked else wanted.channels)  # (n, c, size, size)
    if stacked:
        levels = levels[: len(levels) // 3 * 3].view(-1, 3, wanted.size, wanted.size)
    labels = torch.from_numpy(test.labels[order.numpy()].copy()).long()[: len(levels)]
    return Real(levels.float() / 127.5 - 1, labels if wanted.classes else torch.zeros_like(labels), True)


def _some(source: Path, wanted: Selection, count: int) -> sets.Pictures:
    """A random part of a folder or zip file of pictures, so that a large one is not read whole."""
    if not wanted.source or not source.exists():
        raise UserError("data_source_missing", name=source.name or "-")
    chance = random.Random(0)
    if source.is_dir():
        every = list(archives.in_folder(source))
        return collection.collect(chance.sample(every, min(len(every), 2 * count)), wanted, source.name)
    with archives.Zip(source) as archive:
        entries = list(archive.entries())
        return collection.collect(chance.sample(entries, min(len(entries), 2 * count)), wanted, source.stem)


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """(n, classes), or (n, 0) without classes."""
    return functional.one_hot(labels, classes).float() if classes else torch.zeros(len(labels), 0)
