"""Draw a digit that nobody wrote, or whatever else a generator was trained on.

A generator turns 64 random numbers (the latent) and a choice of digit into a picture. The numbers come from a seed, or are
given; sliders move them along directions whose meaning was measured. The same request draws the same digit, everywhere.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganapp import models
from ganapp.digits.latent import Vector
from ganapp.models.directions import ATTRIBUTES
from ganapp.models.sampler import Sampler
from ganapp.pictures import images
from ganapp.tasks import _checks, _grid, _sliders

NAME = "sample"
LARGEST = 2048


@dataclass(frozen=True)
class Request:
    """Which digit, in whose hand. Sliders are coordinates in standard deviations, usually -3 to 3.

    A slider of None stays where the latent has it."""

    digit: int = field(default=3, metadata={"help": "the digit to draw, 0 to 9, or the number of another class"})
    digit_to: int | None = field(default=None, metadata={"help": "a second digit, or class, to go towards"})
    blend: float = field(default=0.0, metadata={"help": "how far towards the second digit, 0 to 1"})
    seed: int = field(default=1, metadata={"help": "whose hand: any whole number from 0 to 4294967295"})
    truncation: float = field(default=1.0, metadata={"help": "how unusual the hand may be: 0 the average one, 1 as in life, up to 2"})
    slant: float | None = field(default=None, metadata={"help": "leaning left (below 0) or right (above 0)"})
    weight: float | None = field(default=None, metadata={"help": "stroke from fine to bold"})
    width: float | None = field(default=None, metadata={"help": "from narrow to wide"})
    height: float | None = field(default=None, metadata={"help": "from low to tall"})
    roundness: float | None = field(default=None, metadata={"help": "from angular to round"})
    loop: float | None = field(default=None, metadata={"help": "size of the enclosed loops"})
    raw: tuple[float | None, ...] = field(default=(), metadata={"help": "coordinates along the model's further directions, in order"})
    latent: tuple[float, ...] | None = field(default=None, metadata={"help": "the latent itself, in place of a seed"})
    model: str = field(default=_sliders.MODEL, metadata={"help": "which generator"})
    pixels: int = field(default=512, metadata={"help": "side of the picture, 32 to 2048"})
    smooth: bool = field(default=True, metadata={"help": "smoothed, or the network's own pixels as squares"})

    def __post_init__(self) -> None:
        _checks.kind(self, "digit")
        _checks.kind(self, "digit_to", optional=True)
        _checks.number(self, "blend", 0, 1)
        _checks.whole(self, "seed", 0, _checks.SEEDS)
        _checks.number(self, "truncation", 0, 2)
        for name in ATTRIBUTES:
            _checks.number(self, name, -_checks.REACH, _checks.REACH, optional=True)
        _checks.numbers(self, "raw", _checks.REACH, longest=64, gaps=True)
        _checks.latent(self, "latent")
        _checks.text(self, "model")
        _checks.whole(self, "pixels", 32, LARGEST)
        _checks.flag(self, "smooth")

    def recipe(self) -> dict[str, Any]:
        """All that makes the picture again, as it travels in the file."""
        return {"task": NAME, **dataclasses.asdict(self)}


@dataclass(frozen=True)
class Result:
    """The digit. picture: a PNG that carries its recipe; latent: the numbers that made it; sliders, raw: where every slider stands."""

    picture: bytes
    latent: tuple[float, ...]
    sliders: dict[str, float]
    raw: tuple[float, ...]

    def save(self, path: Path) -> None:
        """Write the PNG."""
        path.write_bytes(self.picture)

    def report(self) -> dict[str, Any]:
        """The picture as a data URI, the latent and the sliders."""
        return {"picture": images.data_uri(self.picture), "latent": list(self.latent), "sliders": self.sliders, "raw": list(self.raw)}


def place(request: Request, sampler: Sampler) -> tuple[Vector, Vector]:
    """The latent (latent,) and the class weights (classes,) that a request asks for."""
    base = sampler.base(request.seed, request.truncation, request.latent)
    z = sampler.moved(base, _sliders.moved(request, sampler.directions))
    return z, sampler.weights(request.digit, request.digit_to, request.blend)


def run(request: Request) -> Result:
    """Draw one digit from a seed or a latent, with any slider moved, and return the PNG, its latent and where all sliders stand.

    The PNG carries the request, so that `recall` can read from the file how it was made.
    """
    sampler = models.load(request.model, "sample")
    z, y = place(request, sampler)
    shown = _grid.shown(sampler.paint(z[None], y[None])[0], request.pixels, request.smooth, sampler.look)
    picture = images.png(shown, request.recipe())
    named, raw = sampler.coordinates(z)
    return Result(picture, tuple(float(v) for v in z), named, tuple(raw))
