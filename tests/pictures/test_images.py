from __future__ import annotations

import io
import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ganapp.base.errors import UserError
from ganapp.digits import digit, idx
from ganapp.pictures import images


def saved(image: Image.Image, kind: str = "PNG", **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def levels(h: int, w: int, *channels: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (h, w, *channels), np.uint8)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 9))
def test_colours_and_alpha_come_back_as_they_were(h: int, w: int, seed: int) -> None:
    rgba = levels(h, w, 4, seed=seed)
    picture = images.read(saved(Image.fromarray(rgba)))
    assert picture.alpha is not None
    again = images.read(images.png(images.to_image(picture.colours, picture.alpha)))
    assert np.array_equal(np.round(again.colours * 255), rgba[..., :3])
    assert np.array_equal(np.round(again.alpha * 255), rgba[..., 3])
    assert images.to_array(images.to_tensor(picture.colours)) == pytest.approx(picture.colours)


MODES = [("L", "PNG"), ("1", "PNG"), ("P", "PNG"), ("RGB", "WEBP"), ("P", "GIF"), ("CMYK", "JPEG"), ("L", "JPEG")]


@pytest.mark.parametrize(("mode", "kind"), MODES)
def test_every_mode_is_read_as_colours(mode: str, kind: str) -> None:
    grey = np.tile(np.linspace(0, 255, 48).astype(np.uint8), (32, 1))
    image = Image.fromarray(grey)
    image = image.quantize(64) if mode == "P" else image.convert(mode)
    how = {"lossless": True} if kind == "WEBP" else {}
    picture = images.read(saved(image, kind, **how))
    assert picture.colours.shape == (32, 48, 3)
    assert picture.colours.dtype == np.float32
    assert picture.alpha is None
    if mode != "1":
        assert np.abs(picture.colours[..., 0] - grey / 255).max() < 0.06


def test_sixteen_bits_keep_their_depth() -> None:
    deep = np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8)
    picture = images.read(saved(Image.fromarray(deep)))
    assert np.round(picture.colours[..., 1] * 65535) == pytest.approx(deep, abs=1)


def test_transparent_palette_has_alpha() -> None:
    image = Image.fromarray(np.array([[0, 1]], np.uint8), "P")
    image.putpalette([255, 0, 0, 0, 0, 255])
    picture = images.read(saved(image, transparency=0))
    assert picture.alpha is not None
    assert picture.alpha.tolist() == [[0.0, 1.0]]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_once(orientation: int) -> None:
    upright = np.zeros((16, 24, 3), np.uint8)
    upright[:8, :8] = 255  # white in the top left corner, once it stands right
    undo = {1: lambda a: a, 2: np.fliplr, 3: lambda a: np.rot90(a, 2), 4: np.flipud, 5: lambda a: a.transpose(1, 0, 2)}
    undo |= {6: lambda a: np.rot90(a, 1), 7: lambda a: np.rot90(a, 2).transpose(1, 0, 2), 8: lambda a: np.rot90(a, 3)}
    exif = Image.Exif()
    exif[0x0112] = orientation
    blob = saved(Image.fromarray(np.ascontiguousarray(undo[orientation](upright))), exif=exif)
    assert np.array_equal(np.round(images.read(blob).colours * 255), upright)


def test_profile_is_kept_for_colours_only() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert images.read(saved(Image.fromarray(levels(4, 4, 3)), icc_profile=profile)).icc == profile
    assert images.read(saved(Image.fromarray(levels(4, 4)), icc_profile=profile)).icc is None


def refusal(blob: bytes | Path) -> str:
    with pytest.raises(UserError) as refused:
        images.read(blob)
    assert refused.value.sentence("zh")
    return refused.value.key


def test_refusals(tmp_path: Path) -> None:
    whole = saved(Image.fromarray(levels(64, 64, 3)))
    frames = [Image.fromarray(levels(8, 8, seed=seed)) for seed in range(3)]
    assert refusal(b"") == "not_a_picture"
    assert refusal(b"<html>no</html>") == "not_a_picture"
    assert refusal(whole[: len(whole) // 2]) == "picture_broken"
    assert refusal(images.gif(frames)) == "picture_animated"
    assert refusal(saved(frames[0], "WEBP", save_all=True, append_images=frames[1:])) == "picture_animated"
    assert refusal(saved(frames[0], "PPM")) == "not_a_picture"
    assert images.read(saved(frames[0], "BMP")).colours.shape == (8, 8, 3), "some programs write BMP under the name of a PNG"
    assert refusal(tmp_path / "none.png") == "file_unreadable"
    assert refusal(b"\x89PNG" + b"0" * images.MAX_BYTES) == "picture_bytes"


def header(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and holds next to nothing."""
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    start = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + start + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8000, 30000, 2**31 - 1])
def test_a_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    assert refusal(header(side, side)) in ("picture_pixels", "picture_broken")
    with pytest.raises(UserError) as refused:
        images.read(saved(Image.fromarray(levels(10, 11))), max_pixels=100)
    assert refused.value.key == "picture_pixels"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_junk_is_never_anything_but_refused(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "none"]))
    blob = bytearray(b"" if kind == "none" else saved(Image.fromarray(levels(9, 7, 3)), kind))
    if kind == "none":
        blob = bytearray(data.draw(st.binary(max_size=200)))
    for _ in range(data.draw(st.integers(0, 6))):
        if blob:
            blob[data.draw(st.integers(0, len(blob) - 1))] = data.draw(st.integers(0, 255))
    blob = blob[: data.draw(st.integers(0, len(blob)))]
    for reader in (images.read, images.read_text, images.recipe_in):
        try:
            reader(bytes(blob))
        except UserError as refused:
            key = refused.key
        else:
            key = "taken"
        assert key in ("taken", "not_a_picture", "picture_broken", "picture_animated", "picture_pixels", "no_recipe")


BODIES = st.text(max_size=20).map("data:image/png;base64,".__add__)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(max_size=60), st.binary(max_size=60).map(images.data_uri), BODIES))
def test_data_uris(uri: str) -> None:
    try:
        blob = images.from_data_uri(uri)
    except UserError as refused:
        assert refused.key == "not_a_data_uri"  # noqa: PT017 - some are refused, some are not
    else:
        assert images.from_data_uri(images.data_uri(blob)) == blob


LEAVES = st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.text(max_size=9)
NAMES = st.text(max_size=9)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=6)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(NAMES, JSON, max_size=4))
def test_recipes_travel_in_png_and_gif(recipe: dict[str, object]) -> None:
    image = Image.fromarray(levels(5, 6))
    assert images.recipe_in(images.png(image, recipe)) == recipe
    assert images.recipe_in(images.gif([image, Image.fromarray(levels(5, 6, seed=1))], recipe=recipe)) == recipe


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "[" * 50000])
def test_other_peoples_chunks_are_no_recipe(text: str) -> None:
    from PIL import PngImagePlugin

    info = PngImagePlugin.PngInfo()
    info.add_text(images.RECIPE, text, zip=True)
    with pytest.raises(UserError) as refused:
        images.recipe_in(saved(Image.fromarray(levels(4, 4)), pnginfo=info))
    assert refused.value.key == "no_recipe"


def test_gif_shows_its_frames_for_ever() -> None:
    frames = [Image.fromarray(np.full((6, 6), level, np.uint8)) for level in (0, 120, 255)]
    image = Image.open(io.BytesIO(images.gif(frames, milliseconds=50)))
    assert (image.n_frames, image.info["loop"], image.info["duration"]) == (3, 0, 50)
    for i, level in enumerate((0, 120, 255)):
        image.seek(i)
        assert np.abs(np.asarray(image.convert("L")).astype(int) - level).max() <= 1


def test_sheet_fills_columns_from_the_top() -> None:
    import torch

    pictures = torch.zeros(4, 1, 2, 2)
    pictures[1] = 1.0
    page = np.asarray(images.sheet(pictures, columns=2))
    assert page.shape == (7, 7)
    assert (page[4:6, 1:3] == 0).all()
    assert page.min() == 0
    assert (page == 0).sum() == 4


def test_recipe_is_readable_json() -> None:
    assert json.loads(images.recipe_text({"b": [1, None], "a": "数"})) == {"a": "数", "b": [1, None]}


# Drawings become digits


def framed(ink: np.ndarray, side: int, place: tuple[int, int], page: tuple[int, int]) -> np.ndarray:
    large = np.asarray(Image.fromarray(ink).resize((side, side), Image.Resampling.BICUBIC)).clip(0, 1)
    paper = np.zeros(page, np.float32)
    paper[place[0] : place[0] + side, place[1] : place[1] + side] = large
    return paper


@pytest.fixture(scope="module")
def ink() -> np.ndarray:
    return digit.from_mnist(idx.load("mnist", "test").pictures[:12])


def grounds(paper: np.ndarray) -> dict[str, images.Picture]:
    """The same writing on several grounds."""
    grey = np.repeat(paper[..., None], 3, axis=2)
    lit = np.linspace(0.75, 1.0, paper.shape[1], dtype=np.float32)[None, :, None]
    return {
        "dark on light": images.Picture(1 - grey),
        "light on dark": images.Picture(grey),
        "blue on yellow": images.Picture((1 - grey) * np.array([1, 1, 0.6], np.float32) + grey * np.array([0.1, 0.1, 0.7], np.float32)),
        "transparent, dark": images.Picture(np.zeros_like(grey), paper),
        "transparent, light": images.Picture(np.ones_like(grey), paper),
        "faint": images.Picture(0.9 - 0.5 * grey),
        "unevenly lit": images.Picture((0.95 - 0.85 * grey) * lit),
    }


@pytest.mark.parametrize("name", list(grounds(np.zeros((2, 2), np.float32))))
@pytest.mark.parametrize("shape", [(96, (3, 40), (120, 200)), (400, (100, 10), (640, 480))])
def test_a_drawing_becomes_the_digit_it_was_made_from(name: str, shape: tuple, ink: np.ndarray) -> None:
    for original in ink[:4]:
        found = digit.from_picture(grounds(framed(original, *shape))[name])
        assert found.shape == (32, 32)
        assert np.abs(found - original).sum() / (found + original).sum() < 0.3
        rows, columns = np.flatnonzero(found.max(1) > 0.3), np.flatnonzero(found.max(0) > 0.3)
        assert 18 <= max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1 <= 22


def test_centre_of_mass_is_in_the_middle(ink: np.ndarray) -> None:
    found = digit.from_picture(images.Picture(np.repeat(1 - framed(ink[0], 90, (5, 100), (100, 200))[..., None], 3, axis=2)))
    grid = np.arange(32) + 0.5
    assert (found.sum(1) @ grid / found.sum(), found.sum(0) @ grid / found.sum()) == pytest.approx((16.5, 16.5), abs=0.51)


def test_a_fine_pen_is_thickened_and_dust_is_left_out() -> None:
    from PIL import ImageDraw

    page = Image.new("L", (400, 400), 255)
    ImageDraw.Draw(page).line([(120, 60), (280, 60), (180, 340)], fill=0, width=3)
    clean = digit.from_picture(images.read(saved(page)))
    assert digit.stroke(clean) > 1.2
    dust = np.asarray(page).copy()
    dust[::57, ::41] = 0  # single black pixels all over the page
    assert np.abs(digit.from_picture(images.read(saved(Image.fromarray(dust)))) - clean).mean() < 0.02


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 5), st.sampled_from(["L", "RGB", "RGBA", "LA"]))
def test_any_picture_is_a_digit_or_refused(h: int, w: int, seed: int, mode: str) -> None:
    random = np.random.default_rng(seed)
    grey = (random.random((h, w)) < random.random()) * 255
    image = Image.fromarray(grey.astype(np.uint8)).convert(mode)
    try:
        found = digit.from_picture(images.read(saved(image)))
    except UserError as refused:
        assert refused.key == "no_ink"  # noqa: PT017 - some are refused, some are not
    else:
        assert found.shape == (32, 32)
        assert np.isfinite(found).all()
        assert found.min() >= 0
        assert 0.5 < found.max() <= 1


def test_paper_shows_ink_dark_at_the_size_asked_for(ink: np.ndarray) -> None:
    for smooth in (True, False):
        page = np.asarray(digit.on_paper(ink[0], 96, smooth)) / 255
        assert page.shape == (96, 96)
        back = 1 - page.reshape(32, 3, 32, 3).mean((1, 3))
        assert np.abs(back - ink[0]).mean() < (0.02 if smooth else 0.003)
    assert digit.on_paper(ink[0], 16).size == (16, 16)
