"""What the tasks on generators share: a loaded one that paints, and the latent that a seed and the sliders ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ganapp.base.errors import UserError
from ganapp.digits import latent
from ganapp.digits.latent import Vector
from ganapp.machine import devices
from ganapp.models import catalog
from ganapp.models.folder import Description
from ganapp.tasks import _directions
from ganapp.tasks._directions import ATTRIBUTES, Directions

Array = NDArray[np.float32]

MODEL = "digits"
JUDGE = "digits-judge"
DIGITS = 10
PROMISED = ("size", "latent", "classes", "channels")
LONGEST_NAME = 80  # characters of a class's name
LOOKS = ("ink", "grey", "colour")


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
    """A generator, ready to paint: pictures of `size` pixels a side from latents of `latent` numbers.

    classes: how many there are, 0 for none; names: what they are called; channels: 1 grey, 3 colour; look: how its pictures are
    shown, one of LOOKS (see `_layout.shown`); digits: whether it draws handwritten digits, as MNIST has them.
    """

    id: str
    net: nn.Module
    directions: Directions
    size: int
    latent: int
    loaded: catalog.Loaded
    classes: int = DIGITS
    channels: int = 1
    names: tuple[str, ...] = ()
    look: str = "ink"
    digits: bool = True

    @torch.inference_mode()
    def paint(self, z: Array, y: Array) -> Array:
        """Latents (n, latent) and class weights (n, classes) -> ink (n, size, size) in [0, 1], 1 = ink; colours (n, size, size, 3)."""
        pictures: Tensor = self.net(torch.from_numpy(np.array(z, np.float32)), torch.from_numpy(np.array(y, np.float32)))
        shares: Array = ((pictures + 1) / 2).clamp(0, 1).numpy()  # (n, channels, size, size)
        return shares[:, 0] if self.channels == 1 else shares.transpose(0, 2, 3, 1)

    def weights(self, digit: int, digit_to: int | None = None, blend: float = 0.0) -> Vector:
        """Class weights (classes,); none where there are no classes. UserError for a class that the model does not have."""
        if not self.classes:
            return np.zeros(0, np.float32)
        for name, value in (("digit", digit), ("digit_to", digit_to)):
            if value is not None and value >= self.classes:
                raise UserError("whole_between", name=name, low=0, high=self.classes - 1)
        return latent.classes(self.classes, digit, digit_to, blend)

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
    """The generator called `model`. UserError when there is none, or it does not say what it draws."""
    devices.limit_threads()
    loaded = catalog.load(model, "sample")
    if not draws(loaded.description):
        raise UserError("not_drawable", model=model)
    size, length, classes, channels = (int(loaded.description.promises[key]) for key in PROMISED)
    values = loaded.description.values
    usual = "ink" if channels == 1 else "colour"
    look = values["look"] if values.get("look") in LOOKS and (values["look"] == "colour") == (channels == 3) else usual
    return Sampler(
        model,
        loaded.net(),
        _directions.read(loaded.folder, length),
        size,
        length,
        loaded,
        classes=classes,
        channels=channels,
        names=_names(loaded.description, classes),
        look=look,
        digits=values.get("digits", classes == DIGITS and channels == 1) is True,
    )


def draws(description: Description) -> bool:
    """Whether a model is a generator that the tasks can use: it promises a size, a latent, its classes, grey or colour."""
    promises = description.promises
    return description.task == "sample" and all(key in promises for key in PROMISED) and promises["channels"] in (1, 3)


def _names(description: Description, classes: int) -> tuple[str, ...]:
    """The classes' names as the training noted them, else their numbers."""
    noted = description.training.get("classes")
    if isinstance(noted, list) and len(noted) == classes:
        return tuple(str(name)[:LONGEST_NAME] for name in noted)
    return tuple(str(number) for number in range(classes))


def judge() -> nn.Module:
    """The classifier that says which digit a picture shows."""
    devices.limit_threads()
    return catalog.load(JUDGE, "classify").net()


def asked(request: Sliders, directions: Directions) -> dict[str, float]:
    """The sliders that a request moves, by name. UserError when it moves more raw ones than there are."""
    moved = {name: value for name in ATTRIBUTES if (value := getattr(request, name)) is not None}
    names = list(directions.raw)
    if len(request.raw) > len(names):
        raise UserError("raw_sliders", known=len(names))
    return moved | {name: value for name, value in zip(names, request.raw, strict=False) if value is not None}
