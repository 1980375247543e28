"""Draw a plane through the latent space: one digit, changed along two directions at once."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.base.kinds import Number, Share
from ganapp.base.validation import about, request_class
from ganapp.digits import latent
from ganapp.digits.latent import Vector
from ganapp.tasks import _fields, _grid, _origin, _result, _sliders
from ganapp.tasks._fields import Class, Latent, Name, Seed, Truncation, within

NAME = "plane"


@request_class
class Request:
    """The digit in the middle's hand, the two directions, and how far and how finely to go along them."""

    across: Name | None = about("direction from left to right; the model's first when not given", default=None)
    down: Name | None = about("direction from top to bottom; the model's second when not given", default=None)
    steps: Annotated[int, within(2, 15)] = about("digits along each side, 2 to 15", default=9)
    reach: Annotated[float, Number(0.1, _fields.REACH)] = about(
        "coordinates go from minus this to this, in standard deviations", default=3.0
    )
    digit: Class = about("the digit to draw, 0 to 9, or the number of the class", default=3)
    digit_to: Class | None = about("a second digit to go towards", default=None)
    blend: Share = about("how far towards the second digit, 0 to 1", default=0.0)
    seed: Seed = about("whose hand: any whole number from 0 to 4294967295", default=1)
    truncation: Truncation = about("how unusual the hand may be: 0 the average one, 1 as in life, up to 2", default=1.0)
    latent: Latent | None = about("the latent itself, in place of a seed", default=None)
    model: Name = about("which generator", default=_sliders.MODEL)
    cell: Annotated[int, within(_grid.SMALLEST, _grid.LARGEST)] = about("side of each digit in pixels, 32 to 256", default=64)
    smooth: bool = about("smoothed ink, or the network's own pixels as squares", default=True)


@dataclass(frozen=True)
class Result(_result.Drawn):
    """The plane. picture: a PNG that carries its recipe; across, down: the directions' names; values: the coordinates, from the
    left and from the top; latent: that of the middle, before it was moved."""

    picture: bytes
    across: str
    down: str
    values: tuple[float, ...]
    latent: tuple[float, ...]
    provenance: dict[str, Any] = dataclasses.field(default_factory=dict)


def _directions(request: Request, vectors: dict[str, Vector]) -> tuple[str, str]:
    known = list(vectors)
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
    y = sampler.weights(request.digit, request.digit_to, request.blend)
    vectors = sampler.directions.under(y)
    across, down = _directions(request, vectors)
    base = sampler.base(request.seed, request.truncation, request.latent)
    values = [round(float(v), 4) for v in np.linspace(-request.reach, request.reach, request.steps)]
    z = latent.grid(base, vectors[across], vectors[down], values)  # (steps ** 2, latent)
    pictures = sampler.paint(z, np.tile(y, (len(z), 1)))
    page = _grid.table(_grid.cells(pictures, request.cell, request.smooth, sampler.look), request.steps)
    picture, note = _origin.drawn(page, {"task": NAME, **dataclasses.asdict(request)}, (sampler,))
    return Result(picture, across, down, tuple(values), tuple(float(v) for v in base), note)
