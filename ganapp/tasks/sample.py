"""Draw a digit that nobody wrote, or whatever else a generator was trained on.

A generator turns 64 random numbers (the latent) and a choice of digit into a picture. The numbers come from a seed, or are
given; sliders move them along directions whose meaning was measured. The same request draws the same digit, everywhere.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Any

from ganapp import models
from ganapp.base.kinds import Items, Share
from ganapp.base.validation import about, request_class
from ganapp.digits.latent import Vector
from ganapp.models.sampler import Sampler
from ganapp.tasks import _grid, _origin, _result, _sliders
from ganapp.tasks._fields import Class, Coordinate, Latent, Name, Seed, Truncation, within

NAME = "sample"
LARGEST = 2048


@request_class
class Request:
    """Which digit, in whose hand. Sliders are coordinates in standard deviations, usually -3 to 3.

    A slider of None stays where the latent has it."""

    digit: Class = about("the digit to draw, 0 to 9, or the number of another class", default=3)
    digit_to: Class | None = about("a second digit, or class, to go towards", default=None)
    blend: Share = about("how far towards the second digit, 0 to 1", default=0.0)
    seed: Seed = about("whose hand: any whole number from 0 to 4294967295", default=1)
    truncation: Truncation = about("how unusual the hand may be: 0 the average one, 1 as in life, up to 2", default=1.0)
    slant: Coordinate | None = about("leaning left (below 0) or right (above 0)", default=None)
    weight: Coordinate | None = about("stroke from fine to bold", default=None)
    width: Coordinate | None = about("from narrow to wide", default=None)
    height: Coordinate | None = about("from low to tall", default=None)
    roundness: Coordinate | None = about("from angular to round", default=None)
    loop: Coordinate | None = about("size of the enclosed loops", default=None)
    balance: Coordinate | None = about("wide above (below 0) or wide below (above 0)", default=None)
    waist: Coordinate | None = about("how high the middle of the ink lies", default=None)
    bend: Coordinate | None = about("curved like ) (below 0) or like ( (above 0)", default=None)
    corners: Coordinate | None = about("from round to cornered", default=None)
    middle: Coordinate | None = about("from a narrow to a wide middle", default=None)
    crossing: Coordinate | None = about("the bar through a 7, from none to long", default=None)
    head: Coordinate | None = about("the flag of a 1, from none to wide", default=None)
    foot: Coordinate | None = about("the foot of a 1, from none to wide", default=None)
    flourish: Coordinate | None = about("from a plain to a long stroke", default=None)
    raw: Annotated[tuple[Coordinate | None, ...], Items(64)] = about(
        "coordinates along the model's further directions, in order", default=()
    )
    latent: Latent | None = about("the latent itself, in place of a seed", default=None)
    model: Name = about("which generator", default=_sliders.MODEL)
    pixels: Annotated[int, within(32, LARGEST)] = about("side of the picture, 32 to 2048", default=512)
    smooth: bool = about("smoothed, or the network's own pixels as squares", default=True)

    def recipe(self) -> dict[str, Any]:
        """All that makes the picture again, as it travels in the file."""
        return {"task": NAME, **dataclasses.asdict(self)}


@dataclass(frozen=True)
class Result(_result.Drawn):
    """The digit. picture: a PNG that carries its recipe; latent: the numbers that made it; sliders, raw: where every slider stands;
    provenance: what was put into the file, see manifest.Note."""

    picture: bytes
    latent: tuple[float, ...]
    sliders: dict[str, float]
    raw: tuple[float, ...]
    provenance: dict[str, Any] = dataclasses.field(default_factory=dict)


def place(request: Request, sampler: Sampler) -> tuple[Vector, Vector]:
    """The latent (latent,) and the class weights (classes,) that a request asks for."""
    base = sampler.base(request.seed, request.truncation, request.latent)
    y = sampler.weights(request.digit, request.digit_to, request.blend)
    return sampler.moved(base, _sliders.moved(request, sampler.directions), y), y


def run(request: Request) -> Result:
    """Draw one digit from a seed or a latent, with any slider moved, and return the PNG, its latent and where all sliders stand.

    The PNG carries the request, so that `recall` can read from the file how it was made.
    """
    sampler = models.load(request.model, "sample")
    z, y = place(request, sampler)
    shown = _grid.shown(sampler.paint(z[None], y[None])[0], request.pixels, request.smooth, sampler.look)
    picture, note = _origin.drawn(shown, request.recipe(), (sampler,))
    named, raw = sampler.coordinates(z, y)
    return Result(picture, tuple(float(v) for v in z), named, tuple(raw), note)
