"""Turn one digit into another, through digits on the way.

The latents go along a great circle, the way Gaussian latents lie, and the digit's class straight from the one to the other.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ganapp import models
from ganapp.digits import latent
from ganapp.pictures import images
from ganapp.tasks import _checks, _grid, _sliders

NAME = "morph"


@dataclass(frozen=True)
class Request:
    """The digit it starts as and the one it ends as, each in a hand of its own."""

    digit: int = field(default=3, metadata={"help": "the digit at the start, 0 to 9, or the number of the class"})
    digit_to: int = field(default=8, metadata={"help": "the digit at the end, or the number of the class"})
    seed: int = field(default=1, metadata={"help": "the hand at the start: any whole number from 0 to 4294967295"})
    seed_to: int = field(default=2, metadata={"help": "the hand at the end"})
    latent: tuple[float, ...] | None = field(default=None, metadata={"help": "the latent at the start, in place of its seed"})
    latent_to: tuple[float, ...] | None = field(default=None, metadata={"help": "the latent at the end, in place of its seed"})
    truncation: float = field(default=1.0, metadata={"help": "how unusual the hands of the seeds may be, 0 to 2"})
    frames: int = field(default=11, metadata={"help": "pictures from start to end, 2 to 60"})
    milliseconds: int = field(default=80, metadata={"help": "how long the animation shows each, 20 to 1000"})
    back: bool = field(default=True, metadata={"help": "let the animation go back again, so that it never jumps"})
    model: str = field(default=_sliders.MODEL, metadata={"help": "which generator"})
    cell: int = field(default=96, metadata={"help": "side of each picture in pixels, 32 to 256"})
    smooth: bool = field(default=True, metadata={"help": "smoothed ink, or the network's own pixels as squares"})

    def __post_init__(self) -> None:
        for name in ("digit", "digit_to"):
            _checks.kind(self, name)
        for name in ("seed", "seed_to"):
            _checks.whole(self, name, 0, _checks.SEEDS)
        for name in ("latent", "latent_to"):
            _checks.latent(self, name)
        _checks.number(self, "truncation", 0, 2)
        _checks.whole(self, "frames", 2, 60)
        _checks.whole(self, "milliseconds", 20, 1000)
        _checks.flag(self, "back")
        _checks.text(self, "model")
        _checks.whole(self, "cell", _grid.SMALLEST, _grid.LARGEST)
        _checks.flag(self, "smooth")


@dataclass(frozen=True)
class Result:
    """The change. strip: a PNG of all frames side by side; animation: a GIF of them; both carry the recipe.
    latents, classes: of each frame."""

    strip: bytes
    animation: bytes
    latents: tuple[tuple[float, ...], ...]
    classes: tuple[tuple[float, ...], ...]

    def save(self, path: Path) -> None:
        """Write the GIF for a name that ends in .gif, else the strip as PNG."""
        path.write_bytes(self.animation if path.suffix.lower() == ".gif" else self.strip)

    def report(self) -> dict[str, Any]:
        """Strip and animation as data URIs, and the latent and class weights of each frame."""
        pictures = {"strip": images.data_uri(self.strip), "animation": images.data_uri(self.animation, "image/gif")}
        return {**pictures, "latents": self.latents, "classes": self.classes}


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
    strip, animation = images.png(_grid.table(cells, len(cells)), recipe), images.gif(shown, request.milliseconds, recipe)
    return Result(strip, animation, tuple(map(tuple, z.tolist())), tuple(map(tuple, y.tolist())))
