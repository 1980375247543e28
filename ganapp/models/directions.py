"""directions.json: what the sliders of a sampler move along, in the one form that fitting, tasks and page read.

`{"attributes": [{"name", "vector", ...measures}], "raw": [{"name", "vector"}], "left_out": [...], ...}`; the vectors of both
lists are orthonormal together (see docs/architecture.md, "Latents").
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ganapp.base.errors import UserError
from ganapp.digits.latent import Vector
from ganapp.models import folder

ATTRIBUTES = ("slant", "weight", "width", "height", "roundness", "loop")
TOLERANCE = 1e-4
LONGEST_NAME, MOST = 40, 256  # characters of a name, directions of a model


@dataclass(frozen=True)
class Directions:
    """Unit vectors (latent,) by name, in the order of the file: named attributes, and raw ones that only differ."""

    attributes: dict[str, Vector]
    raw: dict[str, Vector]

    def all(self) -> dict[str, Vector]:
        """Both, attributes first."""
        return {**self.attributes, **self.raw}


def read(path: Path, latent: int) -> Directions:
    """The directions of a model folder whose latents have `latent` numbers; none for a folder without them.

    UserError for a file that cannot be read or whose vectors are not orthonormal vectors of that length.
    """
    file = path / folder.DIRECTIONS
    return _read(path, latent, file.stat().st_mtime_ns if file.is_file() else 0)


def _vector(entry: object) -> tuple[str, Vector]:
    """Name and vector of an entry. ValueError for a name that cannot be shown, and for whatever is not a list of finite numbers."""
    name, vector = (entry.get("name"), entry.get("vector")) if isinstance(entry, dict) else (None, None)
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise ValueError(f"a direction's name must be a line of at most {LONGEST_NAME} characters")
    if not isinstance(vector, list) or not all(type(each) in (int, float) and abs(each) < 2 for each in vector):
        raise ValueError("a vector must be a list of numbers")
    return name, np.array(vector, np.float32)


@lru_cache(maxsize=32)
def _read(path: Path, latent: int, _changed: int) -> Directions:
    where = f"{path.name}/{folder.DIRECTIONS}"
    table = folder.table(path, folder.DIRECTIONS) or {}
    lists = [table.get(key, []) for key in ("attributes", "raw")]
    if not all(isinstance(entries, list) for entries in lists) or sum(map(len, lists)) > min(latent, MOST):
        raise UserError("bad_value", where=where, problem=f"attributes and raw must be lists of at most {min(latent, MOST)} directions")
    try:
        groups = [dict(_vector(entry) for entry in entries) for entries in lists]
    except ValueError as problem:
        raise UserError("bad_value", where=where, problem=str(problem)) from problem
    found = Directions(*groups)
    vectors = list(found.all().values())
    if any(v.shape != (latent,) for v in vectors):
        raise UserError("bad_value", where=where, problem=f"a vector does not have {latent} numbers")
    if vectors:
        stack = np.stack(vectors).astype(np.float64)
        if len(vectors) != sum(map(len, lists)) or not np.allclose(stack @ stack.T, np.eye(len(stack)), atol=TOLERANCE):
            raise UserError("bad_value", where=where, problem="the vectors are not orthonormal")
    return found
