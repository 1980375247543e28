"""Stylize as page, shell and API call it: settings, names, forms, what comes back with the photo, previews, the list, refusals."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.machine import memory
from ganapp.models import packs
from ganapp.pictures import decoding, images, photo, photo_file
from ganapp.stylizing import restyle, room
from ganapp.tasks import _files, _style, styles, stylize, stylize_preview
from tests.pictures.test_images import saved
from tests.pictures.test_photo import SRGB, by_hand, tagged
from tests.support import tinymodel
from tests.tasks.test_upscale import smooth, uri


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("runs")
    tinymodel.stylizers(made / "models")
    return made


@pytest.fixture(autouse=True)
def house(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(root))
    monkeypatch.setattr(paths, "shipped_models", lambda: root / "none")
    monkeypatch.setattr(packs, "packs", dict)  # a pack that is here would hide the folder of the same name


PLAIN = uri(Image.fromarray(smooth(96, 120)))
PAINTING, OTHER = (uri(Image.fromarray(smooth(20, 30)[::turn, :, ::turn])) for turn in (1, -1))
HALF = uri(Image.fromarray(np.repeat([[0] * 60 + [255] * 60], 96, axis=0).astype(np.uint8)))


def ask(**fields: object) -> stylize.Result:
    return stylize.run(stylize.Request(**{"picture": PLAIN, **fields}))  # type: ignore[arg-type]


def opened(result: stylize.Result | stylize_preview.Result) -> Image.Image:
    return Image.open(io.BytesIO(result.file.blob))


def pixels(result: stylize.Result) -> np.ndarray:
    return np.asarray(opened(result).convert("RGB")).astype(int)


def test_a_photo_is_repainted_at_its_size() -> None:
    result = ask(name="holiday.final.jpg")
    report = result.report()
    assert opened(result).size == (120, 96) == tuple(report["size"])
    assert (report["name"], report["ending"], report["style"]) == ("holiday.final-great-wave.png", "png", "stylize-great-wave")
    assert (tuple(report["painted"]), report["tiles"], report["tile"], report["halved"]) == ((60, 48), 1, 768, 0)
    assert (report["address"], report["picture"], report["bytes"]) == (None, result.file.uri, len(result.file.blob))
    assert report["memory_mb"] >= 1
    assert np.abs(pixels(result) - smooth(96, 120)).mean() > 10


def test_every_setting_is_honoured() -> None:
    """What the page shows is what comes back: no field may change nothing."""
    changes: list[dict[str, object]] = [
        {}, {"style": "cafe-terrace"}, {"style": "cafe-terrace", "seed": 1}, {"style": "own", "painting": PAINTING},
        {"style": "own", "painting": OTHER},
        {"second": "starry-night"}, {"second": "starry-night", "blend": 0.2}, {"second_painting": PAINTING},
        {"second": "own", "second_painting": OTHER}, {"strength": 0.5}, {"strength": 1.5}, {"strokes": 2}, {"detail": 0.0},
        {"colours": "luminance"}, {"colours": "matched"}, {"mask": HALF}, {"mask": HALF, "where": "outside"},
        {"form": "jpeg"}, {"form": "webp"},
    ]  # fmt: skip
    shown = [pixels(ask(**change)).tobytes() for change in changes]
    assert len(set(shown)) == len(changes)
    assert pixels(ask(mask=HALF, where="everywhere")).tobytes() == shown[0]
    assert pixels(ask(second="starry-night", blend=0)).tobytes() == shown[0]
    for form in ("jpeg", "webp"):
        low, high = (ask(form=form, quality=quality).file.blob for quality in (10, 95))
        assert len(low) < len(high)
    assert ask(tile=16, strokes=0.9, style="starry-night").tile == 16
    assert ask(name="n").name == "n-great-wave.png"
    placed = uri(Image.fromarray(smooth(9, 9)), "JPEG", exif=tagged(1))
    assert [bool(opened(ask(picture=placed, keep_gps=kept)).getexif().get_ifd(0x8825)) for kept in (False, True)] == [False, True]
    tested = {"picture", "form", "quality", "name", "keep_gps", "tile"} | {name for change in changes for name in change}
    assert tested == set(stylize.Request.__dataclass_fields__)


def test_names() -> None:
    asked = {
        ("a.jpg", "great-wave", "", "png"): "a-great-wave.png",
        ("a/b?.png", "stylize-cafe-terrace", "own", "jpg"): "b-cafe-terrace-own.jpg",
        ("", "owner/nets:deep/candy-9.onnx@main", "", "webp"): "photo-candy-9.webp",
        ("x", "file:van.gogh.onnx", "someone/style", "tif"): "x-van.gogh-style.tif",
    }
    for (name, style, second, ending), expected in asked.items():
        request = stylize.Request(picture=PLAIN, style=style, second=second)
        assert stylize.named(name, request, ending) == expected
    assert stylize.named("a", stylize.Request(PLAIN, second="own", blend=0.0), "png") == "a-great-wave.png"


def test_tiles_are_the_same_as_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restyle, "KEPT", 0)  # painted anew each time
    monkeypatch.setenv("GANAPP_PROVENANCE", "off")  # the invisible mark answers each level of the picture, and has tests of its own
    large = uri(Image.fromarray(smooth(600, 900)), "JPEG", quality=95)
    fields = {"picture": large, "strokes": 0.25}
    whole, cut = ask(**fields, tile=4096), ask(**fields, tile=128)
    assert whole.tiles == 1
    assert cut.tiles > 1
    assert whole.size == (900, 600)
    assert np.abs(pixels(whole) - pixels(cut)).max() <= 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_back_upright_once(orientation: int) -> None:
    shown = smooth(12, 20)
    back = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}[orientation]
    made = opened(ask(picture=uri(Image.fromarray(decoding._upright(shown, back)), "PNG", exif=tagged(orientation)), strength=0))
    assert made.size == (20, 12)
    assert made.getexif()[0x0112] == 1
    assert (np.asarray(made) == shown).all()


def test_what_came_with_the_photo_comes_back() -> None:
    sent = uri(Image.fromarray(smooth(12, 20)), "JPEG", quality=90, exif=tagged(6), icc_profile=SRGB, dpi=(300, 300))
    for form in _files.FORMS:
        made = opened(ask(picture=sent, form=form))
        assert made.size == (12, 20)
        assert made.info["icc_profile"] == SRGB
        assert made.getexif()[0x010F] == "Maker"


KINDS = [
    ("1", "PNG", "RGB"),
    ("L", "PNG", "RGB"),
    ("LA", "PNG", "RGBA"),
    ("P", "PNG", "RGB"),
    ("RGBA", "WEBP", "RGBA"),
    ("P", "GIF", "RGB"),
]


@pytest.mark.parametrize(("mode", "kind", "layout"), KINDS)
def test_every_kind_of_photo(mode: str, kind: str, layout: str) -> None:
    image = Image.fromarray(smooth(9, 11)).convert("RGBA" if mode in ("LA", "RGBA") else "RGB").convert(mode)
    if mode == "RGBA":
        image.putpixel((0, 0), (0, 0, 0, 0))
    for colours, expected in (("style", layout), ("luminance", layout if mode in ("P", "RGBA") else mode.replace("1", "L"))):
        made = photo.read(ask(picture=uri(image, kind), colours=colours).file.blob)
        assert (made.layout, made.width, made.height) == (expected, 11, 9)


def test_ink_and_sixteen_bits() -> None:
    ink = uri(Image.fromarray(smooth(9, 11)).convert("CMYK"), "JPEG", quality=95)
    made = ask(picture=ink)
    assert (made.file.ending, opened(made).mode, made.name) == ("tif", "CMYK", "photo-great-wave.tif")
    assert [opened(ask(picture=ink, form=form)).mode for form in ("jpeg", "webp")] == ["CMYK", "RGB"]
    deep = np.linspace(0, 65535, 9 * 11 * 3).astype(np.uint16).reshape(9, 11, 3)
    made16 = photo.read(ask(picture=images.data_uri(by_hand(deep, 2, 0))).file.blob).pixels
    assert made16.dtype == np.uint16
    assert len(np.unique(made16 % 256)) > 50


def test_tiny_and_long_ones() -> None:
    assert opened(ask(picture=uri(Image.new("RGB", (1, 1), (9, 99, 199))))).size == (1, 1)
    assert opened(ask(picture=uri(Image.new("L", (1, 5000), 80)))).size == (1, 5000)


def test_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    moving = saved(Image.new("L", (8, 8)), "GIF", save_all=True, append_images=[Image.new("L", (8, 8), 255)])
    clear = uri(Image.new("RGBA", (8, 8), (1, 2, 3, 100)))
    asked: dict[str, list[dict[str, object]]] = {
        "picture_animated": [{"picture": images.data_uri(moving)}, {"style": "own", "painting": images.data_uri(moving)}],
        "jpeg_alpha": [{"picture": clear, "form": "jpeg"}],
        "form_side": [{"picture": uri(Image.new("L", (17000, 1))), "form": "webp"}],
        "unknown_model": [{"style": "nobody"}, {"second": "nobody"}],
        "stylize_painting": [{"style": "own"}, {"second": "stylize-any"}],
        "stylize_nothing_marked": [{"mask": uri(Image.new("L", (120, 96)))}],
        "mask_shape": [{"mask": uri(Image.new("L", (96, 96), 255))}],
        "number_between": [
            {"strength": 1.6}, {"strength": -0.1}, {"strokes": 0.2}, {"strokes": 5}, {"blend": 1.1}, {"detail": 2}, {"detail": "x"},
        ],
        "one_of": [{"form": "bmp"}, {"colours": "none"}, {"where": ""}],
        "whole_between": [{"quality": 0}, {"tile": -1}],
        "not_a_data_uri": [{"picture": "x"}, {"painting": "x"}, {"mask": "x"}],
        "not_a_picture": [{"picture": images.data_uri(b"x")}],
        "text_needed": [{"name": "x" * 1001}, {"style": "x" * 201}, {"second": "x" * 201}],
        "true_or_false": [{"keep_gps": 1}],
    }  # fmt: skip
    for fields, key in [(fields, key) for key, many in asked.items() for fields in many]:
        with pytest.raises(UserError) as refused:
            ask(**fields)
        assert refused.value.key == key, fields
    monkeypatch.setattr(memory, "free_mb", lambda: 20.0)
    with pytest.raises(UserError) as refused:
        ask()
    assert refused.value.key == "picture_memory"
    shot = photo.Photo(np.zeros((1000, 1000, 3), np.uint8), "RGB")
    tiles = []
    for free in (2000.0, 300.0, 210.0):
        monkeypatch.setattr(memory, "free_mb", lambda free=free: free)
        tiles.append(room.tile(0, (1000, 1000), shot))
    assert tiles == [768, 384, 192]
    with pytest.raises(UserError):
        room.tile(500, (1000, 1000), shot)


def test_a_result_that_memory_cannot_hold_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(photo_file, "encode_new", short)
    with pytest.raises(UserError) as refused:
        ask()
    assert refused.value.key == "picture_memory"


def test_a_preview_shows_what_the_photo_will_be() -> None:
    """On a copy of half the size, with the same settings."""
    fields: dict[str, object] = {"strength": 1.2, "colours": "matched", "mask": HALF, "second": "cafe-terrace", "blend": 0.3}
    full = opened(ask(**fields)).resize((60, 48), Image.Resampling.BOX)
    copy = uri(Image.fromarray(smooth(96, 120)).resize((60, 48), Image.Resampling.BOX))
    result = stylize_preview.run(stylize_preview.Request(**{"picture": copy, **fields}))  # type: ignore[arg-type]
    report = result.report()
    assert (report["size"], result.file.ending) == ((60, 48), "jpg")
    assert report["picture"].startswith("data:image/jpeg")
    assert np.abs(np.asarray(opened(result)).astype(int) - np.asarray(full)).mean() < 8
    clear = Image.fromarray(smooth(20, 20)).convert("RGBA")
    clear.putpixel((3, 3), (0, 0, 0, 0))
    shown = opened(stylize_preview.run(stylize_preview.Request(uri(clear))))
    assert (shown.mode, shown.getpixel((3, 3))[3]) == ("RGBA", 0)  # type: ignore[index]
    for mode in ("L", "CMYK"):
        plain = stylize_preview.run(stylize_preview.Request(uri(Image.fromarray(smooth(9, 9)).convert(mode), "JPEG")))
        assert opened(plain).mode == "RGB"
    with pytest.raises(UserError) as refused:
        stylize_preview.run(stylize_preview.Request(uri(Image.new("L", (1001, 1000)))))
    assert refused.value.key == "picture_pixels"
    assert set(stylize_preview.Request.__dataclass_fields__) < set(stylize.Request.__dataclass_fields__)


def test_a_seed_moves_the_strokes_of_a_style_that_takes_noise() -> None:
    one, again, other = (pixels(ask(style="cafe-terrace", seed=seed)) for seed in (3, 3, 4))
    assert np.array_equal(one, again)
    assert np.abs(one - other).mean() > 1
    preview = [np.asarray(opened(stylize_preview.run(stylize_preview.Request(PLAIN, "cafe-terrace", seed=seed)))) for seed in (3, 4)]
    assert not np.array_equal(*preview)
    assert np.array_equal(pixels(ask(seed=1)), pixels(ask(seed=2)))  # one that takes none
    for wrong in (-1, 2**32, 1.5, "1"):
        with pytest.raises(UserError):
            stylize.Request(PLAIN, seed=wrong)  # type: ignore[arg-type]


def test_the_list_of_styles(root: Path, tmp_path: Path) -> None:
    result = styles.run(styles.Request())
    report = result.report()["styles"]
    assert [style["id"] for style in report] == [f"stylize-{name}" for name in ("cafe-terrace", "great-wave", "starry-night", "any")]
    first, last = report[1], report[-1]
    assert (first["artist"]["zh"], first["work"]["en"], first["year"], first["any"], first["body"]) == (
        "一位画家",
        "A work",
        "1889",
        False,
        "one",
    )
    assert (first["thumbnail"], first["side"], first["source"], first["licence"]) == (tinymodel.DOT, 48.0, "trained", "mit")
    assert [style["seeds"] for style in report] == [True, False, False, False]
    assert (last["any"], last["thumbnail"], last["artist"], last["year"]) == (True, "", {}, "")
    for style in report[:-1]:
        assert ask(style=style["style"]).style == style["id"]
    result.save(tmp_path / "styles.json")
    assert "一位画家" in (tmp_path / "styles.json").read_text(encoding="utf-8")
    assert root.exists()


def test_shipped_ones_are_called_by_their_short_name(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "shipped_models", lambda: root / "models")
    monkeypatch.setenv("GANAPP_RUNS", str(root / "none"))
    found = styles.run(styles.Request()).styles
    assert [style.style for style in found] == ["great-wave", "cafe-terrace", "starry-night", "any"]  # the one to begin with stands first
    assert {style.source for style in found} == {"shipped"}


@pytest.mark.parametrize("strokes", [0.25, 1.0, 4.0])
def test_a_preview_paints_as_much_as_follows_a_slider_and_no_more(strokes: float) -> None:
    copy = uri(Image.fromarray(smooth(314, 470)))
    request = stylize_preview.Request(copy, "cafe-terrace", strokes=strokes)
    shot = photo.read(images.from_data_uri(copy))
    order = _style.order(request, shot, b"")
    width, height = stylize_preview._lightened(order, shot).size(shot)
    most = order.size(shot)
    assert (width, height) == most or width * height == pytest.approx(stylize_preview.LIVE_PIXELS, rel=0.01)
    assert width * height <= 1.01 * stylize_preview.LIVE_PIXELS
