"""Small files that ask for much, of formats beside those of test_pictures.py: told by what their headers say, and not unpacked."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, features

from ganapp.base.errors import UserError
from ganapp.pictures import decoding, photo
from ganapp.sounds import files
from tests.pictures.test_photographs import heic

LARGE = 60_000  # pixels a side
SECONDS, MEGABYTES = 5.0, 60


def saved(kind: str, mode: str, side: int, **how: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (side, side)).save(out, kind, **how)
    return out.getvalue()


def sided(blob: bytes) -> bytes:
    """An AVIF or HEIC file whose pictures say that they are LARGE."""
    parts = blob.split(b"ispe\0\0\0\0")
    assert len(parts) > 1
    return (b"ispe\0\0\0\0" + struct.pack(">II", LARGE, LARGE)).join([parts[0], *(part[8:] for part in parts[1:])])


def bmp(_: str = "") -> bytes:
    whole = bytearray(saved("BMP", "1", 64))
    whole[18:26] = struct.pack("<ii", LARGE, LARGE)
    return bytes(whole)


PICTURES: dict[str, Callable[[], bytes]] = {
    "deflated.tif": lambda: saved("TIFF", "1", 8000, compression="tiff_deflate"),
    "fax.tif": lambda: saved("TIFF", "1", 8000, compression="group4"),
    "lzw.tif": lambda: saved("TIFF", "L", 8000, compression="tiff_lzw"),
    "sides.bmp": bmp,
    "sides.heic": lambda: sided(heic(Image.new("RGB", (64, 64)))),
    "sides.avif": lambda: sided(saved("AVIF", "RGB", 64)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_too_many_pixels_is_told_before_it_is_unpacked(name: str) -> None:
    if name.endswith("avif") and not features.check("avif"):
        pytest.skip("Pillow without AVIF")
    blob = PICTURES[name]()
    assert len(blob) < decoding.MAX_BYTES
    _refused(lambda: photo.read(blob), "picture_pixels")


@pytest.mark.parametrize("form", ["FLAC", "OGG"])
def test_a_sound_of_hours_of_nothing_is_told(form: str) -> None:
    soundfile = pytest.importorskip("soundfile")
    out = io.BytesIO()
    with soundfile.SoundFile(out, "w", 8000, 1, format=form) as file:
        for _ in range(files.MOST_SECONDS + 60):  # its writer of OGG breaks down over minutes at once
            file.write(np.zeros(8000, np.int16))
    assert len(out.getvalue()) < 2**20
    _refused(lambda: files.read(out.getvalue()), "sound_long")


def _refused(read: Callable[[], object], key: str) -> None:
    tracemalloc.start()
    began = time.process_time()
    try:
        with pytest.raises(UserError) as told:
            read()
        assert told.value.key == key
        assert time.process_time() - began < SECONDS
        assert tracemalloc.get_traced_memory()[1] < MEGABYTES * 2**20
    finally:
        tracemalloc.stop()
