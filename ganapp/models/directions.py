"""directions.json: what the sliders of a sampler move along, in the one form that fitting, tasks and page read.

`{"attributes": [{"name", "vector", ...measures}], "raw": [{"name", "vector"}], "left_out": [...], ...}`; the vectors of both
lists are orthonormal together (see docs/architecture.md, "Latents").
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import ConfigDict
from typing_extensions import TypedDict

from ganapp.base import validation
from ganapp.base.errors import UserError
from ganapp.base.kinds import As, Items, Number, Text, Worded
from ganapp.base.validation import settings_class
from ganapp.digits.latent import Vector
from ganapp.models import catalog, folder

ATTRIBUTES = ("slant", "weight", "width", "height", "roundness", "loop")
TOLERANCE = 1e-4
MOST = 256  # directions of a model


@dataclass(frozen=True)
class Directions:
    """Unit vectors (latent,) by name, in the order of the file: named attributes, and raw ones that only differ."""

    attributes: dict[str, Vector]
    raw: dict[str, Vector]

    def all(self) -> dict[str, Vector]:
        """Both, attributes first."""
        return {**self.attributes, **self.raw}


class _Direction(TypedDict):
    """An entry of the file, which says more of it than this."""

    __pydantic_config__ = ConfigDict(strict=True, extra="allow")  # type: ignore[misc]
    name: Annotated[str, Text(40, signs="printed")]
    vector: list[Annotated[float, Number(-2, 2)]]


_Entries = Annotated[tuple[Annotated[dict[str, Any], As(_Direction)], ...], Items(MOST), Worded("directions")]


@settings_class
class _Lists:
    """What is read of the file."""

    attributes: _Entries = ()
    raw: _Entries = ()


def _vectors(entries: tuple[dict[str, Any], ...]) -> dict[str, Vector]:
    return {entry["name"]: np.array(entry["vector"], np.float32) for entry in entries}


def read(path: Path, latent: int) -> Directions:
    """The directions of a model folder whose latents have `latent` numbers; none for a folder without them.

    UserError for a file that cannot be read or whose vectors are not orthonormal vectors of that length.
    """
    at = catalog.stamp(path / folder.DIRECTIONS)
    return catalog.shelf.kept((path, f"directions {latent}"), at, lambda: _read(path, latent), lambda _: catalog.FACT_BYTES)


def _read(path: Path, latent: int) -> Directions:
    where = f"{path.name}/{folder.DIRECTIONS}"
    table = folder.table(path, folder.DIRECTIONS) or {}
    lists = validation.read(_Lists, {key: table[key] for key in ("attributes", "raw") if key in table}, where)
    count = len(lists.attributes) + len(lists.raw)
    if count > min(latent, MOST):
        raise UserError("bad_value", where=where, problem=f"attributes and raw must be lists of at most {min(latent, MOST)} directions")
    directions = Directions(_vectors(lists.attributes), _vectors(lists.raw))
    vectors = list(directions.all().values())
    if any(v.shape != (latent,) for v in vectors):
        raise UserError("bad_value", where=where, problem=f"a vector does not have {latent} numbers")
    if vectors:
        stack = np.stack(vectors).astype(np.float64)
        if len(vectors) != count or not np.allclose(stack @ stack.T, np.eye(len(stack)), atol=TOLERANCE):
            raise UserError("bad_value", where=where, problem="the vectors are not orthonormal")
    return directions
