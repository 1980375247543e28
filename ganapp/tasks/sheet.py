"""Draw a specimen sheet: every digit, in several hands.

Each column is a digit from 0 to 9 (or ten of the model's classes), each row one hand: the same latent for all ten, so that what
the hand keeps from digit to digit can be seen. A model without classes fills the sheet with pictures of one seed each.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ganapp import models
from ganapp.pictures import images
from ganapp.tasks import _checks, _grid, _sliders

NAME = "sheet"
COLUMNS = 10


@dataclass(frozen=True)
class Request:
    """How many hands, and which: row r has the seed `seed` + r; without classes, picture i the seed `seed` + i."""

    rows: int = field(default=8, metadata={"help": "how many hands, 1 to 16"})
    seed: int = field(default=1, metadata={"help": "seed of the first row; each row below counts one up"})
    truncation: float = field(default=1.0, metadata={"help": "how unusual the hands may be: 0 the average one, 1 as in life, up to 2"})
    model: str = field(default=_sliders.MODEL, metadata={"help": "which generator"})
    cell: int = field(default=64, metadata={"help": "side of each digit in pixels, 32 to 256"})
    smooth: bool = field(default=True, metadata={"help": "smoothed ink, or the network's own pixels as squares"})
    first: int = field(default=0, metadata={"help": "class of the first column, for a model with more than ten"})

    def __post_init__(self) -> None:
        _checks.whole(self, "rows", 1, 16)
        _checks.whole(self, "seed", 0, _checks.SEEDS)
        _checks.number(self, "truncation", 0, 2)
        _checks.text(self, "model")
        _checks.whole(self, "cell", _grid.SMALLEST, _grid.LARGEST)
        _checks.flag(self, "smooth")
        _checks.kind(self, "first")


@dataclass(frozen=True)
class Result:
    """The sheet. picture: a PNG that carries its recipe; seeds: of the rows, or of the first picture in each."""

    picture: bytes
    seeds: tuple[int, ...]

    def save(self, path: Path) -> None:
        """Write the PNG."""
        path.write_bytes(self.picture)

    def report(self) -> dict[str, Any]:
        """The picture as a data URI, and the seed of each row."""
        return {"picture": images.data_uri(self.picture), "seeds": list(self.seeds)}


def run(request: Request) -> Result:
    """Draw a sheet of digits, ten columns for 0 to 9 and one row for each hand, and return it as a PNG with the seed of every row."""
    sampler = models.load(request.model, "sample")
    kinds = [sampler.weights(kind) for kind in range(request.first, max(request.first + 1, min(request.first + COLUMNS, sampler.classes)))]
    columns, apart = (len(kinds), 1) if sampler.classes else (COLUMNS, COLUMNS)
    seeds = tuple((request.seed + apart * row) % (_checks.SEEDS + 1) for row in range(request.rows))
    if sampler.classes:
        z = np.stack([sampler.base(seed, request.truncation, None) for seed in seeds]).repeat(columns, axis=0)  # (rows * columns, latent)
        y = np.tile(np.stack(kinds), (request.rows, 1))  # (rows * columns, classes)
    else:
        every = [(request.seed + i) % (_checks.SEEDS + 1) for i in range(request.rows * columns)]
        z = np.stack([sampler.base(seed, request.truncation, None) for seed in every])
        y = np.zeros((len(z), 0), np.float32)
    page = _grid.table(_grid.cells(sampler.paint(z, y), request.cell, request.smooth, sampler.look), columns)
    return Result(images.png(page, {"task": NAME, **dataclasses.asdict(request)}), seeds)
