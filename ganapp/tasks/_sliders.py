"""What the tasks on generators share: which generator and judge they mean, and the sliders that a request moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ganapp.base.errors import UserError
from ganapp.models.directions import ATTRIBUTES, Directions

MODEL = "digits"
JUDGE = "digits-judge"


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
    def balance(self) -> float | None: ...  # noqa: D102
    @property
    def waist(self) -> float | None: ...  # noqa: D102
    @property
    def bend(self) -> float | None: ...  # noqa: D102
    @property
    def corners(self) -> float | None: ...  # noqa: D102
    @property
    def middle(self) -> float | None: ...  # noqa: D102
    @property
    def crossing(self) -> float | None: ...  # noqa: D102
    @property
    def head(self) -> float | None: ...  # noqa: D102
    @property
    def foot(self) -> float | None: ...  # noqa: D102
    @property
    def flourish(self) -> float | None: ...  # noqa: D102
    @property
    def raw(self) -> Sequence[float | None]: ...  # noqa: D102


def moved(request: Sliders, directions: Directions) -> dict[str, float]:
    """The sliders that a request moves, by name. UserError when it moves more raw ones than there are."""
    named = {name: value for name in ATTRIBUTES if (value := getattr(request, name)) is not None}
    names = list(directions.raw)
    if len(request.raw) > len(names):
        raise UserError("raw_sliders", known=len(names))
    return named | {name: value for name, value in zip(names, request.raw, strict=False) if value is not None}
