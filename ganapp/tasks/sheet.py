"""Draw a specimen sheet: every digit, in several hands.

Each column is a digit from 0 to 9 (or ten of the model's classes), each row one hand: the same latent for all ten, so that what
the hand keeps from digit to digit can be seen. A model without classes fills the sheet with pictures of one seed each.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from ganapp import models
from ganapp.base.validation import about, request_class
from ganapp.tasks import _fields, _grid, _origin, _result, _sliders
from ganapp.tasks._fields import Class, Name, Seed, Truncation, within

NAME = "sheet"
COLUMNS = 10


@request_class
class Request:
    """How many hands, and which: row r has the seed `seed` + r; without classes, picture i the seed `seed` + i."""

    rows: Annotated[int, within(1, 16)] = about("how many hands, 1 to 16", default=8)
    seed: Seed = about("seed of the first row; each row below counts one up", default=1)
    truncation: Truncation = about("how unusual the hands may be: 0 the average one, 1 as in life, up to 2", default=1.0)
    model: Name = about("which generator", default=_sliders.MODEL)
    cell: Annotated[int, within(_grid.SMALLEST, _grid.LARGEST)] = about("side of each digit in pixels, 32 to 256", default=64)
    smooth: bool = about("smoothed ink, or the network's own pixels as squares", default=True)
    first: Class = about("class of the first column, for a model with more than ten", default=0)


@dataclass(frozen=True)
class Result(_result.Drawn):
    """The sheet. picture: a PNG that carries its recipe; seeds: of the rows, or of the first picture in each; provenance: see sample."""

    picture: bytes
    seeds: tuple[int, ...]
    provenance: dict[str, Any] = dataclasses.field(default_factory=dict)


def run(request: Request) -> Result:
    """Draw a sheet of digits, ten columns for 0 to 9 and one row for each hand, and return it as a PNG with the seed of every row."""
    sampler = models.load(request.model, "sample")
    kinds = [sampler.weights(kind) for kind in range(request.first, max(request.first + 1, min(request.first + COLUMNS, sampler.classes)))]
    columns, apart = (len(kinds), 1) if sampler.classes else (COLUMNS, COLUMNS)
    seeds = tuple((request.seed + apart * row) % (_fields.SEEDS + 1) for row in range(request.rows))
    if sampler.classes:
        z = np.stack([sampler.base(seed, request.truncation, None) for seed in seeds]).repeat(columns, axis=0)  # (rows * columns, latent)
        y = np.tile(np.stack(kinds), (request.rows, 1))  # (rows * columns, classes)
    else:
        every = [(request.seed + i) % (_fields.SEEDS + 1) for i in range(request.rows * columns)]
        z = np.stack([sampler.base(seed, request.truncation, None) for seed in every])
        y = np.zeros((len(z), 0), np.float32)
    page = _grid.table(_grid.cells(sampler.paint(z, y), request.cell, request.smooth, sampler.look), columns)
    picture, note = _origin.drawn(page, {"task": NAME, **dataclasses.asdict(request)}, (sampler,))
    return Result(picture, seeds, note)
