"""Turn one digit into another, through digits on the way.

The latents go along a great circle, the way Gaussian latents lie, and the digit's class straight from the one to the other.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from ganapp import models
from ganapp.base.validation import about, request_class
from ganapp.digits import latent
from ganapp.tasks import _grid, _origin, _result, _sliders
from ganapp.tasks._fields import Class, Latent, Name, Seed, Truncation, within

NAME = "morph"


@request_class
class Request:
    """The digit it starts as and the one it ends as, each in a hand of its own."""

    digit: Class = about("the digit at the start, 0 to 9, or the number of the class", default=3)
    digit_to: Class = about("the digit at the end, or the number of the class", default=8)
    seed: Seed = about("the hand at the start: any whole number from 0 to 4294967295", default=1)
    seed_to: Seed = about("the hand at the end", default=2)
    latent: Latent | None = about("the latent at the start, in place of its seed", default=None)
    latent_to: Latent | None = about("the latent at the end, in place of its seed", default=None)
    truncation: Truncation = about("how unusual the hands of the seeds may be, 0 to 2", default=1.0)
    frames: Annotated[int, within(2, 60)] = about("pictures from start to end, 2 to 60", default=11)
    milliseconds: Annotated[int, within(20, 1000)] = about("how long the animation shows each, 20 to 1000", default=80)
    back: bool = about("let the animation go back again, so that it never jumps", default=True)
    model: Name = about("which generator", default=_sliders.MODEL)
    cell: Annotated[int, within(_grid.SMALLEST, _grid.LARGEST)] = about("side of each picture in pixels, 32 to 256", default=96)
    smooth: bool = about("smoothed ink, or the network's own pixels as squares", default=True)


@dataclass(frozen=True)
class Result(_result.Drawn):
    """The change. strip: a PNG of all frames side by side; animation: a GIF of them; both carry the recipe.
    latents, classes: of each frame; provenance: see sample."""

    strip: bytes
    animation: bytes
    latents: tuple[tuple[float, ...], ...]
    classes: tuple[tuple[float, ...], ...]
    provenance: dict[str, Any] = dataclasses.field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write the GIF for a name that ends in .gif, else the strip as PNG."""
        path.write_bytes(self.animation if path.suffix.lower() == ".gif" else self.strip)


def run(request: Request) -> Result:
    """Draw the way from one digit to another and return it as a strip (PNG) and an animation (GIF), with the latent of every frame."""
    sampler = models.load(request.model, "sample")
    start = sampler.base(request.seed, request.truncation, request.latent)
    end = sampler.base(request.seed_to, request.truncation, request.latent_to)
    times = [i / (request.frames - 1) for i in range(request.frames)]
    z = np.stack([latent.slerp(start, end, t) for t in times])  # (frames, latent)
    y = np.stack([sampler.weights(request.digit, request.digit_to, t) for t in times])  # (frames, classes)
    cells = _grid.cells(sampler.paint(z, y), request.cell, request.smooth, sampler.look)
    recipe = {"task": NAME, **dataclasses.asdict(request)}
    shown = cells + cells[-2:0:-1] if request.back else cells
    strip, note = _origin.drawn(_grid.table(cells, len(cells)), recipe, (sampler,))
    animation, _ = _origin.animated(shown, request.milliseconds, recipe, (sampler,))
    return Result(strip, animation, tuple(map(tuple, z.tolist())), tuple(map(tuple, y.tolist())), note)
