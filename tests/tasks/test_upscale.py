"""Upscale as page, shell and API call it: sizes, names, forms, what comes back with the photo, the plan, and what is refused."""

from __future__ import annotations

import io
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from ganapp import models
from ganapp.base import paths, results
from ganapp.base.errors import UserError
from ganapp.machine import memory
from ganapp.models import catalog
from ganapp.pictures import decoding, images, photo, photo_file
from ganapp.tasks import _files, upscale, upscale_plan
from ganapp.upscaling import forecast, plan, trial
from tests.pictures.test_images import levels, saved
from tests.pictures.test_photo import SRGB, by_hand, tagged
from tests.support import tinymodel


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("runs")
    tinymodel.upscalers(made / "models")
    return made


@pytest.fixture(autouse=True)
def house(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(root))
    monkeypatch.setattr(paths, "shipped_models", lambda: root / "none")


def smooth(h: int, w: int) -> np.ndarray:
    return np.asarray(Image.fromarray(levels(2, 3, 3)).resize((w, h), Image.Resampling.BICUBIC))


def uri(image: Image.Image, kind: str = "PNG", **how: object) -> str:
    return images.data_uri(saved(image, kind, **how))


def ask(**fields: object) -> upscale.Result:
    defaults = {"picture": uri(Image.fromarray(smooth(24, 30))), "model": "fidelity"}
    return upscale.run(upscale.Request(**{**defaults, **fields}))  # type: ignore[arg-type]


def opened(result: upscale.Result) -> Image.Image:
    return Image.open(io.BytesIO(result.file.blob))


def test_a_photo_becomes_as_large_as_was_asked() -> None:
    result = ask(name="holiday.final.jpg")
    report = result.report()
    assert opened(result).size == (120, 96) == tuple(report["size"])
    assert (report["name"], report["scale"], report["ending"]) == ("holiday.final-x4.png", 4.0, "png")
    assert (report["nets"], report["tiles"], report["tile"], report["halved"]) == (("upscale-x4-fidelity",), 1, 256, 0)
    assert report["address"] is None
    assert report["picture"] == result.file.uri
    assert report["bytes"] == len(result.file.blob)
    assert report["memory_mb"] >= 1
    bicubic = np.asarray(Image.fromarray(smooth(24, 30)).resize((120, 96), Image.Resampling.BICUBIC)).astype(int)
    assert np.abs(np.asarray(opened(result)).astype(int) - bicubic)[8:-8, 8:-8].max() <= 2


SETTINGS = [
    ({"factor": 1.5}, (45, 36), "photo-x1.5.png", ("upscale-x2-fidelity",)),
    ({"factor": 3.3, "tile": 16}, (99, 79), "photo-x3.3.png", ("upscale-x4-fidelity",)),
    ({"factor": 8, "form": "webp"}, (240, 192), "photo-x8.webp", ("upscale-x4-fidelity", "upscale-x2-fidelity")),
    ({"width": 77, "form": "jpeg", "name": "C:\\a\\b?.png"}, (77, 62), "b-77w.jpg", ("upscale-x4-fidelity",)),
    ({"width": 30, "model": "upscale-x2-fidelity", "name": "../.."}, (30, 24), "photo-30w.png", ("upscale-x2-fidelity",)),
]


@pytest.mark.parametrize(("fields", "size", "name", "nets"), SETTINGS)
def test_sizes_and_names(fields: dict[str, object], size: tuple[int, int], name: str, nets: tuple[str, ...]) -> None:
    result = ask(**fields)
    assert opened(result).size == result.size == size
    assert (result.name, result.nets) == (name, nets)


def test_every_setting_is_honoured() -> None:
    """What the page shows is what comes back: no field may change nothing."""
    noisy = uri(Image.fromarray(levels(12, 14, 3)))
    plain = ask(picture=noisy, model="photo").file.blob
    changes: list[dict[str, object]] = [
        {"model": "fidelity"}, {"factor": 2}, {"width": 50}, {"strength": 0.5}, {"denoise": 1.0}, {"form": "jpeg"}, {"form": "webp"},
    ]  # fmt: skip
    files = [ask(**{"picture": noisy, "model": "photo", **change}).file.blob for change in changes]
    assert len({plain, *files}) == len(changes) + 1
    for form in ("jpeg", "webp"):
        low, high = (ask(picture=noisy, form=form, quality=quality).file.blob for quality in (10, 95))
        assert len(low) < len(high)
    assert ask(picture=noisy, tile=16).tile == 16
    assert ask(picture=noisy, name="n").name == "n-x4.png"
    placed = uri(Image.fromarray(smooth(9, 9)), "JPEG", exif=tagged(1))
    assert [bool(opened(ask(picture=placed, keep_gps=kept)).getexif().get_ifd(0x8825)) for kept in (False, True)] == [False, True]
    tested = {"picture", "model", "factor", "width", "strength", "denoise", "form", "quality", "tile", "name", "keep_gps"}
    assert tested == set(upscale.Request.__dataclass_fields__)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_back_upright_once(orientation: int) -> None:
    shown = smooth(12, 20)
    back = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}[orientation]
    stored = decoding._upright(shown, back)
    result = ask(picture=uri(Image.fromarray(stored), "PNG", exif=tagged(orientation)), factor=2)
    made = opened(result)
    assert made.size == (40, 24)
    assert made.getexif()[0x0112] == 1
    assert np.abs(np.asarray(made)[::2, ::2].astype(int) - shown).mean() < 8


def test_what_came_with_the_photo_comes_back() -> None:
    sent = uri(Image.fromarray(smooth(12, 20)), "JPEG", quality=90, exif=tagged(6), icc_profile=SRGB, dpi=(300, 300))
    for form in ("png", "jpeg", "webp"):
        made = opened(ask(picture=sent, form=form, factor=2))
        assert made.size == (24, 40)
        assert made.info["icc_profile"] == SRGB
        assert made.getexif()[0x010F] == "Maker"
        inner = made.getexif().get_ifd(0x8769)
        assert (inner[0xA002], inner[0xA003]) == (24, 40)


KINDS = [("1", "PNG", "L"), ("L", "PNG", "L"), ("LA", "PNG", "LA"), ("P", "PNG", "RGB"), ("RGBA", "WEBP", "RGBA"), ("P", "GIF", "RGB")]


@pytest.mark.parametrize(("mode", "kind", "layout"), KINDS)
def test_every_kind_of_photo(mode: str, kind: str, layout: str) -> None:
    image = Image.fromarray(smooth(9, 11)).convert("RGBA" if mode in ("LA", "RGBA") else "RGB").convert(mode)
    if mode == "RGBA":
        image.putpixel((0, 0), (0, 0, 0, 0))
    made = photo.read(ask(picture=uri(image, kind), factor=2).file.blob)
    assert (made.layout, made.width, made.height) == (layout, 22, 18)


def test_ink_and_sixteen_bits() -> None:
    ink = uri(Image.fromarray(smooth(9, 11)).convert("CMYK"), "JPEG", quality=95)
    made = ask(picture=ink, factor=2)
    assert (made.file.ending, opened(made).mode, opened(made).size) == ("tif", "CMYK", (22, 18))
    seen = np.asarray(opened(made).convert("RGB")).astype(int)[::2, ::2]
    assert np.abs(seen - smooth(9, 11)).mean() < 12
    assert [opened(ask(picture=ink, factor=2, form=form)).mode for form in ("jpeg", "webp")] == ["CMYK", "RGB"]
    deep = np.linspace(0, 65535, 9 * 11 * 3).astype(np.uint16).reshape(9, 11, 3)
    sent = images.data_uri(by_hand(deep, 2, 0))
    made16 = photo.read(ask(picture=sent, factor=2).file.blob).pixels
    assert made16.dtype == np.uint16
    assert len(np.unique(made16 % 256)) > 100
    for form in ("jpeg", "webp"):
        shown = np.asarray(opened(ask(picture=sent, factor=2, form=form)).convert("RGB")).astype(int)
        assert np.abs(shown - made16 / 257).mean() < 9
    assert ImageCms  # a profile of inks is turned by it, see photo


def test_tiny_and_long_ones() -> None:
    assert opened(ask(picture=uri(Image.new("RGB", (1, 1), (9, 99, 199))), factor=8)).getpixel((3, 3)) == (9, 99, 199)
    assert opened(ask(picture=uri(Image.new("L", (1, 5000), 80)), factor=2, model="photo", strength=0)).size == (2, 10000)


def test_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    moving = saved(Image.new("L", (8, 8)), "GIF", save_all=True, append_images=[Image.new("L", (8, 8), 255)])
    clear = uri(Image.new("RGBA", (8, 8), (1, 2, 3, 100)))
    wide = uri(Image.new("L", (17000, 1)))
    asked: dict[str, list[dict[str, object]]] = {
        "picture_animated": [{"picture": images.data_uri(moving)}],
        "jpeg_alpha": [{"picture": clear, "form": "jpeg"}],
        "upscale_width": [{"width": 241}, {"width": 29}],
        "form_side": [{"picture": wide, "form": "webp", "factor": 2}],
        "unknown_model": [{"model": "nobody"}],
        "number_between": [{"factor": 1}, {"factor": 8.1}, {"strength": 1.1}, {"denoise": -0.1}],
        "one_of": [{"form": "bmp"}],
        "whole_between": [{"quality": 0}, {"tile": -1}],
        "not_a_data_uri": [{"picture": "x"}],
        "not_a_picture": [{"picture": images.data_uri(b"x")}],
        "text_needed": [{"name": "x" * 1001}],
        "true_or_false": [{"keep_gps": 1}],
    }
    for fields, key in [(fields, key) for key, many in asked.items() for fields in many]:
        with pytest.raises(UserError) as refused:
            ask(**fields)
        assert refused.value.key == key
    loaded: list[str] = []
    monkeypatch.setattr(catalog.Loaded, "net", lambda self, part="model": loaded.append(self.id))
    monkeypatch.setattr(memory, "free_mb", lambda: 20.0)
    for fields, key in [({}, "picture_memory"), ({"picture": clear, "form": "jpeg"}, "jpeg_alpha")]:
        with pytest.raises(UserError) as refused:
            ask(**fields)
        assert refused.value.key == key
    assert not loaded  # it is said before a net is read


def test_a_result_that_memory_cannot_hold_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(photo_file, "encode_new", short)
    with pytest.raises(UserError) as refused:
        ask()
    assert refused.value.key == "picture_memory"


def test_a_large_result_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_files, "ANSWER_BYTES", 100)
    result = ask(name="große.png")
    report = result.report()
    assert report["picture"] is None
    token = report["address"].removeprefix(results.ADDRESS)
    kept = results.find(token)
    assert kept is not None
    assert (kept.name, kept.mime, kept.path.read_bytes()) == ("große-x4.png", "image/png", result.file.blob)
    assert results.find("../" + token) is None
    assert results.find("0" * 32) is None
    monkeypatch.setattr(results, "SECONDS", -1.0)
    assert results.find(token) is None
    results.sweep(10**9)
    assert not list(paths.results().iterdir())
    monkeypatch.setattr(results, "SECONDS", 3600.0)
    for _ in range(3):
        results.keep(b"x" * 60, "a", "b")
    results.sweep(130)
    assert len(list(paths.results().iterdir())) == 4  # two results and what is known of each


def planned(**fields: object) -> dict[str, object]:
    return upscale_plan.run(upscale_plan.Request(**{"width": 300, "height": 200, **fields})).report()  # type: ignore[arg-type]


def test_the_plan_tells_what_will_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    for fields in ({"factor": 4}, {"factor": 1.5}, {"factor": 8, "tile": 32}, {"out_width": 177, "model": "fidelity"}):
        told = planned(width=48, height=33, **fields)
        given = {"width" if key == "out_width" else key: value for key, value in fields.items()}
        result = ask(picture=uri(Image.fromarray(smooth(33, 48))), **{"model": "photo", **given})
        done = result.report()
        assert all(told[key] == done[key] for key in ("size", "nets", "tiles", "tile"))
        assert told["fits"]
    for fields, key in [({"out_width": 100}, "upscale_width"), ({"width": 0}, "whole_between"), ({"model": "nobody"}, "unknown_model")]:
        with pytest.raises(UserError) as refused:
            planned(**fields)
        assert refused.value.key == key
    monkeypatch.setattr(memory, "free_mb", lambda: 100.0)
    small = planned(width=3000, height=2000, factor=2)
    assert (small["fits"], small["tile"]) == (False, 16)
    monkeypatch.setattr(memory, "free_mb", lambda: 105.0)
    assert 16 <= planned(width=2000, height=1000, factor=2)["tile"] < plan.TILE  # type: ignore[operator]


def test_the_seconds_of_a_plan_are_measured_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast, "_rates", {})
    monkeypatch.setattr(trial, "_started", set())
    assert not planned()["measured"]
    deadline = time.monotonic() + 120
    while not planned()["measured"] and time.monotonic() < deadline:
        time.sleep(0.02)
    told = planned()
    assert told["measured"]
    assert told["seconds"] > 0  # type: ignore[operator]
    key = models.load("upscale-x4-photo", "upscale").key
    forecast._rates.update({key: 10.0, "png": 1.0})
    pixels = (300 + 2 * 0) * 200 / 1e6  # one part each way is the whole photo: 256 is less than 300, so two parts with what is around them
    expected = pixels * 10 + 1.0 * 1200 * 800 / 1e6
    assert expected < planned()["seconds"] < expected * 1.1  # type: ignore[operator]


def test_webp_and_jpeg_hold_what_they_can() -> None:
    for form, most in photo_file.LARGEST.items():
        photo_file.check_side((most, 1), form)
        with pytest.raises(UserError):
            photo_file.check_side((1, most + 1), form)
    photo_file.check_side((10**5, 1), "png")
