"""IDX files (LeCun et al. 1998) made here."""

from __future__ import annotations

import gzip

import numpy as np


def gzipped(array: np.ndarray) -> bytes:
    """An array of unsigned bytes as a compressed IDX file."""
    header = b"\x00\x00\x08" + bytes([array.ndim]) + b"".join(side.to_bytes(4, "big") for side in array.shape)
    return gzip.compress(header + array.astype(np.uint8).tobytes(), mtime=0)
