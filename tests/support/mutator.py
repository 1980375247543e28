"""Good files spoilt at random, the same for the same seed: bytes, lengths and whole stretches of binary files, values of JSON."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

NUMBERS = (b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0" * 4, b"\x80\0\0\0", b"\0\0\0\1", b"\1\0\0\0", b"\xff" * 8, b"\0" * 8)
VALUES = (
    "null", "true", "-1", "0", "1e400", "-1e400", "NaN", "Infinity", str(2**31), str(2**63), "9" * 400, '""', '"\\ud800"',
    '"../../etc/passwd"', '"<img src=x onerror=alert(1)>"', '"' + "x" * 5000 + '"', "[]", "{}", "[[[[[[[[[[1]]]]]]]]]]",
    '{"__class__": 1}', "[1e308, 1e308]", "0.5",
)  # fmt: skip


def binary(whole: Sequence[bytes], random: np.random.Generator) -> bytes:
    """One of the files with one to four changes, near its beginning or end more often than elsewhere."""
    blob = bytearray(whole[int(random.integers(len(whole)))])
    for _ in range(int(random.integers(1, 5))):
        _spoil(blob, whole, random)
        if len(blob) < 4:
            break
    return bytes(blob[: int(random.integers(1, len(blob) + 1))]) if random.random() < 0.1 else bytes(blob)


def _spoil(blob: bytearray, whole: Sequence[bytes], random: np.random.Generator) -> None:
    edge, spot = int(random.integers(min(64, len(blob)))), random.random()
    at = edge if spot < 0.4 else len(blob) - 1 - edge if spot < 0.6 else int(random.integers(len(blob)))
    act = random.integers(7)
    if act <= 2:
        blob[at] = int(random.choice([0, 1, 127, 128, 255, int(random.integers(256))]))
    elif act == 3:
        number = NUMBERS[int(random.integers(len(NUMBERS)))]
        blob[at : at + len(number)] = number
    elif act == 4:
        del blob[at : at + int(random.integers(1, 60))]
    elif act == 5:
        blob[at:at] = random.bytes(int(random.integers(1, 30)))
    else:
        other = whole[int(random.integers(len(whole)))]
        begin = int(random.integers(len(other)))
        blob[at:at] = other[begin : begin + int(random.integers(4, 400))]


SIGNS = ("\n", "\0", "，", "\ufeff", "\ud800", "\u202e", "e\u0301", "𠮷", "a", " ", "\U0010ffff")


def text(whole: str, random: np.random.Generator) -> str:
    """A text with signs put in, taken out, and stretches repeated."""
    signs = list(whole)
    for _ in range(int(random.integers(1, 8))):
        at, act = int(random.integers(len(signs))), random.integers(3)
        if act == 0:
            signs[at:at] = SIGNS[int(random.integers(len(SIGNS)))]
        elif act == 1:
            del signs[at : at + int(random.integers(1, 9))]
        else:
            signs[at:at] = signs[at : at + int(random.integers(1, 200))]
    return "".join(signs)


def places(values: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a JSON value; of a list its first three alone."""
    inner = list(values.items()) if isinstance(values, dict) else list(enumerate(values[:3])) if isinstance(values, list) else []
    return [way] * bool(way) + [place for key, entry in inner for place in places(entry, (*way, key))]


def table(text: str, random: np.random.Generator) -> str:
    """JSON with another value at one to three places, without one, or with one more."""
    made = json.loads(text)
    texts: dict[str, str] = {}
    for number in range(int(random.integers(1, 4))):
        ways = places(made)
        if not ways:
            break
        way = ways[int(random.integers(len(ways)))]
        at = made
        for key in way[:-1]:
            at = at[key]
        act = random.random()
        if act < 0.75:
            mark = f"@{number}@"
            texts[f'"{mark}"'] = VALUES[int(random.integers(len(VALUES)))]
            at[way[-1]] = mark
        elif act < 0.9:
            del at[way[-1]]
        elif isinstance(at, dict):
            at[f"x{number}"] = copy.deepcopy(at[way[-1]])
        else:
            at.append(copy.deepcopy(at[way[-1]]))
    text = json.dumps(made)
    for mark, value in texts.items():
        text = text.replace(mark, value)
    return text


def weights(blob: bytes, random: np.random.Generator) -> bytes:
    """A safetensors file whose header is spoilt as JSON, with the length before it right again."""
    size = int.from_bytes(blob[:8], "little")
    header = table(blob[8 : 8 + size].decode(), random).encode("utf-8", "surrogatepass")
    return len(header).to_bytes(8, "little") + header + blob[8 + size :]
