"""Photos in and out: every layout, every orientation, what came with the file, the proof, and masks."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from ganapp.base.errors import UserError
from ganapp.pictures import images, masks, photo, photo_file
from ganapp.pictures.photo import Origin, Photo
from tests.pictures.test_images import levels, saved

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def tagged(orientation: int = 1, place: bool = True) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Maker"
    exif[0x8769] = {0x9003: "2026:01:02 03:04:05", 0xA002: 5, 0xA003: 7}
    if place:
        exif[0x8825] = {1: "N", 2: (51.0, 28.0, 38.0)}
    return exif


def again(shot: Photo, form: str = "lossless", keep_gps: bool = False) -> Photo:
    return photo.read(photo_file.encode(shot, form, keep_gps).blob)


CASES: list[tuple[str, str, str]] = [
    ("L", "PNG", "L"), ("1", "PNG", "L"), ("LA", "PNG", "LA"), ("P", "PNG", "RGB"), ("RGB", "PNG", "RGB"), ("RGBA", "PNG", "RGBA"),
    ("L", "JPEG", "L"), ("RGB", "JPEG", "RGB"), ("RGB", "WEBP", "RGB"), ("RGBA", "WEBP", "RGBA"), ("P", "GIF", "RGB"),
]  # fmt: skip


@pytest.mark.parametrize(("mode", "kind", "layout"), CASES)
def test_every_level_comes_back(mode: str, kind: str, layout: str) -> None:
    image = Image.fromarray(levels(23, 31, 4)).convert("RGB" if mode in ("P", "1", "L", "RGB") else "RGBA").convert(mode)
    blob = saved(image, kind)
    shot = photo.read(blob)
    assert shot.layout == layout
    shown = np.asarray(Image.open(io.BytesIO(blob)).convert(layout)).reshape(23, 31, -1)
    assert np.array_equal(shot.pixels, shown)
    assert np.array_equal(again(shot).pixels, shown)


def by_hand(samples: np.ndarray, colour: int, filtered: int) -> bytes:
    """A PNG of 16 bits by another road: filter 0 (none), 1 (left) or 4 (Paeth), bytes one at a time."""
    h, w, c = samples.shape
    raw = samples.astype(">u2").tobytes()
    size, row = 2 * c, 2 * c * w
    out = bytearray()
    for y in range(h):
        out.append(filtered)
        for x in range(row):
            a = raw[y * row + x - size] if x >= size else 0
            b = raw[(y - 1) * row + x] if y else 0
            d = raw[(y - 1) * row + x - size] if y and x >= size else 0
            p = a + b - d
            paeth = min((a, b, d), key=lambda v: abs(p - v))
            out.append((raw[y * row + x] - {0: 0, 1: a, 4: paeth}[filtered]) % 256)
    chunk = photo_file._chunk
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 16, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(out))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("filtered", [0, 1, 4])
@pytest.mark.parametrize(("layout", "colour"), [("L", 0), ("RGB", 2), ("LA", 4), ("RGBA", 6)])
def test_sixteen_bits_keep_all_of_them(layout: str, colour: int, filtered: int) -> None:
    samples = np.random.default_rng(1).integers(0, 65536, (9, 13, photo.LAYOUTS[layout]), np.uint16)
    shot = photo.read(by_hand(samples, colour, filtered))
    assert shot.layout == layout
    assert np.array_equal(shot.pixels, samples)
    assert np.array_equal(again(shot).pixels, samples)
    high = np.asarray(Image.open(io.BytesIO(photo_file.encode(shot).blob)).convert("RGBA"))  # and PIL reads the file too
    assert np.abs(high[..., 3].astype(int) - (samples[..., -1] >> 8 if layout in ("LA", "RGBA") else 255)).max() <= 1


def test_cmyk_comes_back_as_cmyk() -> None:
    image = Image.fromarray(levels(16, 24, 4), "CMYK")
    shot = photo.read(saved(image, "JPEG", quality=95))
    assert shot.layout == "CMYK"
    file = photo_file.encode(shot)
    back = Image.open(io.BytesIO(file.blob))
    assert (file.ending, back.mode) == ("tif", "CMYK")
    assert np.array_equal(np.asarray(back), shot.pixels)
    assert again(shot, "jpeg").layout == "CMYK"


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["lossless", "jpeg"])
def test_orientation_is_applied_once_and_said_so(orientation: int, form: str) -> None:
    noise = levels(6, 10, 3)
    smooth = np.asarray(Image.fromarray(noise).resize((80, 48), Image.Resampling.BICUBIC))
    blob = saved(Image.fromarray(smooth), "JPEG", quality=98, exif=tagged(orientation))
    shot = photo.read(blob)
    from PIL import ImageOps

    shown = ImageOps.exif_transpose(Image.open(io.BytesIO(blob)))
    assert (shot.width, shot.height) == shown.size == ((80, 48) if orientation < 5 else (48, 80))
    assert np.array_equal(shot.pixels, np.asarray(shown))
    file = photo_file.encode(shot, form)
    back = Image.open(io.BytesIO(file.blob))
    assert back.getexif()[0x0112] == 1
    assert back.size == shown.size
    assert np.abs(photo.read(file.blob).pixels.astype(int) - np.asarray(shown).astype(int)).max() <= (0 if form == "lossless" else 24)


@pytest.mark.parametrize(("kind", "form"), [("JPEG", "jpeg"), ("JPEG", "lossless"), ("PNG", "lossless"), ("WEBP", "lossless")])
def test_what_came_with_the_file_goes_back_and_the_place_only_on_request(kind: str, form: str) -> None:
    image = Image.fromarray(levels(7, 5, 3))
    shot = photo.read(saved(image, kind, exif=tagged(), icc_profile=SRGB, **({} if kind == "WEBP" else {"dpi": (300, 300)})))
    for keep in (False, True):
        back = Image.open(io.BytesIO(photo_file.encode(shot, form, keep).blob))
        exif = back.getexif()
        assert exif[0x010F] == "Maker"
        assert exif.get_ifd(0x8769)[0x9003] == "2026:01:02 03:04:05"
        assert bool(exif.get_ifd(0x8825)) is keep
        assert back.info["icc_profile"] == SRGB
        if kind != "WEBP":
            assert back.info["dpi"] == pytest.approx((300, 300), abs=0.1)


@pytest.mark.parametrize("layout", ["L", "LA", "RGB", "RGBA"])
def test_a_large_photo_is_written_in_bands(layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_file, "LARGE", 100)
    monkeypatch.setattr(photo_file, "BAND", 4)
    flat = levels(11, 13, photo.LAYOUTS[layout])
    flat[3:7] = 9
    shot = Photo(flat, layout, Origin(icc=SRGB, exif=tagged(6).tobytes(), dpi=(72.0, 72.0)))
    back = Image.open(io.BytesIO(photo_file.encode(shot).blob))
    assert np.array_equal(np.asarray(back).reshape(flat.shape), flat)
    assert (back.mode, back.info["icc_profile"], back.getexif()[0x0112]) == (layout, SRGB, 1)


def test_sixteen_bits_keep_profile_and_tags() -> None:
    shot = Photo(np.zeros((4, 5, 3), np.uint16), "RGB", Origin(icc=SRGB, exif=tagged(6).tobytes(), dpi=(72.0, 72.0)))
    back = Image.open(io.BytesIO(photo_file.encode(shot).blob))
    assert back.info["icc_profile"] == SRGB
    assert back.getexif()[0x0112] == 1
    assert not back.getexif().get_ifd(0x8825)
    assert back.info["dpi"] == pytest.approx((72, 72), abs=0.1)


PACKET = b'<x:xmpmeta><rdf:Description tiff:Orientation="6" exif:GPSLatitude="51"/></x:xmpmeta>'


def test_xmp_is_upright_and_tells_no_place() -> None:
    plain = PACKET.replace(b' exif:GPSLatitude="51"', b"")
    upright = {each: each.replace(b'"6"', b'"1"') for each in (PACKET, plain)}
    for packet, keep, expected in [(PACKET, False, b""), (PACKET, True, upright[PACKET]), (plain, False, upright[plain])]:
        for dtype, form in [(np.uint8, "lossless"), (np.uint16, "lossless"), (np.uint8, "jpeg")]:
            shot = Photo(np.zeros((8, 8, 3), dtype), "RGB", Origin(xmp=packet))
            assert photo.read(photo_file.encode(shot, form, keep).blob).origin.xmp == expected


@pytest.mark.parametrize(("quality", "subsampling"), [(60, 2), (88, 1), (97, 0)])
def test_a_jpeg_is_written_with_its_own_tables(quality: int, subsampling: int) -> None:
    blob = saved(Image.fromarray(levels(40, 40, 3)), "JPEG", quality=quality, subsampling=subsampling)
    before, after = photo.read(blob).origin, again(photo.read(blob), "jpeg").origin
    assert after.tables == before.tables
    assert after.sampling == before.sampling == subsampling


def test_jpeg_holds_no_transparency() -> None:
    see_through = Photo(np.zeros((4, 4, 4), np.uint8), "RGBA")
    with pytest.raises(UserError) as refused:
        photo_file.encode(see_through, "jpeg")
    assert refused.value.key == "jpeg_alpha"
    opaque = Photo(np.full((4, 4, 4), 255, np.uint8), "RGBA")
    assert again(opaque, "jpeg").layout == "RGB"


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (20, 20_000), (33, 17)])
def test_any_size(shape: tuple[int, int]) -> None:
    shot = photo.read(saved(Image.fromarray(levels(*shape, 3))))
    assert np.array_equal(again(shot).pixels, shot.pixels)
    assert photo_file.compare(shot, again(shot), np.zeros(shape, bool)) == photo_file.Proof(shape[0] * shape[1], 0, 0.0)


def test_refusals() -> None:
    whole = saved(Image.fromarray(levels(64, 64, 3)), "JPEG")
    frames = [Image.fromarray(levels(8, 8, seed=seed)) for seed in range(3)]
    deep = by_hand(np.zeros((64, 64, 3), np.uint16), 2, 0)
    for blob, key in [
        (whole[: len(whole) // 2], "picture_broken"), (deep[: len(deep) // 2], "picture_broken"), (b"no", "not_a_picture"),
        (images.gif(frames), "picture_animated"),
    ]:  # fmt: skip
        with pytest.raises(UserError) as refused:
            photo.read(blob)
        assert refused.value.key == key


def random_photo(layout: str, dtype: Any = np.uint8, shape: tuple[int, int] = (40, 50)) -> Photo:
    full = int(np.iinfo(dtype).max) + 1
    return Photo(np.random.default_rng(3).integers(0, full, (*shape, photo.LAYOUTS[layout]), dtype), layout)


@pytest.mark.parametrize(("layout", "dtype"), [(each, np.uint8) for each in photo.LAYOUTS] + [("RGB", np.uint16), ("LA", np.uint16)])
def test_laying_changes_what_is_marked_and_alpha_never(layout: str, dtype: Any) -> None:
    shot = random_photo(layout, dtype)
    before = shot.pixels.copy()
    where = np.random.default_rng(4).random((10, 12)) < 0.5
    shot.lay(5, 7, np.full((10, 12, 3), 0.25, np.float32), where)
    marked = np.zeros((40, 50), bool)
    marked[5:15, 7:19] = where
    assert photo_file.compare(Photo(before, layout), shot, marked).changed == 0
    assert photo_file.compare(Photo(before, layout), shot, np.zeros_like(marked)).changed > 0.9 * where.sum()
    if layout in ("LA", "RGBA"):
        assert np.array_equal(shot.pixels[..., -1], before[..., -1])
    if layout != "CMYK":
        assert shot.colours(5, 7, 10, 12)[where] == pytest.approx(0.25, abs=0.003)


def test_compare_finds_a_single_pixel() -> None:
    one, two = random_photo("RGB", shape=(700, 30)), random_photo("RGB", shape=(700, 30))
    two.pixels[600, 20, 1] ^= 4
    marked = np.zeros((700, 30), bool)
    assert photo_file.compare(one, two, marked) == photo_file.Proof(21_000, 1, pytest.approx(4 / 255))
    marked[600, 20] = True
    assert photo_file.compare(one, two, marked) == photo_file.Proof(20_999, 0, 0.0)


def test_masks_by_light_and_by_transparency() -> None:
    marks = np.zeros((30, 40), bool)
    marks[10:20, 5:9] = True
    grey = saved(Image.fromarray(marks.astype(np.uint8) * 255))
    rgba = np.zeros((30, 40, 4), np.uint8)
    rgba[marks] = (9, 9, 9, 255)  # a dark pen on nothing, as a layer of an editor has it
    for blob in (grey, saved(Image.fromarray(rgba))):
        assert np.array_equal(masks.read(blob, 40, 30), marks)
    double = masks.read(grey, 80, 60)
    assert double.shape == (60, 80)
    assert np.array_equal(double[1::2, 1::2], marks)
    with pytest.raises(UserError) as refused:
        masks.read(grey, 40, 60)
    assert refused.value.key == "mask_shape"
