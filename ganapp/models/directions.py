"""directions.json: what the sliders of a sampler move along, in the one form that fitting, tasks and page read.

`{"attributes": [{"name", "vector" or "vectors", ...measures}], "raw": [{"name", "vector"}], "left_out": [...], ...}`. A `vector` is the
same for every class; `vectors` holds one for each class, null for a class that has no such slider. The named ones of a class are
orthonormal together (see docs/architecture.md, "Latents"); what a raw one shares with them is taken off when it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NotRequired

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict
from typing_extensions import TypedDict

from ganapp.base import validation
from ganapp.base.errors import UserError
from ganapp.base.kinds import As, Items, Number, Text, Worded
from ganapp.base.validation import settings_class
from ganapp.digits import latent as arithmetic
from ganapp.digits.latent import Vector
from ganapp.models import catalog, folder

# The named ones that a request can move.
ATTRIBUTES = (
    *("slant", "weight", "width", "height", "roundness", "loop", "balance", "waist"),
    *("bend", "corners", "middle", "crossing", "head", "foot", "flourish"),
)
TOLERANCE = 1e-4
MOST = 256  # directions of a model
CLASSES = 1000  # that a vector may differ for

Table = NDArray[np.float32]  # a vector (latent,) for every class, or one for each (classes, latent)


@dataclass(frozen=True)
class Directions:
    """Unit vectors by name, in the order of the file: named attributes, and raw ones that only differ. Each is (latent,), the same for
    every class, or (classes, latent) with zeros for a class that has no such direction."""

    attributes: dict[str, Table]
    raw: dict[str, Table]

    def all(self) -> dict[str, Table]:
        """Both, attributes first."""
        return {**self.attributes, **self.raw}

    def under(self, y: Vector) -> dict[str, Vector]:
        """Those that there are under class weights y (classes,), orthonormal, attributes first: see `latent.frame`."""
        return arithmetic.frame(self.all(), y)


_Numbers = list[Annotated[float, Number(-2, 2)]]


class _Direction(TypedDict):
    """An entry of the file, which says more of it than this."""

    __pydantic_config__ = ConfigDict(strict=True, extra="allow")  # type: ignore[misc]
    name: Annotated[str, Text(40, signs="printed")]
    vector: NotRequired[_Numbers]
    vectors: NotRequired[list[_Numbers | None]]


_Entries = Annotated[tuple[Annotated[dict[str, Any], As(_Direction)], ...], Items(MOST), Worded("directions")]


@settings_class
class _Lists:
    """What is read of the file."""

    attributes: _Entries = ()
    raw: _Entries = ()


def read(path: Path, latent: int) -> Directions:
    """The directions of a model folder whose latents have `latent` numbers; none for a folder without them.

    UserError for a file that cannot be read, or whose vectors do not have that length or are not orthonormal.
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
    directions = Directions(*({entry["name"]: _table(entry, latent, where) for entry in group} for group in (lists.attributes, lists.raw)))
    if len({len(table) for table in directions.all().values() if table.ndim == 2}) > 1:
        raise UserError("bad_value", where=where, problem="vectors must have one for each class")
    if len(directions.all()) != count or not all(_orthonormal(rows) for rows in _by_class(directions)):
        raise UserError("bad_value", where=where, problem="the vectors are not orthonormal")
    return directions


def _table(entry: dict[str, Any], latent: int, where: str) -> Table:
    """An entry's vector, or its vectors with zeros for null."""
    if ("vector" in entry) == ("vectors" in entry):
        raise UserError("bad_value", where=where, problem="a direction needs either a vector or vectors")
    rows = [entry["vector"]] if "vector" in entry else entry["vectors"]
    if not 0 < len(rows) <= CLASSES or any(row is not None and len(row) != latent for row in rows):
        raise UserError("bad_value", where=where, problem=f"a vector does not have {latent} numbers")
    table = np.array([row or [0.0] * latent for row in rows], np.float32)
    return table[0] if "vector" in entry else table


def _by_class(directions: Directions) -> Iterator[Table]:
    """The vectors (k, latent) that must be orthonormal together: the named ones of each class, and the raw ones."""
    classes = max((len(table) for table in directions.attributes.values() if table.ndim == 2), default=1)
    for kind in range(classes):
        rows = [table if table.ndim == 1 else table[kind] for table in directions.attributes.values()]
        yield np.array([row for row in rows if row.any()])
    yield np.array(list(directions.raw.values()))


def _orthonormal(rows: Table) -> bool:
    exact = rows.astype(np.float64)
    return not len(rows) or np.allclose(exact @ exact.T, np.eye(len(exact)), atol=TOLERANCE)
