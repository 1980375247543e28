"""Colour profiles (ICC.1:2010): one for what a PNG says in chunks of its own, and one that fits the channels a picture is written in."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Chunks = tuple[tuple[bytes, bytes], ...]

SPACES = {"L": b"GRAY", "LA": b"GRAY", "RGB": b"RGB ", "RGBA": b"RGB ", "CMYK": b"CMYK"}  # layout -> space of its profile
D50 = np.array([0.9642, 1.0, 0.8249])  # the white of every profile
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
# x and y of white, red, green and blue.
D65 = (0.3127, 0.329)
SRGB = (*D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
# Numbers of cICP (ITU-T H.273): primaries, and curves as a gamma, or as the five numbers of a profile's curve of type 3.
PRIMARIES = {
    1: SRGB,
    4: (0.310, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08),
    5: (*D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06),
    6: (*D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    7: (*D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    9: (*D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    11: (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    12: (*D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
}
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
VIDEO_CURVE = (1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081)
CURVES: dict[int, tuple[float, ...]] = {4: (2.2,), 5: (2.8,), 8: (1.0,), 13: SRGB_CURVE} | dict.fromkeys((1, 6, 14, 15), VIDEO_CURVE)


def fitting(icc: bytes, layout: str) -> bytes:
    """The profile itself where it is one for the channels of `layout`; for a grey one in a file of colours, one that shows the same greys;
    empty where there is none. A grey picture that came with a profile of colours keeps it: browsers apply it."""
    have, need = icc[16:20], SPACES[layout]
    if have == need or (have == b"RGB " and need == b"GRAY"):
        return icc
    curve = _tag(icc, b"kTRC") if have == b"GRAY" and need == b"RGB " else b""
    return _profile(_axes(SRGB), curve) if curve else b""


def of_chunks(chunks: Chunks, layout: str) -> bytes:
    """A profile that means the same as a PNG's cICP, or its gAMA and cHRM; empty where they say sRGB, which needs none, nothing, or
    something no profile of this kind can say (the brightness curves of high dynamic range)."""
    said = dict(chunks)
    curve: tuple[float, ...] | None = SRGB_CURVE
    corners: tuple[float, ...] | None = SRGB
    if len(said.get(b"cICP", b"")) == 4:
        primaries, transfer, matrix, full = said[b"cICP"]
        corners, curve = PRIMARIES.get(primaries), CURVES.get(transfer)
        if matrix or not full or (primaries, transfer) == (1, 13):
            return b""
    elif b"sRGB" in said or not {b"gAMA", b"cHRM"} & said.keys():
        return b""
    else:
        if len(said.get(b"gAMA", b"")) == 4:
            (level,) = struct.unpack(">I", said[b"gAMA"])
            curve = (100_000 / level,) if 1_000 <= level <= 10_000_000 else None
        if len(said.get(b"cHRM", b"")) == 32:
            corners = tuple(value / 100_000 for value in struct.unpack(">8I", said[b"cHRM"]))
    axes = _axes(corners) if corners else None
    if curve is None or axes is None:
        return b""
    return _profile(None if SPACES[layout] == b"GRAY" else axes, _curve(curve))


def _axes(corners: tuple[float, ...]) -> Matrix | None:
    """Red, green and blue in XYZ under D50, (3, 3), one a column; None for corners that span nothing."""
    white, *rest = (np.array([x, y, 1 - x - y]) for x, y in zip(corners[::2], corners[1::2], strict=True))
    if not all(0 < y <= 1 for y in corners[1::2]):
        return None
    primaries, seen = np.stack(rest, axis=1), white / white[1]
    adapted = _adaptation(seen)
    if adapted is None or abs(np.linalg.det(primaries)) < 1e-4:
        return None
    axes = adapted @ (primaries * np.linalg.solve(primaries, seen))
    return axes if np.isfinite(axes).all() and np.abs(axes).max() < 4 else None


def _adaptation(white: Matrix) -> Matrix | None:
    """From colours under `white` (XYZ) to the same colours under D50 (Bradford)."""
    before, after = BRADFORD @ white, BRADFORD @ D50
    return np.asarray(np.linalg.inv(BRADFORD) @ np.diag(after / before) @ BRADFORD) if (before > 1e-3).all() else None


def _tag(icc: bytes, name: bytes) -> bytes:
    """A tag of a profile; empty when it is not there."""
    count = int.from_bytes(icc[128:132], "big")
    for place in range(132, min(132 + 12 * count, len(icc) - 11), 12):
        found, start, size = struct.unpack_from(">4sII", icc, place)
        if found == name and start + size <= len(icc):
            return icc[start : start + size]
    return b""


def _fixed(*values: float) -> bytes:
    """Numbers as s15Fixed16."""
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _curve(numbers: tuple[float, ...]) -> bytes:
    return b"para\0\0\0\0" + struct.pack(">HH", 0 if len(numbers) == 1 else 3, 0) + _fixed(*numbers)


def _words(text: str) -> bytes:
    coded = text.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(coded), 28) + coded


def _profile(axes: Matrix | None, curve: bytes) -> bytes:
    """A display profile of three axes (XYZ under D50), or of grey where there are none; every channel has the one curve."""
    tags = {b"desc": _words("As the picture said"), b"cprt": _words("No copyright"), b"wtpt": b"XYZ \0\0\0\0" + _fixed(*D50)}
    if axes is None:
        tags[b"kTRC"] = curve
    else:
        for i, name in enumerate((b"r", b"g", b"b")):
            tags[name + b"XYZ"] = b"XYZ \0\0\0\0" + _fixed(*axes[:, i])
            tags[name + b"TRC"] = curve
    start = 132 + 12 * len(tags)
    table, body, places = struct.pack(">I", len(tags)), b"", dict[bytes, int]()
    for name, content in tags.items():
        if content not in places:  # the channels share their curve
            places[content] = start + len(body)
            body += content + bytes(-len(content) % 4)
        table += struct.pack(">4sII", name, places[content], len(content))
    space = b"GRAY" if axes is None else b"RGB "
    head = struct.pack(">I4s4s4s4s4s", start + len(body), b"\0" * 4, b"\x04\x30\0\0", b"mntr", space, b"XYZ ")
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + _fixed(*D50)
    return head.ljust(128, b"\0") + table + body
