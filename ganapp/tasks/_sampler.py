"""What the tasks on digits share: a loaded generator that paints, and the latent that a seed and the sliders ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ganapp import catalog, device, latent
from ganapp.errors import UserError
from ganapp.latent import Vector
from ganapp.tasks import _directions
from ganapp.tasks._directions import ATTRIBUTES, Directions

Array = NDArray[np.float32]

MODEL = "digits"
JUDGE = "digits-judge"
DIGITS = 10


class Sliders(Protocol):
    """The fields of a request that say where the sliders stand; None is a slider nobody moved."""

    @property
    def slant(self) -> float | None: ...  # noqa: D102
    @property
    def weight(self) -> float | None: ...  # noqa: D102
    @property
    def width(self) -> float | None: ...  # noqa: D102
    @property
    def height(self) -> float | None: ...  # noqa: D102
    @property
    def roundness(self) -> float | None: ...  # noqa: D102
    @property
    def loop(self) -> float | None: ...  # noqa: D102
    @property
    def raw(self) -> Sequence[float | None]: ...  # noqa: D102


@dataclass(frozen=True)
class Sampler:
    """A generator of digits, ready to paint: pictures of `size` pixels a side from latents of `latent` numbers."""

    id: str
    net: nn.Module
    directions: Directions
    size: int
    latent: int
    loaded: catalog.Loaded

    @torch.inference_mode()
    def paint(self, z: Array, y: Array) -> Array:
        """Latents (n, latent) and class weights (n, 10) -> ink (n, size, size) in [0, 1], 1 = ink."""
        pictures: Tensor = self.net(torch.from_numpy(np.array(z, np.float32)), torch.from_numpy(np.array(y, np.float32)))
        ink: Array = ((pictures[:, 0] + 1) / 2).clamp(0, 1).numpy()  # (n, size, size)
        return ink

    def value(self, name: str) -> Any:
        """One of the fitted values. UserError when the model was not finished."""
        values = self.loaded.description.values
        if name not in values:
            raise UserError("model_unfinished", model=self.id)
        return values[name]

    def base(self, seed: int, truncation: float, given: Sequence[float] | None) -> Vector:
        """The latent before any slider is moved: `given`, or truncation times that of the seed."""
        if given is None:
            return (truncation * latent.from_seed(seed, self.latent)).astype(np.float32)
        if len(given) != self.latent:
            raise UserError("latent_length", model=self.id, length=self.latent)
        return np.array(given, np.float32)

    def moved(self, base: Vector, sliders: Mapping[str, float]) -> Vector:
        """`base` with the sliders named at their values. UserError for a slider that the model does not have."""
        known = self.directions.all()
        for name in sliders:
            if name not in known:
                raise UserError("no_such_slider", model=self.id, name=name, known=", ".join(known) or "-")
        return latent.moved(base, known, sliders)

    def coordinates(self, z: Vector) -> tuple[dict[str, float], list[float]]:
        """Where all sliders stand for z: the attributes by name, the raw ones in order. Rounded to a ten-thousandth."""
        named = {name: round(value, 4) for name, value in latent.coordinates(z, self.directions.attributes).items()}
        return named, [round(value, 4) for value in latent.coordinates(z, self.directions.raw).values()]


def load(model: str) -> Sampler:
    """The generator of digits called `model`. UserError when there is none, or it makes something else."""
    device.settle()
    loaded = catalog.load(model, "sample")
    promises = loaded.description.promises
    whole = all(isinstance(promises.get(key), int) for key in ("size", "latent"))
    if not whole or promises.get("classes") != DIGITS or promises.get("channels") != 1:
        raise UserError("not_digits", model=model)
    directions = _directions.read(loaded.folder, promises["latent"])
    return Sampler(model, loaded.net(), directions, promises["size"], promises["latent"], loaded)


def judge() -> nn.Module:
    """The classifier that says which digit a picture shows."""
    device.settle()
    return catalog.load(JUDGE, "classify").net()


def asked(request: Sliders, directions: Directions) -> dict[str, float]:
    """The sliders that a request moves, by name. UserError when it moves more raw ones than there are."""
    moved = {name: value for name in ATTRIBUTES if (value := getattr(request, name)) is not None}
    names = list(directions.raw)
    if len(request.raw) > len(names):
        raise UserError("raw_sliders", known=len(names))
    return moved | {name: value for name, value in zip(names, request.raw, strict=False) if value is not None}
