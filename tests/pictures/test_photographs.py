"""The files that phones, scanners and new browsers write: HEIC, AVIF, TIFF and BMP, through the border as all others."""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
import pytest
from PIL import Image, features

from ganapp.base.errors import UserError
from ganapp.pictures import containers, images, isobmff, photo, photo_file, tags
from tests.pictures.test_images import saved
from tests.pictures.test_photo import SRGB
from tests.support import turned

pytest.importorskip("pillow_heif")


def heic(image: Image.Image, **how: Any) -> bytes:
    """As phones write it: the turn that EXIF says is in the boxes too."""
    from pillow_heif import register_heif_opener

    register_heif_opener()
    return saved(image, "HEIF", quality=-1, chroma=444, **how)


def exif(turn: int = 1) -> bytes:
    said = Image.Exif()
    said[tags.ORIENTATION], said[0x010F] = turn, "Maker"
    said[tags.GPS] = {1: "N", 2: (51.0, 28.0, 38.0)}
    return said.tobytes()


def written(kind: str, turn: int = 1) -> bytes:
    image = Image.fromarray(turned.stored())
    if kind == "HEIF":
        return heic(image, exif=exif(turn), icc_profile=SRGB)
    how: dict[str, Any] = {"quality": 100, "subsampling": "4:4:4"} if kind == "AVIF" else {}
    return saved(image, kind, **how) if kind == "BMP" else saved(image, kind, exif=exif(turn), icc_profile=SRGB, **how)


KINDS = [
    "HEIF",
    pytest.param("AVIF", marks=pytest.mark.skipif(not features.check("avif"), reason="Pillow without AVIF")),
    "TIFF",
    "BMP",
]


@pytest.mark.parametrize("kind", KINDS)
def test_pixels_and_all_that_came_with_them(kind: str) -> None:
    shot = photo.read(written(kind))
    assert shot.origin.kind == kind
    assert np.abs(shot.pixels.astype(int) - turned.stored()).max() <= (8 if kind in ("HEIF", "AVIF") else 0)
    if kind == "BMP":
        return
    assert shot.origin.icc == SRGB
    said = photo.exif(shot, keep_gps=True)
    assert said is not None
    assert said[0x010F] == "Maker"
    assert said.get_ifd(tags.GPS)[1] == "N"
    out = Image.open(io.BytesIO(photo_file.encode(shot).blob))
    assert out.info["icc_profile"] == SRGB
    assert out.getexif()[0x010F] == "Maker"
    assert not out.getexif().get_ifd(tags.GPS)


@pytest.mark.parametrize("kind", KINDS[:3])
@pytest.mark.parametrize("turn", range(1, 9))
def test_photos_are_turned_upright_once(kind: str, turn: int) -> None:
    shot = photo.read(written(kind, turn))
    upright = photo.read(turned.jpeg(turned.E + turned.tiff(value=turn)))
    assert shot.pixels.shape == upright.pixels.shape
    assert np.abs(shot.pixels.astype(int) - upright.pixels).mean() < 4
    said = photo.exif(shot)
    assert said is not None
    assert said.get(tags.ORIENTATION, 1) == 1


def test_scans_keep_their_kind_of_pixels() -> None:
    grey = np.arange(35, dtype=np.uint16).reshape(5, 7) * 1800
    deep = photo.read(saved(Image.fromarray(grey), "TIFF"))
    assert (deep.layout, deep.full) == ("L", 65535)
    assert (deep.pixels[..., 0] == grey).all()
    ink = np.arange(140, dtype=np.uint8).reshape(5, 7, 4)
    assert (photo.read(saved(Image.fromarray(ink, "CMYK"), "TIFF")).pixels == ink).all()
    black = photo.read(saved(Image.fromarray(np.eye(9, dtype=np.uint8) * 255).convert("1"), "TIFF", compression="group4"))
    assert (black.pixels[..., 0] == np.eye(9) * 255).all()


def test_of_several_pages_the_first() -> None:
    pages = [Image.new("L", (6, 4), level) for level in (10, 200)]
    assert (photo.read(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])).pixels == 10).all()


def test_what_is_refused() -> None:
    floating = saved(Image.fromarray(np.ones((4, 5), np.float32)), "TIFF")
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    moving = saved(frames[0], "AVIF", save_all=True, append_images=frames[1:])
    for blob, key in ((floating, "picture_floating"), (moving, "picture_animated"), (b"\0\0\0\x18ftypheic" + bytes(80), "picture_broken")):
        with pytest.raises(UserError) as refused:
            images.read(blob)
        assert refused.value.key == key


def test_without_the_package_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(UserError) as refused:
        photo.read(written("HEIF"))
    assert refused.value.key == "picture_heif_missing"


def resized(blob: bytes, side: int) -> bytes:
    """A HEIC or AVIF whose boxes say another size than its samples."""
    place = blob.index(b"ispe\0\0\0\0") + 8
    return blob[:place] + struct.pack(">II", side, side) + blob[place + 8 :]


@pytest.mark.parametrize("kind", KINDS[:2])
def test_sizes_are_read_before_anything_is_unpacked(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_heif", "_avif"):
        monkeypatch.setattr(isobmff, name, lambda _: pytest.fail("unpacked"))
    item = b"infe\2\0\0\0\0\1\0\0"
    packed = written(kind).replace(item + (b"hvc1" if kind == "HEIF" else b"av01"), item + b"unci")
    for blob, key in (
        (resized(written(kind), 20_000), "picture_pixels"),
        (packed, "picture_broken"),
    ):
        with pytest.raises(UserError) as refused:
            photo.read(blob)
        assert refused.value.key == key


def test_the_size_in_the_samples_counts_too() -> None:
    """The boxes may say less than the decoder would take memory for."""
    blob = heic(Image.new("RGB", (2048, 1024)))
    place = blob.index(b"hvcC")
    size = int.from_bytes(blob[place - 4 : place], "big")
    assert list(isobmff._coded(blob[place + 4 : place - 4 + size])) == [2048 * 1024]
    with pytest.raises(UserError) as refused:
        photo.read(resized(blob, 64), max_pixels=500_000)
    assert refused.value.key == "picture_pixels"


def test_directories_that_name_the_same_bytes_again_and_again() -> None:
    blob = saved(Image.new("RGB", (8, 8)), "TIFF")
    fields = b"".join(struct.pack("<HHII", 40_000 + n, 7, 60_000, 8) for n in range(5_000))
    harmful = b"II*\0\x08\0\0\0" + struct.pack("<H", 5_000) + fields + bytes(60_000)
    assert containers.sound(blob)
    assert not containers.sound(harmful)
    with pytest.raises(UserError) as refused:
        photo.read(harmful)
    assert refused.value.key == "picture_broken"
