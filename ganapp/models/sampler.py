"""What a generator promises: it draws what a latent stands for, and says where its sliders stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.digits import latent
from ganapp.digits.latent import Vector
from ganapp.models import about, directions
from ganapp.models.about import UNKNOWN, About
from ganapp.models.catalog import Loaded
from ganapp.models.directions import Directions
from ganapp.models.folder import Description

Array = NDArray[np.float32]

Call = Callable[[Tensor, Tensor], Tensor]
DIGITS = 10
PROMISED = ("size", "latent", "classes", "channels")
LONGEST_NAME = 80  # characters of a class's name
LOOKS = ("ink", "grey", "colour")


def _no_part(x: Tensor, y: Tensor) -> Tensor:
    """Stands for a part that the model lacks."""
    raise UserError("no_such_part", model="", part="discriminator")


@dataclass(frozen=True)
class Sampler:
    """A generator: pictures of `size` pixels a side from latents of `latent` numbers.

    classes: how many there are, 0 for none; names: what they are called; channels: 1 grey, 3 colour; look: how its pictures are
    shown, one of LOOKS (see tasks/_grid.shown); digits: whether it draws handwritten digits, as MNIST has them; values: what was
    fitted and noted; parts: of its folder. draw: latents z (n, latent) and class weights y (n, classes) -> (n, channels, size, size) in
    [-1, 1]; score: its discriminator's, of such pictures under y, (n,); guess: its encoder's latents of such pictures under y; slopes go
    through all three.
    """

    id: str
    draw: Call = field(repr=False)
    directions: Directions
    size: int
    latent: int
    classes: int = DIGITS
    channels: int = 1
    names: tuple[str, ...] = ()
    look: str = "ink"
    digits: bool = True
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    parts: frozenset[str] = frozenset()
    score: Call = field(default=_no_part, repr=False)
    guess: Call | None = field(default=None, repr=False)
    about: About = field(default=UNKNOWN, repr=False)

    @torch.inference_mode()
    def paint(self, z: Array, y: Array) -> Array:
        """Latents (n, latent) and class weights (n, classes) -> ink (n, size, size) in [0, 1], 1 = ink; colours (n, size, size, 3)."""
        pictures = self.draw(torch.from_numpy(np.array(z, np.float32)), torch.from_numpy(np.array(y, np.float32)))
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
        if name not in self.values:
            raise UserError("model_unfinished", model=self.id)
        return self.values[name]

    def base(self, seed: int, truncation: float, given: Sequence[float] | None) -> Vector:
        """The latent before any slider is moved: `given`, or truncation times that of the seed."""
        if given is None:
            return (truncation * latent.from_seed(seed, self.latent)).astype(np.float32)
        if len(given) != self.latent:
            raise UserError("latent_length", model=self.id, length=self.latent)
        return np.array(given, np.float32)

    def moved(self, base: Vector, sliders: Mapping[str, float], y: Vector) -> Vector:
        """`base` with the sliders named at their values, under class weights y. UserError for a slider that the model does not have for
        that class."""
        known = self.directions.under(y)
        for name in sliders:
            if name not in known:
                raise UserError("no_such_slider", model=self.id, name=name, known=", ".join(known) or "-")
        return latent.moved(base, known, sliders)

    def coordinates(self, z: Vector, y: Vector) -> tuple[dict[str, float], list[float]]:
        """Where all sliders stand for z under class weights y: the attributes that there are by name, the raw ones in order. Rounded to a
        ten-thousandth."""
        found = {name: round(value, 4) for name, value in latent.coordinates(z, self.directions.under(y)).items()}
        return {name: found[name] for name in self.directions.attributes if name in found}, [
            found.get(name, 0.0) for name in self.directions.raw
        ]


def of_folder(loaded: Loaded) -> Sampler:
    """The promise of a model folder. UserError for one that does not say what it draws."""
    if not draws(loaded.description):
        raise UserError("not_drawable", model=loaded.id)
    size, length, classes, channels = (int(loaded.description.promises[key]) for key in PROMISED)
    values = loaded.description.values
    usual = "ink" if channels == 1 else "colour"
    return Sampler(
        loaded.id,
        loaded.net(),
        directions.read(loaded.folder, length),
        size,
        length,
        classes=classes,
        channels=channels,
        names=_names(loaded.description, classes),
        look=values["look"] if values.get("look") in LOOKS and (values["look"] == "colour") == (channels == 3) else usual,
        digits=values.get("digits", classes == DIGITS and channels == 1) is True,
        values=values,
        parts=frozenset(loaded.description.parts),
        score=lambda x, y: loaded.net("discriminator")(x, y),  # type: ignore[no-any-return]
        guess=(lambda x, y: loaded.net("encoder")(x, y)) if "encoder" in loaded.description.parts else None,  # type: ignore[no-any-return]
        about=about.of_folder(loaded),
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
