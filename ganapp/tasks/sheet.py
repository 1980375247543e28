"""Draw a specimen sheet: every digit, in several hands.

Each column is a digit from 0 to 9, each row one hand: the same latent for all ten, so that what the hand keeps from digit to
digit can be seen.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ganapp import images
from ganapp.tasks import _checks, _layout, _sampler

NAME = "sheet"


@dataclass(frozen=True)
class Request:
    """How many hands, and which: row r has the seed `seed` + r."""

    rows: int = field(default=8, metadata={"help": "how many hands, 1 to 16"})
    seed: int = field(default=1, metadata={"help": "seed of the first row; each row below counts one up"})
    truncation: float = field(default=1.0, metadata={"help": "how unusual the hands may be: 0 the average one, 1 as in life, up to 2"})
    model: str = field(default=_sampler.MODEL, metadata={"help": "which generator"})
    cell: int = field(default=64, metadata={"help": "side of each digit in pixels, 32 to 256"})
    smooth: bool = field(default=True, metadata={"help": "smoothed ink, or the network's own pixels as squares"})

    def __post_init__(self) -> None:
        _checks.whole(self, "rows", 1, 16)
        _checks.whole(self, "seed", 0, _checks.SEEDS)
        _checks.number(self, "truncation", 0, 2)
        _checks.text(self, "model")
        _checks.whole(self, "cell", _layout.SMALLEST, _layout.LARGEST)
        _checks.flag(self, "smooth")


@dataclass(frozen=True)
class Result:
    """The sheet. picture: a PNG that carries its recipe; seeds: of the rows."""

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
    sampler = _sampler.load(request.model)
    seeds = tuple((request.seed + row) % (_checks.SEEDS + 1) for row in range(request.rows))
    z = np.stack([sampler.base(seed, request.truncation, None) for seed in seeds]).repeat(_sampler.DIGITS, axis=0)  # (rows * 10, latent)
    y = np.tile(np.eye(_sampler.DIGITS, dtype=np.float32), (request.rows, 1))
    page = _layout.table(_layout.cells(sampler.paint(z, y), request.cell, request.smooth), _sampler.DIGITS)
    return Result(images.png(page, {"task": NAME, **dataclasses.asdict(request)}), seeds)
