"""Pictures made to do harm: spoilt at random, and bombs of every format. Whatever comes in is taken, or refused with a sentence, soon."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, features

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.pictures import containers, decoding, images, masks, photo, photo_file
from ganapp.tasks import _patches, repair
from tests.pictures.test_images import levels, saved
from tests.pictures.test_photo import SRGB, by_hand
from tests.support import tinymodel, turned

FEW, MANY = 500, 8_000
MOST = 1_000_000  # pixels
SLOWEST = 20.0  # seconds for one small file, on a machine that does other work as well


def exif() -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112], tags[0x010F], tags[0x011A] = 6, "Maker", 300.0
    tags[0x8769] = {0x9003: "2026:01:02 03:04:05", 0x927C: b"note", 0xA002: 9, 0xA003: 7}
    tags[0x8825] = {1: "N", 2: (51.0, 28.0, 38.0)}
    return tags


def whole_files() -> list[bytes]:
    """Good files of every kind that is read, and of some that are refused."""
    modes = [("1", 1), ("L", 1), ("LA", 2), ("P", 3), ("RGB", 3), ("RGBA", 4)]
    pictures = {mode: Image.fromarray(levels(7, 9, 4)).convert("RGB" if mode == "P" else "RGBA").convert(mode) for mode, _ in modes}
    frames = [Image.fromarray(levels(7, 9, 3, seed=seed)) for seed in range(3)]
    ink = Image.fromarray(levels(7, 9, 4), "CMYK")
    said: dict[str, Any] = {"exif": exif(), "icc_profile": SRGB}
    rich = turned.png(
        turned.chunk(b"gAMA", struct.pack(">I", 100_000)),
        turned.chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)),
        turned.chunk(b"cICP", bytes((12, 13, 0, 1))),
        turned.chunk(b"iCCP", b"a\0\0" + zlib.compress(SRGB)),
        turned.chunk(b"tRNS", struct.pack(">3H", 0, 0, 255)),
        turned.itxt(turned.ELEMENT, packed=True),
        turned.magick("exif", turned.E + turned.tiff()),
        turned.chunk(b"tEXt", b'likeness\0{"task":"sample"}'),
    )
    return [
        *(saved(picture, "PNG") for picture in pictures.values()),
        *(
            by_hand(np.random.default_rng(c).integers(0, 65536, (5, 6, c), np.uint16), colour, 4)
            for c, colour in ((1, 0), (2, 4), (3, 2), (4, 6))
        ),
        rich,
        saved(pictures["RGB"], "PNG", dpi=(72, 72), **said),
        saved(frames[0], "PNG", save_all=True, append_images=frames[1:]),
        saved(pictures["L"], "JPEG"),
        saved(pictures["RGB"], "JPEG", dpi=(300, 300), xmp=turned.ATTRIBUTE, **said),
        saved(pictures["RGB"], "JPEG", progressive=True),
        saved(ink, "JPEG", **said),
        saved(frames[0], "MPO", save_all=True, append_images=frames[1:]),
        saved(pictures["RGB"], "WEBP", **said),
        saved(pictures["RGBA"], "WEBP", lossless=True, xmp=turned.ATTRIBUTE, exif=exif()),
        saved(frames[0], "WEBP", save_all=True, append_images=frames[1:]),
        saved(pictures["P"], "GIF", comment=b"hello", transparency=3),
        saved(frames[0], "GIF", save_all=True, append_images=frames[1:]),
        saved(frames[0], "BMP"),
        *photographs(frames),
    ]


def photographs(frames: list[Image.Image]) -> list[bytes]:
    """What phones and scanners write, where this installation can write it."""
    blobs = [
        saved(frames[0], "TIFF", exif=exif().tobytes(), icc_profile=SRGB),
        # a copy: Pillow keeps what the JPEG writer was told with the image, and hands it to this writer too
        saved(frames[0].copy(), "TIFF", compression="tiff_lzw", save_all=True, append_images=[each.copy() for each in frames[1:]]),
    ]
    if features.check("avif"):
        blobs.append(saved(frames[0], "AVIF", exif=exif(), icc_profile=SRGB))
    if find_spec("pillow_heif"):
        from pillow_heif import from_pillow

        out = io.BytesIO()
        from_pillow(frames[0]).save(out, exif=exif().tobytes())
        blobs.append(out.getvalue())
    return blobs


def places(blob: bytes) -> list[int]:
    """Where blocks begin, which is where damage does most."""
    return [0, *(block.start for block in containers.blocks(blob)), *(block.start + 8 for block in containers.blocks(blob))]


def spoilt(whole: list[bytes], random: np.random.Generator) -> bytes:
    blob = bytearray(whole[int(random.integers(len(whole)))])
    for _ in range(int(random.integers(1, 4))):
        at = min(
            len(blob) - 1,
            int(random.choice(places(bytes(blob)))) + int(random.integers(0, 24))
            if random.random() < 0.6
            else int(random.integers(len(blob))),
        )
        act = random.integers(7)
        if act <= 2:
            blob[at] = int(random.choice([0, 1, 127, 128, 255, int(random.integers(256))]))
        elif act == 3:
            blob[at : at + 4] = random.choice([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\x80\0\0\0", b"\0\0\0\1"])
        elif act == 4:
            del blob[at : at + int(random.integers(1, 40))]
        elif act == 5:
            blob[at:at] = random.bytes(int(random.integers(1, 20)))
        else:
            other = whole[int(random.integers(len(whole)))]
            begin = int(random.choice(places(other)))
            blob[at:at] = other[begin : begin + int(random.integers(4, 400))]
        if len(blob) < 4:
            break
    cut = blob[: int(random.integers(1, len(blob) + 1))] if random.random() < 0.1 else blob
    return mended_sums(bytes(cut)) if random.random() < 0.7 else bytes(cut)


def mended_sums(blob: bytes) -> bytes:
    """A PNG whose checksums are right again, so that what is wrong with it is found later."""
    if blob[:8] != containers.PNG:
        return blob
    made, end = bytearray(blob), 8
    for block in containers.blocks(blob):
        made[block.end - 4 : block.end] = struct.pack(">I", zlib.crc32(blob[block.start + 4 : block.end - 4]))
        end = block.end
    assert end <= len(made)
    return bytes(made)


def key_of(act: Callable[[], object]) -> str:
    """The key that something is refused by, with a sentence in both languages; "" when it is not."""
    try:
        act()
    except UserError as refused:
        return refused.key if refused.sentence("en") and refused.sentence("zh") else "no sentence"
    return ""


def through_the_border(blob: bytes) -> bool:
    """All ways that a picture takes. Whether it was taken."""
    containers.tags(blob)
    assert "no sentence" not in [key_of(lambda: images.read_text(blob)), key_of(lambda: images.recipe_in(blob))]
    if key := key_of(lambda: photo.read(blob, MOST)):
        assert key_of(lambda: images.read(blob, MOST)) == key != "no sentence"
        return False
    shot, picture = photo.read(blob, MOST), images.read(blob, MOST)
    assert picture.colours.shape == (shot.height, shot.width, 3)
    assert images.square(picture, 16, 3).shape == (3, 16, 16)
    for form in ("lossless", "jpeg", "webp"):
        files: list[photo_file.File] = []
        encode = photo_file.encode if form != "webp" else partial(photo_file.encode_new, quality=80)
        if key := key_of(lambda encode=encode, form=form, files=files: files.append(encode(shot, form, keep_gps=True))):  # type: ignore[misc]
            assert key in ("jpeg_alpha", "form_side")
        else:
            assert photo_file.decode(files[0]).pixels.shape[:2] == (shot.height, shot.width)
    assert key_of(lambda: masks.read(blob, shot.width, shot.height)) in ("", "mask_unclear", "picture_pixels")
    return True


def attack(count: int, house: Path) -> None:
    tinymodel.inpainter(house / "models" / "tinyrepair")
    whole, taken, through = whole_files(), 0, 0
    assert sum(through_the_border(blob) for blob in whole) == len(whole) - 3  # three move
    for seed in range(count):
        blob = spoilt(whole, np.random.default_rng(seed))
        started = time.monotonic()
        try:
            good = through_the_border(blob)
        except Exception as problem:
            raise AssertionError(f"file {seed}") from problem
        assert time.monotonic() - started < SLOWEST, seed
        taken += good
        if good and taken % 20 == 0:
            shot = photo.read(blob, MOST)
            marks = np.zeros((shot.height, shot.width), np.uint8)
            marks[: shot.height // 2 + 1, : shot.width // 2 + 1] = 1
            request = repair.Request(images.data_uri(blob), images.data_uri(saved(Image.fromarray(marks))), model="tinyrepair", grow=0)
            result = repair.run(request)
            assert result.outside_changed == 0, seed
            through += 1
    assert count // 10 < taken < count * 0.9, "spoilt too little, or too much"
    assert through > 0


def test_spoilt_pictures_are_taken_or_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    attack(FEW, tmp_path)


@pytest.mark.slow
def test_many_spoilt_pictures_are_taken_or_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    attack(MANY, tmp_path)


# --- bombs: small files that ask for much

BOMB, MEMORY = 150, 60  # megabytes that one unpacks to, and that getting rid of it may take
PROBE = """
import resource, sys, time
from pathlib import Path
from ganapp.pictures import photo, tags
from ganapp.base.errors import UserError
blank = Path(sys.argv[1]) / "first.png"
photo.read(blank)
for path in sorted(Path(sys.argv[1]).iterdir()):
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    try:
        shot = photo.read(path)
        said = str(shot.pixels.shape)
        tags.exif(shot.origin.exif, (1, 1), True)
        tags.xmp(shot.origin.xmp, True)
    except UserError as refused:
        said = refused.key
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    print(path.name, said, more, round(time.monotonic() - started, 2), sep=";")
"""


@cache
def zeros(megabytes: int) -> bytes:
    """A zlib stream of that many megabytes of nothing."""
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(bytes(2**20)) for _ in range(megabytes)), packer.flush()])


def gif(width: int, height: int) -> bytes:
    whole = bytearray(saved(Image.new("P", (2, 2)), "GIF"))
    whole[6:10] = struct.pack("<HH", width, height)
    return bytes(whole)


def scanned(times: int) -> bytes:
    """A progressive JPEG whose last scan is repeated."""
    whole = saved(Image.fromarray(levels(16, 16, 3)), "JPEG", progressive=True)
    return whole[:-2] + whole[whole.rindex(b"\xff\xda") : -2] * times + whole[-2:]


def commented(blob: bytes) -> bytes:
    """A GIF with 18 MB of comments before its picture: one long one, and as many short ones as there is room for."""
    place = blob.index(b",")
    return blob[:place] + b"!\xfe" + (b"\xff" + bytes(255)) * 66_000 + b"\0" + b"!\xfe\x01a\0" * 90_000 + blob[place:]


def repeating(length: int, entries: int) -> bytes:
    """EXIF whose many fields all name the same bytes."""
    fields = b"".join(struct.pack("<HHII", 0xC000 + i, 7, length - 64, 10) for i in range(entries))
    exif = b"II*\0" + struct.pack("<IH", 8, entries) + fields + bytes(4)
    return exif.ljust(length, b"\1")


def bombs() -> dict[str, tuple[bytes, str]]:
    """By name: the file, and the key it is refused by, or its shape when it is taken."""
    large, nothing = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 6, 0, 0, 0), zeros(BOMB)
    huge = turned.chunk(b"IHDR", large) + turned.chunk(b"IDAT", nothing) + turned.chunk(b"IEND", b"")
    canvas = b"VP8X" + struct.pack("<IB3x", 10, 0) + (16_382).to_bytes(3, "little") * 2 + turned.base("WEBP")[12:]
    lossless = bytearray(turned.base("WEBP"))
    lossless[21:25] = (16_382 | 16_382 << 14).to_bytes(4, "little")
    jpeg = bytearray(turned.base("JPEG"))
    frame = jpeg.index(b"\xff\xc0") + 5
    jpeg[frame : frame + 4] = struct.pack(">HH", 65_500, 65_500)
    taken = "(40, 60, 3)"
    return {
        "first.png": (turned.png(), taken),
        "pixels.png": (containers.PNG + huge, "picture_pixels"),
        "pixels.gif": (gif(65_535, 65_535), "picture_pixels"),
        "pixels.jpg": (bytes(jpeg), "picture_pixels"),
        "canvas.webp": (b"RIFF" + struct.pack("<I", len(canvas) + 4) + b"WEBP" + canvas, "picture_pixels"),
        "pixels.webp": (bytes(lossless), "picture_pixels"),
        "text.png": (turned.png(turned.chunk(b"zTXt", b"workflow\0\0" + nothing)), taken),
        "texts.png": (turned.png(*[turned.chunk(b"zTXt", b"workflow\0\0" + zeros(4))] * 2_000), taken),
        "xmp.png": (turned.png(turned.chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + nothing)), taken),
        "raw.png": (turned.png(turned.chunk(b"zTXt", b"Raw profile type exif\0\0" + nothing)), taken),
        "profile.png": (turned.png(turned.chunk(b"iCCP", b"a\0\0" + nothing)), taken),
        "fields.png": (turned.png(turned.chunk(b"eXIf", repeating(4_000_000, 16_000))), taken),
        "fields.jpg": (turned.jpeg(turned.E + repeating(65_000, 5_000)), taken),
        "further.jpg": (
            turned.base("JPEG")[:2]
            + b"\xff\xe2"
            + struct.pack(">H", 65_006)
            + b"MPF\0"
            + repeating(65_000, 5_000)
            + turned.base("JPEG")[2:],
            taken,
        ),
        "comments.gif": (commented(saved(Image.new("P", (4, 4)), "GIF")), "(4, 4, 3)"),
        "segments.jpg": (turned.base("JPEG")[:2] + b"\xff\xe5\0\2" * 4_000_000 + turned.base("JPEG")[2:], "picture_broken"),
        "chunks.webp": (turned.webp(XMP=b"") + b"JUNK\0\0\0\0" * 2_000_000, "picture_broken"),
        "empty.png": (turned.png(*[turned.chunk(b"tEXt", b"a\0")] * 90_000), taken),
        "crowded.png": (turned.png(*[turned.chunk(b"tEXt", b"a\0")] * 1_000_000), "picture_broken"),
        "scans.jpg": (scanned(100_000), "picture_broken"),
    }


def test_bombs_take_neither_memory_nor_time(tmp_path: Path) -> None:
    every = bombs()
    for name, (blob, _) in every.items():
        assert len(blob) < decoding.MAX_BYTES, name
        (tmp_path / name).write_bytes(blob)
    done = subprocess.run([sys.executable, "-c", PROBE, str(tmp_path)], cwd=paths.ROOT, capture_output=True, text=True, check=True)
    lines = [line.split(";") for line in done.stdout.splitlines()]
    assert {name: said for name, said, *_ in lines} == {name: said for name, (_, said) in every.items()}
    for name, _, megabytes, seconds in lines:
        assert int(megabytes) < MEMORY, name
        assert float(seconds) < SLOWEST, name


def test_a_recipe_is_read_beside_bombs() -> None:
    bomb = turned.chunk(b"zTXt", b"workflow\0\0" + zeros(BOMB))
    blob = turned.png(bomb, turned.chunk(b"tEXt", b'likeness\0{"task":"sample"}'), bomb)
    assert images.recipe_in(blob) == {"task": "sample"}


def test_a_motion_photo_is_no_bomb() -> None:
    """Phones put a film after the picture; whatever stands there is not counted."""
    assert photo.read(saved(Image.fromarray(levels(16, 16, 3)), "JPEG", progressive=True) + b"\xff\xda" * 5_000).width == 16


def test_patches_cannot_ask_for_more_than_the_photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    tinymodel.inpainter(tmp_path / "models" / "tinyrepair")
    large = images.data_uri(saved(Image.new("1", (7_000, 7_000))))
    small = images.data_uri(saved(Image.fromarray(np.eye(20, dtype=np.uint8))))
    patch = {"left": 0, "top": 0, "picture": large, "mask": large}
    started = time.monotonic()
    with pytest.raises(UserError) as refused:
        repair.run(repair.Request(small, small, model="tinyrepair", patches=(patch,) * 4096))
    assert refused.value.key == "patches_outside"
    assert time.monotonic() - started < SLOWEST
    monkeypatch.setattr(_patches, "MOST_AREA", 5 * 20 * 20)
    patch = {"left": 0, "top": 0, "picture": small, "mask": small}
    assert repair.run(repair.Request(small, small, model="tinyrepair", patches=(patch,) * 5)).outside_changed == 0
    with pytest.raises(UserError) as refused:
        repair.run(repair.Request(small, small, model="tinyrepair", patches=(patch,) * 6))
    assert refused.value.key == "patches_much"


FULL = [
    ("PNG", "1", {}),
    ("PNG", "P", {}),
    ("PNG", "RGBA", {}),
    ("JPEG", "CMYK", {}),
    ("JPEG", "RGB", {"progressive": True}),
    ("WEBP", "RGBA", {"lossless": True, "method": 0}),
    ("GIF", "P", {}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "mode", "how"), FULL)
def test_a_bomb_of_as_many_pixels_as_are_taken_fits_into_memory(kind: str, mode: str, how: dict[str, Any], tmp_path: Path) -> None:
    """A file of a few bytes and 50 megapixels, in every format: what it costs is known, at most 24 bytes a pixel."""
    (tmp_path / "first.png").write_bytes(turned.png())
    (tmp_path / "full").write_bytes(saved(Image.new(mode, (7071, 7071)), kind, **how))
    done = subprocess.run([sys.executable, "-c", PROBE, str(tmp_path)], cwd=paths.ROOT, capture_output=True, text=True, check=True)
    _, (_, said, megabytes, _) = (line.split(";") for line in done.stdout.splitlines())
    assert said.startswith("(7071, 7071, ")
    assert int(megabytes) < 24 * decoding.MAX_PIXELS / 2**20
