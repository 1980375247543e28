"""Paint raw pixels for many latents at once: what the page asks for where the browser cannot run the generator itself."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, model_validator

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.base.kinds import Items, Worded
from ganapp.base.validation import about, request_class
from ganapp.pictures import images
from ganapp.pictures.provenance.making import Making
from ganapp.tasks import _origin, _sliders
from ganapp.tasks._fields import Latent, Name

MOST = 128


def _even(lists: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    if len({len(each) for each in lists}) != 1:
        raise ValueError("lists of several lengths, or none")
    return lists


Lists = Annotated[tuple[Latent, ...], Items(MOST), AfterValidator(_even), Worded("paint_lists", {"most": MOST})]


@request_class
class Request:
    """Latents and, one for each, class weights that add up to 1."""

    latents: Lists = about("latents, at most 128, each as long as the model's")
    classes: Lists = about("for each latent the weights of the digits 0 to 9, or of the model's classes; empty where it has none")
    model: Name = about("which generator", default=_sliders.MODEL)

    @model_validator(mode="after")
    def _pairs(self) -> Request:
        latents, classes = np.array(self.latents), np.array(self.classes)
        if len(latents) != len(classes):
            raise UserError("paint_pairs", latents=len(latents), classes=len(classes))
        if classes.shape[1] and ((classes < 0).any() or np.abs(classes.sum(1) - 1).max() > 1e-3):
            raise UserError("paint_classes", count=classes.shape[1])
        return self


@dataclass(frozen=True)
class Result:
    """pixels (n, size, size) uint8, 255 = ink; of a coloured model (n, 3, size, size)."""

    pixels: NDArray[np.uint8]

    def save(self, path: Path) -> None:
        """Write one PNG, the pictures one under the other: grey ones dark on white, coloured ones as they are."""
        shares = np.asarray(self.pixels / 255, np.float32)
        coloured = shares.ndim == 4
        page = np.concatenate(list(shares.transpose(0, 2, 3, 1) if coloured else 1 - shares))  # (n * size, size[, 3])
        path.write_bytes(_origin.picture(images.to_image(page), Making("created", "paint", {})))

    def report(self) -> dict[str, Any]:
        """The pixels in base64, row by row, colour after colour, picture after picture, with their number, side and colours."""
        facts = {"count": len(self.pixels), "size": self.pixels.shape[-1], "channels": 1 if self.pixels.ndim == 3 else 3}
        return {"pixels": base64.b64encode(self.pixels.tobytes()).decode("ascii"), **facts}


def run(request: Request) -> Result:
    """Return the generator's own pixels for up to 128 latents: base64 of n * size * size bytes, 255 = ink, one picture after the other.

    A coloured model gives three times as many: the red, the green and the blue of each picture, 255 = bright.
    """
    sampler = models.load(request.model, "sample")
    z, y = np.array(request.latents, np.float32), np.array(request.classes, np.float32)
    if z.shape[1] != sampler.latent:
        raise UserError("latent_length", model=request.model, length=sampler.latent)
    if y.shape[1] != sampler.classes:
        raise UserError("paint_classes", count=sampler.classes)
    shares = sampler.paint(z, y)
    planes = shares if shares.ndim == 3 else shares.transpose(0, 3, 1, 2)
    return Result(np.round(planes * 255).astype(np.uint8))
