"""The data sets that come with the project: gzip-compressed IDX files (LeCun et al. 1998), checked by SHA-256.

Each is a folder of assets/data; its dataset.json has the SHA-256 of every file (of all pieces of one that is cut into pieces).
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ganapp.base import paths
from ganapp.base.errors import UserError

PREFIX = {"train": "train", "test": "t10k"}


@dataclass(frozen=True)
class Labelled:
    """Pictures (n, h, w) uint8, 0 background to 255 ink, and labels (n,) int64."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]


def parse(blob: bytes) -> NDArray[np.uint8]:
    """The array in an IDX file of unsigned bytes. Raises ValueError when the header and the length disagree."""
    if len(blob) < 4 or blob[:3] != b"\x00\x00\x08":
        raise ValueError("not an IDX file of unsigned bytes")
    rank = blob[3]
    shape = tuple(int.from_bytes(blob[4 + 4 * i : 8 + 4 * i], "big") for i in range(rank))
    if len(blob) != 4 + 4 * rank + int(np.prod(shape)):
        raise ValueError(f"an IDX file of shape {shape} cannot have {len(blob)} bytes")
    return np.frombuffer(blob, np.uint8, offset=4 + 4 * rank).reshape(shape)


def folders() -> tuple[str, ...]:
    """The names of the data sets' folders."""
    return tuple(sorted(path.parent.name for path in paths.assets().glob("data/*/dataset.json")))


def hashes(folder: str) -> dict[str, str]:
    """The SHA-256 of each file of a data set, by the file's name."""
    description = json.loads((paths.assets() / "data" / folder / "dataset.json").read_text(encoding="utf-8"))
    known: dict[str, str] = description["sha256"]
    return known


def _checked(name: str) -> bytes:
    path: Path = paths.assets() / "data" / name
    pieces = sorted(path.parent.glob(f"{path.name}.[0-9]"))  # a Space's repository takes no file above 10 MB
    try:
        packed = b"".join(piece.read_bytes() for piece in pieces or [path])
    except FileNotFoundError:
        raise UserError("data_missing", name=name) from None
    if hashlib.sha256(packed).hexdigest() != hashes(path.parent.name)[path.name]:
        raise UserError("data_altered", name=name)
    return gzip.decompress(packed)


@cache
def load(data: str, split: str) -> Labelled:
    """`data` is the folder's name ("mnist", "fashion-mnist"), `split` "train" (60,000) or "test" (10,000).

    Raises UserError for another name, and when a file is missing or is not the one that came with the project.
    """
    if data not in folders():  # it becomes part of a path
        raise UserError("one_of", name="data", known=", ".join(folders()))
    stem = f"{data}/{PREFIX[split]}"
    pictures = parse(_checked(f"{stem}-images-idx3-ubyte.gz"))  # (n, 28, 28)
    labels = parse(_checked(f"{stem}-labels-idx1-ubyte.gz")).astype(np.int64)  # (n,)
    return Labelled(pictures, labels)
