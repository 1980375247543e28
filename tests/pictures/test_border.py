"""The one border of pictures: what other programs write is taken, what came with the pixels comes back, and nothing absurd is passed on."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.pictures import containers, images, masks, photo, photo_file, profiles, tags
from ganapp.pictures.photo import Origin, Photo
from tests.pictures.test_images import levels, saved
from tests.pictures.test_photo import SRGB
from tests.support import tinymodel, turned

FORMS = ("lossless", "jpeg", "webp")


def written(shot: Photo, form: str, keep_gps: bool = False) -> photo_file.File:
    return photo_file.encode_new(shot, form, 90, keep_gps) if form == "webp" else photo_file.encode(shot, form, keep_gps)


def refusal(act: Any) -> str:
    with pytest.raises(UserError) as refused:
        act()
    assert refused.value.sentence("zh")
    return refused.value.key


# --- inks


def inked(**how: Any) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x0112] = 6
    exif[0x8769] = {0x9003: "2026:01:02 03:04:05", 0xA002: 24, 0xA003: 16}
    exif[0x8825] = {1: "N", 2: (51.0, 28.0, 38.0)}
    exif[258] = (1, 2)  # what says how pixels lie is the file's own
    return saved(Image.fromarray(levels(300, 24, 4), "CMYK"), "JPEG", quality=95, exif=exif, dpi=(300, 300), **how)


@pytest.mark.parametrize("keep_gps", [False, True])
def test_inks_come_back_as_tiff_with_all_tags(keep_gps: bool) -> None:
    shot = photo.read(inked(icc_profile=b"\0" * 16 + b"CMYK" + b"\0" * 108))
    file = photo_file.encode(shot, keep_gps=keep_gps)
    assert file.ending == "tif"
    back: Any = Image.open(io.BytesIO(file.blob))
    assert (back.mode, back.size, back.info["icc_profile"][16:20]) == ("CMYK", (300, 24), b"CMYK")
    assert np.array_equal(np.asarray(back), shot.pixels)
    assert np.array_equal(photo_file.decode(file).pixels, shot.pixels)
    exif = back.getexif()
    assert (exif[0x010F], exif[0x0112], exif.get_ifd(0x8769)[0x9003]) == ("Maker", 1, "2026:01:02 03:04:05")
    assert (exif.get_ifd(0x8769)[0xA002], exif.get_ifd(0x8769)[0xA003]) == (300, 24)
    assert bool(exif.get_ifd(0x8825)) is keep_gps
    assert back.info["dpi"] == (300, 300)


@pytest.mark.parametrize("task", ["repair", "upscale", "stylize"])
def test_every_trade_gives_inks_back(task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ganapp.tasks import repair, stylize, upscale

    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    tinymodel.inpainter(tmp_path / "models" / "tinyrepair")
    tinymodel.upscalers(tmp_path / "models")
    tinymodel.stylizers(tmp_path / "models")
    picture = images.data_uri(inked())
    result: Any
    if task == "repair":
        marks = np.zeros((24, 300), np.uint8)
        marks[5:9, 5:9] = 1
        result = repair.run(repair.Request(picture=picture, mask=images.data_uri(saved(Image.fromarray(marks))), model="tinyrepair"))
        assert (result.marked, result.outside_changed) == (16, 0)
    elif task == "upscale":
        result = upscale.run(upscale.Request(picture=picture, factor=2))
    else:
        result = stylize.run(stylize.Request(picture=picture, style="great-wave"))
    back = Image.open(io.BytesIO(result.file.blob))
    assert (result.file.ending, back.mode) == ("tif", "CMYK")
    assert back.getexif().get_ifd(0x8769)[0x9003] == "2026:01:02 03:04:05"


# --- resolution


@pytest.mark.parametrize("dots", [(4294967295, 1), (0, 1), (1, 0), (0, 0), (1, 4294967295)])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mode", ["RGB", "CMYK"])
def test_an_absurd_resolution_is_dropped(dots: tuple[int, int], form: str, mode: str) -> None:
    entries = struct.pack("<HHII", 0x010F, 2, 4, 0x4D4D4D) + b"".join(
        struct.pack("<HHII", tag, 5, 1, 8 + 2 + 36 + 4) for tag in (0x011A, 0x011B)
    )
    exif = b"II*\0" + struct.pack("<IH", 8, 3) + entries + bytes(4) + struct.pack("<II", *dots)
    whole = saved(Image.fromarray(levels(8, 9, len(mode)), mode), "JPEG")
    blob = whole[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 8) + turned.E + exif + whole[2:]
    file = written(photo.read(blob), form)
    back = Image.open(io.BytesIO(file.blob))
    held = back.getexif()
    assert held[0x010F] == "MMM"
    assert {0x011A, 0x011B}.isdisjoint(held.keys())
    assert back.info.get("dpi") in (None, (72, 72), (1, 1))  # (1, 1): what PIL says of a TIFF that says nothing


@pytest.mark.parametrize("dpi", [(float("nan"), 72.0), (72.0, float("inf")), (0.0, 0.0), (-1.0, 72.0), ("a", "b"), 72, None])
def test_no_number_of_dots_is_taken_that_is_none(dpi: object) -> None:
    assert tags.dots(dpi) is None
    assert tags.dots((300, 72.5)) == (300.0, 72.5)


# --- profiles and texts of PNG


def big_profile() -> bytes:
    """A valid profile of 1.5 MB: sRGB with something after it."""
    noise = np.random.default_rng(0).bytes(1_500_000)
    return struct.pack(">I", len(SRGB) + len(noise)) + SRGB[4:] + noise


@pytest.mark.parametrize("form", FORMS)
def test_a_large_profile_is_kept_and_read_again(form: str) -> None:
    profile = big_profile()
    blob = turned.png(turned.chunk(b"iCCP", b"name\0\0" + zlib.compress(profile)))
    shot = photo.read(blob)
    assert shot.origin.icc == profile
    assert photo.read(written(shot, form).blob).origin.icc == profile
    assert images.read(blob).icc == profile


TEXTS = {
    "zTXt": b"workflow\0\0" + zlib.compress(b"{" + b" " * 3_000_000 + b"}"),
    "iTXt": b"prompt\0\1\0\0\0" + zlib.compress(b"node " * 700_000),
    "tEXt": b"parameters\0" + b"x" * 2_000_000,
    "broken": b"zTXt\0\0not packed at all",
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("late", [False, True])
def test_long_texts_are_no_obstacle(name: str, late: bool) -> None:
    kind = b"zTXt" if name == "broken" else name.encode()
    profile = turned.chunk(b"iCCP", b"name\0\0" + zlib.compress(SRGB))
    recipe = turned.chunk(b"tEXt", b'likeness\0{"task":"sample"}')
    text = turned.chunk(kind, TEXTS[name])
    blob = turned.png(recipe, profile, *([] if late else [text] * 3))
    if late:
        blob = blob[:-12] + text + blob[-12:]
    shot = photo.read(blob)
    assert np.array_equal(shot.pixels, turned.stored())
    assert shot.origin.icc == SRGB
    assert images.recipe_in(blob) == {"task": "sample"}


def test_what_the_app_writes_it_reads_again() -> None:
    long = {"task": "sample", "latent": [0.123456789] * 200_000}
    blob = images.png(Image.fromarray(levels(8, 8, 3)), long, big_profile())
    assert images.recipe_in(blob) == long
    assert np.array_equal(np.round(images.read(blob).colours * 255), levels(8, 8, 3))


# --- transparency of PNG


def keyed(samples: np.ndarray, depth: int, colour: int, key: bytes, *before: bytes) -> bytes:
    """A PNG of samples (h, w, c) with depth bits each and a tRNS, after other chunks."""
    h, w, c = samples.shape
    if depth == 16:
        rows = samples.astype(">u2").view(np.uint8).reshape(h, -1)
    elif depth == 8:
        rows = samples.astype(np.uint8).reshape(h, -1)
    else:
        bits = np.unpackbits(samples.astype(np.uint8)[..., 0, None], axis=2)[..., 8 - depth :]
        rows = np.packbits(bits.reshape(h, -1), axis=1)
    packed = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    head = turned.chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, colour, 0, 0, 0))
    return (
        containers.PNG + head + b"".join(before) + turned.chunk(b"tRNS", key) + turned.chunk(b"IDAT", packed) + turned.chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("depth", "colour"), [(1, 0), (2, 0), (4, 0), (8, 0), (16, 0), (8, 2), (16, 2)])
@pytest.mark.parametrize("far", [False, True])
def test_what_a_png_calls_clear_is_clear(depth: int, colour: int, far: bool) -> None:
    channels = 1 if colour == 0 else 3
    samples = np.random.default_rng(depth).integers(0, 2**depth, (8, 16, channels))
    if depth == 16:
        samples[3] = samples[2] ^ 1  # differs from the key in its lowest bit alone
    key = samples[2, 5].astype(">u2").tobytes()
    blob = keyed(samples, depth, colour, key, *([turned.chunk(b"tEXt", b"a\0" + b"b" * 6000)] if far else []))
    shot = photo.read(blob)
    clear = (samples == samples[2, 5]).all(axis=2)
    assert (shot.pixels.dtype, shot.layout) == (np.uint16 if depth == 16 else np.uint8, "LA" if colour == 0 else "RGBA")
    assert np.array_equal(shot.pixels[..., -1] == 0, clear)
    assert np.array_equal(shot.pixels[..., :-1], samples * 255 // (2**depth - 1) if depth < 8 else samples)
    assert np.array_equal(photo.read(photo_file.encode(shot).blob).pixels, shot.pixels)
    alpha = images.read(blob).alpha
    assert alpha is not None
    assert np.array_equal(alpha == 0, clear)
    assert refusal(lambda: photo_file.encode(shot, "jpeg")) == "jpeg_alpha"


# --- what colours mean


def gamma(value: float) -> bytes:
    return turned.chunk(b"gAMA", struct.pack(">I", round(value * 100_000)))


def corners(*xy: float) -> bytes:
    return turned.chunk(b"cHRM", struct.pack(">8I", *(round(each * 100_000) for each in xy)))


P3 = profiles.PRIMARIES[12]
MEANINGS = {
    "linear": [gamma(1.0)],
    "2.2": [gamma(1 / 2.2)],
    "wide": [gamma(1 / 1.8), corners(*P3)],
    "cicp-p3": [turned.chunk(b"cICP", bytes((12, 13, 0, 1)))],
    "cicp-2020": [turned.chunk(b"cICP", bytes((9, 1, 0, 1)))],
    "cicp-pq": [turned.chunk(b"cICP", bytes((9, 16, 0, 1))), turned.chunk(b"cLLI", bytes(8))],
    "srgb": [turned.chunk(b"sRGB", b"\0"), gamma(0.45455)],
}


def shown(image: Image.Image) -> np.ndarray:
    """What a colour-managed viewer shows, in sRGB."""
    held = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    mode = "L" if image.mode == "L" else "RGB"
    return np.asarray(ImageCms.profileToProfile(image.convert(mode), held, ImageCms.createProfile("sRGB"), outputMode="RGB"), np.float64)


def expected(pixels: np.ndarray, exponent: float, xy: tuple[float, ...]) -> np.ndarray:
    """The same by the arithmetic of the PNG standard: samples to the power, primaries to XYZ, XYZ to sRGB."""

    def axes(at: tuple[float, ...]) -> np.ndarray:
        x, y = np.array(at[::2]), np.array(at[1::2])
        xyz = np.stack([x / y, np.ones(4), (1 - x - y) / y])
        return xyz[:, 1:] * np.linalg.solve(xyz[:, 1:], xyz[:, 0])

    light = (pixels / 255) ** exponent @ (np.linalg.inv(axes(profiles.SRGB)) @ axes(xy)).T
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055) * 255


@pytest.mark.parametrize("name", MEANINGS)
@pytest.mark.parametrize("large", [False, True])
def test_chunks_of_colour_come_back_in_a_png(name: str, large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_file, "LARGE", 100 if large else 10**9)
    blob = photo_file.encode(photo.read(turned.png(*MEANINGS[name]))).blob
    assert all(chunk in blob[: blob.index(b"IDAT")] for chunk in MEANINGS[name])
    assert Image.open(io.BytesIO(blob)).size == (60, 40)


@pytest.mark.parametrize(("name", "exponent", "xy"), [("linear", 1, profiles.SRGB), ("2.2", 2.2, profiles.SRGB), ("wide", 1.8, P3)])
@pytest.mark.parametrize("form", ["jpeg", "webp"])
def test_other_forms_get_a_profile_that_shows_the_same(name: str, exponent: float, xy: tuple[float, ...], form: str) -> None:
    back = Image.open(io.BytesIO(written(photo.read(turned.png(*MEANINGS[name])), form).blob))
    pixels = np.asarray(back)
    assert np.abs(shown(back) - expected(pixels, exponent, xy)).max() < 2.5


def test_numbers_of_cicp_are_the_profiles_they_name() -> None:
    icc = profiles.of_chunks(((b"cICP", bytes((12, 13, 0, 1))),), "RGB")
    image = Image.fromarray(np.array([[[234, 51, 35], [255, 255, 255], [117, 251, 76]]], np.uint8))  # sRGB red and green, in Display P3
    image.info["icc_profile"] = icc
    assert np.abs(shown(image) - [[255, 0, 0], [255, 255, 255], [0, 255, 0]]).max() < 4
    for chunks in (
        (b"cICP", bytes((9, 16, 0, 1))),
        (b"cICP", bytes((1, 13, 0, 1))),
        (b"gAMA", bytes(4)),
        (b"cHRM", bytes(32)),
        (b"sRGB", b"\0"),
    ):
        assert profiles.of_chunks((chunks,), "RGB") == b""


def grey_profile(exponent: float = 1.8) -> bytes:
    return profiles.of_chunks(((b"gAMA", struct.pack(">I", round(100_000 / exponent))),), "L")


@pytest.mark.parametrize("form", FORMS)
def test_no_file_of_colours_has_a_grey_profile(form: str) -> None:
    blob = saved(Image.fromarray(levels(8, 9)), "JPEG", icc_profile=grey_profile())
    shot = photo.read(blob)
    coloured = Photo(np.repeat(shot.pixels, 3, axis=2), "RGB", shot.origin)
    for each in (shot, coloured):
        back = Image.open(io.BytesIO(written(each, form).blob))
        space = {"L": b"GRAY", "RGB": b"RGB "}[back.mode]
        assert back.info["icc_profile"][16:20] == space
        if back.mode == "RGB":  # and it shows the greys that the grey one did
            assert np.abs(shown(back) - expected(np.asarray(back), 1.8, profiles.SRGB)).max() < 2.5
    strange = Photo(coloured.pixels, "RGB", Origin(icc=b"\0" * 16 + b"GRAY" + b"\0" * 108))
    assert "icc_profile" not in Image.open(io.BytesIO(written(strange, form).blob)).info


# --- places

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"'
RDF += ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
RDF += ' xmlns:c="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"'
PLACES = {
    "attribute": 'photoshop:City="Secretown" tiff:Orientation="6">',
    "country": 'photoshop:Country="Secretown">',
    "state": 'photoshop:State="Secretown">',
    "element": "><photoshop:City>Secretown</photoshop:City>",
    "location": "><c:Location>Secretown</c:Location><c:CountryCode>SE</c:CountryCode>",
    "nested": "><e:LocationShown><rdf:Bag><rdf:li e:City='Secretown'/></rdf:Bag></e:LocationShown>",
    "created": "><e:LocationCreated rdf:parseType='Resource'><e:Sublocation>Secretown</e:Sublocation></e:LocationCreated>",
    "gps": 'exif:GPSLatitude="Secretown">',
    "gps-upper": 'exif:GPSLATITUDE="Secretown">',
    "degrees": 'xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#" geo:lat="Secretown" geo:long="Secretown">',
    "coverage": "><dc:coverage>Secretown</dc:coverage>",
}


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("form", FORMS)
def test_the_place_in_xmp_goes_and_the_rest_stays(name: str, codec: str, form: str) -> None:
    title = "<dc:title>Kept &amp; true</dc:title>"
    packet = (
        f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {RDF}>'
        f'<rdf:Description rdf:about="" {PLACES[name]}{title}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode(codec)
    shot = Photo(np.zeros((8, 8, 3), np.uint8), "RGB", Origin(xmp=packet))
    for keep in (False, True):
        back = photo.read(written(shot, form, keep).blob).origin.xmp
        assert (b"Secretown" in back) is keep
        assert title.encode() in back
        assert b'tiff:Orientation="6"' not in back


def test_xmp_that_cannot_be_taken_apart_goes_with_its_place() -> None:
    for packet in (
        b"<x><City>Secretown",
        b'<!DOCTYPE a [<!ENTITY b "c">]><x City="Secretown"/>',
        b'<x City="Secretown"/>' + b" " * 2_000_000,
    ):
        assert tags.xmp(packet, keep_gps=False) == b""
        assert b"Secretown" in tags.xmp(packet, keep_gps=True)
    assert tags.xmp(b"<x>plain", keep_gps=False) == b"<x>plain"
    assert b"old" not in tags.xmp(b'<x xmlns:xmp="u"><xmp:Thumbnails>old</xmp:Thumbnails><xmp:Label>a</xmp:Label></x>', keep_gps=True)


def test_packets_inside_exif_go() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x83BB] = b"Secretown"
    exif[0x02BC] = b'<x City="Secretown" tiff:Orientation="6"/>'
    shot = photo.read(saved(Image.fromarray(levels(8, 9, 3)), "JPEG", exif=exif))
    blob = photo_file.encode(shot).blob
    assert b"Secretown" not in blob
    assert Image.open(io.BytesIO(blob)).getexif()[0x010F] == "Maker"


# --- masks

MARKS = np.zeros((20, 30), bool)
MARKS[5:12, 8:20] = True


def painted(marked: tuple[int, ...], rest: tuple[int, ...]) -> bytes:
    return saved(Image.fromarray(np.where(MARKS[..., None], marked, rest).astype(np.uint8)))


TAKEN = {
    "0 and 1": saved(Image.fromarray(MARKS.astype(np.uint8))),
    "0 and 1 in 16 bits": saved(Image.fromarray(MARKS.astype(np.uint16))),
    "0 and 255 in 16 bits": saved(Image.fromarray(MARKS.astype(np.uint16) * 255)),
    "16 bits": saved(Image.fromarray(MARKS.astype(np.uint16) * 65535)),
    "one bit": saved(Image.fromarray(MARKS)),
    "red on black": painted((255, 0, 0), (0, 0, 0)),
    "blue on black": painted((0, 0, 255), (0, 0, 0)),
    "dark red on black": painted((128, 0, 0), (0, 0, 0)),
    "dark green on black": painted((0, 90, 0), (0, 0, 0)),
    "a red JPEG": saved(
        Image.fromarray(np.where(MARKS[..., None], (255, 0, 0), (0, 0, 0)).astype(np.uint8)), "JPEG", quality=98, subsampling=0
    ),
    "pen on nothing": painted((9, 9, 9, 255), (0, 0, 0, 0)),
}
UNCLEAR = {
    "red on white": painted((255, 0, 0), (255, 255, 255)),
    "three dark levels": saved(Image.fromarray((MARKS.astype(np.uint8) + (np.arange(30) > 15)).astype(np.uint8))),
    "all the same": saved(Image.fromarray(np.full((20, 30), 3, np.uint8))),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_mask_is_taken(name: str) -> None:
    assert np.array_equal(masks.read(TAKEN[name], 30, 20), MARKS)


@pytest.mark.parametrize("name", UNCLEAR)
def test_a_mask_that_may_mean_this_or_that_is_told(name: str) -> None:
    assert refusal(lambda: masks.read(UNCLEAR[name], 30, 20)) == "mask_unclear"


# --- sizes


def test_a_jpeg_of_too_many_pixels_a_side_is_refused_in_words() -> None:
    long = Photo(np.zeros((1, 65_501, 3), np.uint8), "RGB")
    assert refusal(lambda: photo_file.encode(long, "jpeg")) == "form_side"
    assert refusal(lambda: photo_file.encode_new(long, "jpeg", 90)) == "form_side"
    assert photo.read(photo_file.encode(Photo(long.pixels[:, :65_500], "RGB"), "jpeg").blob).width == 65_500
    assert photo.read(photo_file.encode(long).blob).width == 65_501


def test_a_deployer_says_how_many_pixels_a_visitor_may_send(monkeypatch: pytest.MonkeyPatch) -> None:
    blob = saved(Image.new("L", (1001, 1000)))
    monkeypatch.setenv("GANAPP_MEGAPIXELS", "1")
    assert refusal(lambda: photo.read(blob)) == refusal(lambda: images.read(blob)) == "picture_pixels"
    assert photo.read(saved(Image.new("L", (1000, 1000)))).width == 1000
    monkeypatch.setenv("GANAPP_MEGAPIXELS", "")
    assert photo.read(blob).width == 1001


def test_a_deployer_says_how_many_pixels_a_result_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    from ganapp.tasks import upscale, upscale_plan

    monkeypatch.setenv("GANAPP_RESULT_MEGAPIXELS", "1")
    picture = images.data_uri(saved(Image.new("L", (300, 300))))
    assert refusal(lambda: upscale.run(upscale.Request(picture=picture, factor=4))) == "result_pixels"
    assert refusal(lambda: upscale_plan.run(upscale_plan.Request(300, 300, factor=4))) == "result_pixels"
    for setting, given, most, result in (("SPACE_ID", "owner/likeness", 24, 100), ("SPACE_ID", "", 50, 0)):
        monkeypatch.delenv("GANAPP_RESULT_MEGAPIXELS", raising=False)
        monkeypatch.setenv(setting, given)
        assert (paths.most_megapixels(), paths.result_megapixels()) == (most, result)


def test_what_a_writer_raises_becomes_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ValueError("the writer is broken")

    shot = Photo(np.zeros((4, 4, 3), np.uint8), "RGB")
    monkeypatch.setattr(Image.Image, "save", broken)
    for form in FORMS:
        assert refusal(lambda form=form: written(shot, form)) == "form_unwritable"


# --- the shell


def test_the_shell_prints_no_warnings(tmp_path: Path) -> None:
    """PIL warns of this file's EXIF in its own words."""
    exif = struct.pack("<2sHIH", b"II", 42, 8, 9) + struct.pack("<HHII", 0x0112, 3, 1, 1) + struct.pack("<HHII", 0x010F, 2, 4000, 900)
    (tmp_path / "photo.jpg").write_bytes(turned.jpeg(turned.E + exif))
    Image.fromarray(np.pad(np.ones((5, 5), np.uint8), ((0, 35), (0, 55)))).save(tmp_path / "mask.png")
    tinymodel.inpainter(tmp_path / "models" / "tinyrepair")
    arguments = [sys.executable, "-m", "ganapp", "repair", str(tmp_path / "photo.jpg"), "--mask", str(tmp_path / "mask.png")]
    arguments += ["--model", "tinyrepair", "--out", str(tmp_path / "made.png")]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, env={**os.environ, "GANAPP_RUNS": str(tmp_path)})
    assert (done.returncode, "Warning" in done.stderr) == (0, False), done.stderr
    assert (tmp_path / "made.png").exists()


# --- damage in what is said beside the pixels

SHORT = {kind: turned.chunk(kind, bytes(3)) for kind in (b"gAMA", b"cHRM", b"sRGB", b"cICP", b"mDCV", b"cLLI")}


@pytest.mark.parametrize("kind", list(SHORT))
def test_a_chunk_of_colour_of_another_length_spoils_no_result(kind: bytes) -> None:
    shot = photo.read(turned.png(SHORT[kind]))
    assert shot.origin.chunks == ()
    for form in FORMS:
        Image.open(io.BytesIO(written(shot, form).blob)).load()


@pytest.mark.parametrize("body", [b"", b"\0\0", bytes(40)])
def test_a_broken_resolution_breaks_no_picture(body: bytes) -> None:
    assert photo.read(turned.png(turned.chunk(b"pHYs", body))).origin.dpi is None


@pytest.mark.parametrize("segment", [b"\xff\xe0\0\x07JFIF\0", b"\xff\xee\0\x07Adobe", b"\xff\xe0\0\x02", b"\xff\xee\0\x0aAdobe\0\0\0"])
def test_segments_that_are_too_short_break_no_jpeg(segment: bytes) -> None:
    whole = turned.base("JPEG")
    assert np.array_equal(photo.read(whole[:2] + segment + whole[2:]).pixels, photo.read(whole).pixels)
