"""The data sets that come with the project: gzip-compressed IDX files (LeCun et al. 1998), checked by SHA-256."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ganapp.base import paths
from ganapp.base.errors import UserError

HASHES = {
    "mnist/train-images-idx3-ubyte.gz": "69686d9fdb8963658f9757418c30291f6d87a5707a93405a6bdea4271c9c82d4",
    "mnist/train-labels-idx1-ubyte.gz": "fb48c8b3554d2bfe4741716de5a940951b56cc53f3826e61a029ebad5d18ba00",
    "mnist/t10k-images-idx3-ubyte.gz": "ef6d4b846e3c87bb05dfe9fc6c92d21b43c6726ed7fead1812ff6ac236e258c6",
    "mnist/t10k-labels-idx1-ubyte.gz": "d1e541c25fdb43806f65ac4eb3f8b4ee6fa1e0b221d78082602048523d49124d",
    "fashion-mnist/train-images-idx3-ubyte.gz": "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7",
    "fashion-mnist/train-labels-idx1-ubyte.gz": "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056",
    "fashion-mnist/t10k-images-idx3-ubyte.gz": "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
    "fashion-mnist/t10k-labels-idx1-ubyte.gz": "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05",
}
DATA = tuple(dict.fromkeys(name.partition("/")[0] for name in HASHES))
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


def _checked(name: str) -> bytes:
    path: Path = paths.assets() / "data" / name
    pieces = sorted(path.parent.glob(f"{path.name}.[0-9]"))  # a Space's repository takes no file above 10 MB
    try:
        packed = b"".join(piece.read_bytes() for piece in pieces or [path])
    except FileNotFoundError:
        raise UserError("data_missing", name=name) from None
    if hashlib.sha256(packed).hexdigest() != HASHES[name]:
        raise UserError("data_altered", name=name)
    return gzip.decompress(packed)


@cache
def load(data: str, split: str) -> Labelled:
    """`data` is the folder's name ("mnist", "fashion-mnist"), `split` "train" (60,000) or "test" (10,000).

    Raises UserError for another name, and when a file is missing or is not the one that came with the project.
    """
    if data not in DATA:  # it becomes part of a path
        raise UserError("one_of", name="data", known=", ".join(DATA))
    stem = f"{data}/{PREFIX[split]}"
    pictures = parse(_checked(f"{stem}-images-idx3-ubyte.gz"))  # (n, 28, 28)
    labels = parse(_checked(f"{stem}-labels-idx1-ubyte.gz")).astype(np.int64)  # (n,)
    return Labelled(pictures, labels)
