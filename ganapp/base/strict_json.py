"""JSON as its standard has it (RFC 8259), from files that strangers wrote: no NaN, no number without end, no half of a character.

Python's reader takes NaN, Infinity, 1e999 and whole numbers of any length, and so passes on what later readers cannot take: a
browser's JSON.parse refuses NaN, and SQLite holds 64 bits.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

LARGEST = 8_000_000  # bytes of a file
WHOLE = 2**63  # whole numbers are smaller


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]} is too large")
    return value


def _whole(text: str) -> int:
    value = int(text) if len(text) <= 20 else WHOLE
    if not -WHOLE < value < WHOLE:
        raise ValueError(f"{text[:20]} is too large")
    return value


def _constant(text: str) -> float:
    raise ValueError(f"{text} is no number")


def loads(text: str | bytes) -> Any:
    """The value of a JSON text. ValueError for what is none, RecursionError for one nested without end."""
    value = json.loads(text, parse_float=_number, parse_int=_whole, parse_constant=_constant)
    json.dumps(value, ensure_ascii=False).encode("utf-8")  # UnicodeEncodeError, a ValueError, for half of a surrogate pair
    return value


def read(path: Path, largest: int = LARGEST) -> Any:
    """The value of a JSON file in UTF-8 of at most `largest` bytes. OSError, or ValueError and RecursionError as `loads`."""
    with path.open("rb") as handle:
        data = handle.read(largest + 1)
    if len(data) > largest:
        raise ValueError(f"more than {largest} bytes")
    return loads(data.decode("utf-8"))
