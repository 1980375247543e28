"""Draw a plane through the latent space: one digit, changed along two directions at once."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.digits import latent
from ganapp.models.sampler import Sampler
from ganapp.pictures import images
from ganapp.tasks import _checks, _grid, _sliders

NAME = "plane"


@dataclass(frozen=True)
class Request:
    """The digit in the middle's hand, the two directions, and how far and how finely to go along them."""

    across: str | None = field(default=None, metadata={"help": "direction from left to right; the model's first when not given"})
    down: str | None = field(default=None, metadata={"help": "direction from top to bottom; the model's second when not given"})
    steps: int = field(default=9, metadata={"help": "digits along each side, 2 to 15"})
    reach: float = field(default=3.0, metadata={"help": "coordinates go from minus this to this, in standard deviations"})
    digit: int = field(default=3, metadata={"help": "the digit to draw, 0 to 9, or the number of the class"})
    digit_to: int | None = field(default=None, metadata={"help": "a second digit to go towards"})
    blend: float = field(default=0.0, metadata={"help": "how far towards the second digit, 0 to 1"})
    seed: int = field(default=1, metadata={"help": "whose hand: any whole number from 0 to 4294967295"})
    truncation: float = field(default=1.0, metadata={"help": "how unusual the hand may be: 0 the average one, 1 as in life, up to 2"})
    latent: tuple[float, ...] | None = field(default=None, metadata={"help": "the latent itself, in place of a seed"})
    model: str = field(default=_sliders.MODEL, metadata={"help": "which generator"})
    cell: int = field(default=64, metadata={"help": "side of each digit in pixels, 32 to 256"})
    smooth: bool = field(default=True, metadata={"help": "smoothed ink, or the network's own pixels as squares"})

    def __post_init__(self) -> None:
        for name in ("across", "down"):
            if getattr(self, name) is not None:
                _checks.text(self, name)
        _checks.whole(self, "steps", 2, 15)
        _checks.number(self, "reach", 0.1, _checks.REACH)
        _checks.kind(self, "digit")
        _checks.kind(self, "digit_to", optional=True)
        _checks.number(self, "blend", 0, 1)
        _checks.whole(self, "seed", 0, _checks.SEEDS)
        _checks.number(self, "truncation", 0, 2)
        _checks.latent(self, "latent")
        _checks.text(self, "model")
        _checks.whole(self, "cell", _grid.SMALLEST, _grid.LARGEST)
        _checks.flag(self, "smooth")


@dataclass(frozen=True)
class Result:
    """The plane. picture: a PNG that carries its recipe; across, down: the directions' names; values: the coordinates, from the
    left and from the top; latent: that of the middle, before it was moved."""

    picture: bytes
    across: str
    down: str
    values: tuple[float, ...]
    latent: tuple[float, ...]

    def save(self, path: Path) -> None:
        """Write the PNG."""
        path.write_bytes(self.picture)

    def report(self) -> dict[str, Any]:
        """The picture as a data URI, the directions, the coordinates along them, and the latent."""
        return {"picture": images.data_uri(self.picture), **{key: getattr(self, key) for key in ("across", "down", "values", "latent")}}


def _directions(request: Request, sampler: Sampler) -> tuple[str, str]:
    known = list(sampler.directions.all())
    if len(known) < 2:
        raise UserError("model_unfinished", model=request.model)
    across = request.across or next(name for name in known if name != request.down)
    down = request.down or next(name for name in known if name != across)
    for name in (across, down):
        if name not in known:
            raise UserError("no_such_slider", model=request.model, name=name, known=", ".join(known))
    if across == down:
        raise UserError("two_directions", known=", ".join(known))
    return across, down


def run(request: Request) -> Result:
    """Draw one digit on a square grid, changed along one direction from left to right and along another from top to bottom.

    Returns a PNG with the directions and the coordinate of every column and row.
    """
    sampler = models.load(request.model, "sample")
    across, down = _directions(request, sampler)
    vectors = sampler.directions.all()
    base = sampler.base(request.seed, request.truncation, request.latent)
    values = [round(float(v), 4) for v in np.linspace(-request.reach, request.reach, request.steps)]
    z = latent.grid(base, vectors[across], vectors[down], values)  # (steps ** 2, latent)
    y = sampler.weights(request.digit, request.digit_to, request.blend)
    pictures = sampler.paint(z, np.tile(y, (len(z), 1)))
    page = _grid.table(_grid.cells(pictures, request.cell, request.smooth, sampler.look), request.steps)
    picture = images.png(page, {"task": NAME, **dataclasses.asdict(request)})
    return Result(picture, across, down, tuple(values), tuple(float(v) for v in base))
