"""Back to full size: every layout and depth, nothing where nothing was asked, the arithmetic by hand, strips, colours kept, soft masks."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from ganapp.base import progress
from ganapp.base.errors import UserError
from ganapp.models.painter import Painter
from ganapp.pictures.images import Array
from ganapp.pictures.photo import LAYOUTS, LUMA, Origin, Photo
from ganapp.pictures.tiling import Work
from ganapp.stylizing import compose, palette, region, stroke_size
from ganapp.stylizing.compose import Manner
from ganapp.stylizing.restyle import Order, Restyled, restyle
from tests.stylizing.test_paint import scene
from tests.upscaling.test_enlarge import smooth
from tests.upscaling.test_tiles import Watching

RED = Painter("red", "red", 16, 0, lambda _: lambda x: x * 0.5 + x.new_tensor([0.5, -0.5, -0.5]).view(1, 3, 1, 1), 1)
SAME = Painter("same", "same", 16, 0, lambda _: lambda x: x, 1)


def done(shot: Photo, manner: Manner = Manner(), by: Painter = RED, strokes: float = 1.0, tile: int = 64) -> Restyled:  # noqa: B008
    return restyle(shot, Order(((by, 1.0),), strokes, manner, tile))


def composed(shot: Photo, small: Array, painted: Array, **how: object) -> Array:
    """The result's colours in [0, 1]."""
    made = compose.composed(shot, small, painted, Manner(**how), Work(64, 1))  # type: ignore[arg-type]
    return made.colours(0, 0, made.height, made.width)


KINDS = [(layout, kind) for layout in LAYOUTS for kind in (np.uint8, np.uint16) if (layout, kind) != ("CMYK", np.uint16)]  # of no photo


@pytest.mark.parametrize("colours", compose.COLOURS)
@pytest.mark.parametrize(("layout_", "kind"), KINDS)
def test_every_layout_and_depth(layout_: str, kind: type, colours: str) -> None:
    pixels = smooth(64, 96, LAYOUTS[layout_], kind) // (2 if layout_ == "CMYK" else 1)
    shot = Photo(pixels, layout_, Origin(icc=b"x"))
    before = pixels.copy()
    made = done(shot, Manner(colours=colours)).photo
    coloured = {"L": "RGB", "LA": "RGBA"}.get(layout_, layout_) if colours != "luminance" else layout_
    assert (made.layout, made.pixels.shape, made.pixels.dtype) == (coloured, (64, 96, LAYOUTS[coloured]), kind)
    assert made.origin == shot.origin
    assert (shot.pixels == before).all()
    if coloured in ("LA", "RGBA"):
        assert (made.pixels[..., -1] == pixels[..., -1]).all()
    seen, photo = made.colours(0, 0, 64, 96), shot.colours(0, 0, 64, 96)
    gap = np.abs(seen - photo).mean()
    assert gap < 0.02 if colours == "matched" else gap > 0.02  # matching undoes what only moved all colours alike
    if colours == "style":
        assert seen[..., 0].mean() > photo[..., 0].mean() + 0.02
    if kind is np.uint16:
        assert len(np.unique(made.pixels % 256)) > 100  # deep ones stay deep
    nothing = done(shot, Manner(strength=0.0, colours=colours)).photo
    assert (nothing.pixels[..., :3] == pixels[..., :1] if nothing.layout != layout_ else nothing.pixels == pixels).all() or (
        layout_ == "CMYK" and np.abs(nothing.colours(0, 0, 64, 96) - photo).max() < 0.05  # there and back through RGB
    )


def test_a_profile_of_grey_does_not_describe_colours() -> None:
    grey = Origin(icc=b"\0" * 16 + b"GRAY" + b"\0" * 108, exif=b"Exif\0\0", dpi=(300, 300))
    shot = Photo(smooth(20, 20, 1), "L", grey)
    assert done(shot).photo.origin == Origin("PNG", b"", b"Exif\0\0", b"", (300, 300))
    assert done(shot, Manner(colours="luminance")).photo.origin == grey


def test_at_its_own_size_it_is_what_was_painted() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    small, painted = pixels / np.float32(255), scene(20, 30)
    for strength in (0.0, 0.5, 1.0, 1.5):
        expected = np.clip(small + strength * (painted - small), 0, 1)
        assert np.abs(composed(Photo(pixels, "RGB"), small, painted, strength=strength) - expected).max() <= 0.5 / 255 + 1e-6


def test_the_finest_detail_is_kept_as_asked() -> None:
    """A flat photo with one bright dot: its small copy hardly knows the dot."""
    pixels = np.full((80, 80, 3), 100, np.uint8)
    pixels[40, 40] = 250
    shot = Photo(pixels, "RGB")
    dots = []
    for detail in (0.0, 0.5, 1.0):
        made = done(shot, Manner(detail=detail), SAME).photo.pixels.astype(int)
        assert np.abs(made[:20] - 100).max() <= 1
        dots.append(int(made[40, 40, 0]))
    assert dots[2] == 250
    assert dots[0] < 120
    assert abs(dots[1] - (dots[0] + dots[2]) / 2) <= 1
    assert (done(shot, Manner(detail=0.0, strength=0.0), SAME).photo.pixels == pixels).all()


def test_luminance_keeps_the_colours_and_takes_the_light() -> None:
    pixels = smooth(40, 40, 3) // 4 + 90  # nothing is cut off
    shot = Photo(pixels, "RGB")
    plain, kept = (
        done(shot, Manner(colours=each), strokes=stroke_size.LEAST).photo.pixels.astype(np.float32) for each in ("style", "luminance")
    )
    assert np.abs(kept @ LUMA - plain @ LUMA).max() < 1
    assert np.abs((kept[..., 0] - kept[..., 1]) - (pixels[..., 0].astype(np.float32) - pixels[..., 1])).max() <= 1
    assert np.abs(plain - kept).max() > 20


def test_matched_colours_have_the_photos_histograms() -> None:
    original, made = scene(40, 50), np.clip(scene(40, 50)[::-1] * [0.5, 0.2, 0.3] + [0.4, 0.1, 0.3], 0, 1).astype(np.float32)
    wanted = original**2 * 0.5 + 0.25
    moved = palette.matched(made, wanted)
    assert moved.dtype == np.float32
    shares = np.linspace(0, 1, 41)
    for channel in range(3):
        gaps = np.quantile(moved[..., channel], shares) - np.quantile(wanted[..., channel], shares)
        assert np.abs(gaps).max() < 0.01
    assert np.abs(np.corrcoef(moved.reshape(-1, 3).T) - np.corrcoef(wanted.reshape(-1, 3).T)).max() < 0.1, "channels go together"
    assert np.abs(palette.matched(original, original) - original).max() < 0.002
    flat = np.full((8, 8, 3), 0.3, np.float32)
    assert np.isfinite(palette.matched(flat, original)).all()
    assert np.abs(palette.matched(made, flat) - 0.3).max() < 1e-3


def test_strips_are_the_same_as_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    shot = Photo(smooth(150, 90, 4), "RGBA")
    whole = done(shot).photo.pixels.astype(int)
    monkeypatch.setattr(compose, "STRIP", 600)
    monkeypatch.setattr(compose.resize, "STRIP", 2000)
    cut = done(shot)
    assert np.abs(whole - cut.photo.pixels).max() <= 1
    assert cut.work.done == cut.work.total == 1 + 25


def test_what_is_hidden_plays_no_part() -> None:
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[..., :3] = (0, 255, 0)  # nobody sees the green
    pixels[16:48, 16:48] = (200, 40, 60, 255)
    small = compose.reduced(Photo(pixels, "RGBA"), (16, 16))
    assert np.abs(small * 255 - (200, 40, 60)).max() < 2
    clear = compose.reduced(Photo(np.zeros((8, 8, 4), np.uint8), "RGBA"), (4, 4))
    assert np.isfinite(clear).all()


def mask(shape: tuple[int, int]) -> bytes:
    """The left half is marked."""
    marks = np.zeros(shape, np.uint8)
    marks[:, : shape[1] // 2] = 255
    out = io.BytesIO()
    Image.fromarray(marks).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("layout_", ["RGB", "CMYK"])
def test_a_mask_has_a_soft_edge_and_beyond_it_nothing_changes(layout_: str) -> None:
    shot = Photo(np.random.default_rng(0).integers(0, 128, (300, 400, LAYOUTS[layout_]), np.uint8), layout_)
    inside, outside = (
        done(shot, Manner(weights=region.weights(mask((300, 400)), where, 400, 300))).photo for where in ("inside", "outside")
    )
    everywhere = done(shot).photo.pixels
    assert (inside.pixels[:, 220:] == shot.pixels[:, 220:]).all()
    assert (outside.pixels[:, :180] == shot.pixels[:, :180]).all()
    assert (inside.pixels[:, :180] == everywhere[:, :180]).all()
    weights = region.weights(mask((300, 400)), "inside", 400, 300)
    assert weights is not None
    row = weights[150].astype(int)
    assert (np.diff(row) <= 0).all()
    assert 3 <= np.count_nonzero((row > 0) & (row < 255)) <= 30


def test_masks_that_mark_all_or_nothing() -> None:
    out = io.BytesIO()
    Image.new("L", (8, 8), 255).save(out, "PNG")
    assert region.weights(out.getvalue(), "inside", 80, 80) is None
    assert region.weights(b"", "outside", 80, 80) is None
    assert region.weights(mask((8, 8)), "everywhere", 80, 80) is None
    for blob, where, key in [(out.getvalue(), "outside", "stylize_nothing_marked"), (mask((8, 30)), "inside", "mask_shape")]:
        with pytest.raises(UserError) as refused:
            region.weights(blob, where, 80, 80)
        assert refused.value.key == key


def test_it_is_watched_and_taken_back_between_two_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "STRIP", 64 * 16)
    shot = Photo(np.full((64, 64, 3), 40, np.uint8), "RGB")
    watching = Watching()
    with progress.watched(watching):
        done(shot)
    assert watching.told == [(i, 5) for i in range(1, 6)]
    last = np.asarray(Image.open(io.BytesIO(watching.pictures[-1])).convert("RGB")).astype(int)
    assert np.abs(last - (148, 20, 20)).max() < 8
    with progress.watched(Watching(enough=3)), pytest.raises(progress.Cancelled):
        done(shot)


def test_what_was_painted_is_kept_for_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def begun(_: object) -> object:
        asked.append(1)
        return lambda x: -x

    by = Painter("turned", "turned", 16, 0, begun, 1)  # type: ignore[arg-type]
    shot = Photo(smooth(32, 32, 3), "RGB")

    def order(strokes: float = 1.0, digest: str = "this one", key: str = "turned", **how: object) -> Order:
        return Order(((Painter("t", key, 16, 0, begun, 1), 1.0),), strokes, Manner(**how), 64, digest)  # type: ignore[arg-type]

    assert by.key == "turned"
    first = restyle(shot, order())
    assert (first.tiles, len(asked)) == (1, 1)
    for again in (order(strength=0.4), order(detail=1.0), order(colours="matched")):
        told = restyle(shot, again)
        assert (told.tiles, len(asked)) == (0, 1)
        assert (told.photo.pixels != first.photo.pixels).any()
    for count, other in enumerate([order(strokes=2.0), order(digest="another"), order(key="else"), order(digest=""), order(digest="")]):
        restyle(shot, other)
        assert len(asked) == count + 2
    monkeypatch.setattr("ganapp.stylizing.restyle.KEPT", 100)
    restyle(shot, order(digest="third"))
    restyle(shot, order(digest="third"))
    assert len(asked) == 8
