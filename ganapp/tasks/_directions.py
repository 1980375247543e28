"""directions.json: what the sliders of a sampler move along, in the one form that fitting, tasks and page read.

`{"attributes": [{"name", "vector", ...measures}], "raw": [{"name", "vector"}], "left_out": [...], ...}`; the vectors of both
lists are orthonormal together (see docs/architecture.md, "Latents").
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ganapp import folder
from ganapp.errors import UserError
from ganapp.latent import Vector

ATTRIBUTES = ("slant", "weight", "width", "height", "roundness", "loop")
TOLERANCE = 1e-4


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


@lru_cache(maxsize=32)
def _read(path: Path, latent: int, _changed: int) -> Directions:
    where = f"{path.name}/{folder.DIRECTIONS}"
    table = folder.table(path, folder.DIRECTIONS) or {}
    try:
        lists = [table.get(key, []) for key in ("attributes", "raw")]
        groups = [{str(entry["name"]): np.array(entry["vector"], np.float32) for entry in entries} for entries in lists]
    except (TypeError, KeyError, ValueError, AttributeError) as problem:
        raise UserError("bad_value", where=where, problem=f"{type(problem).__name__}: {problem}") from problem
    found = Directions(*groups)
    vectors = list(found.all().values())
    if any(v.shape != (latent,) for v in vectors):
        raise UserError("bad_value", where=where, problem=f"a vector does not have {latent} numbers")
    if vectors:
        stack = np.stack(vectors).astype(np.float64)
        if len(vectors) != sum(map(len, lists)) or not np.allclose(stack @ stack.T, np.eye(len(stack)), atol=TOLERANCE):
            raise UserError("bad_value", where=where, problem="the vectors are not orthonormal")
    return found
