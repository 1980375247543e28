"""Repair as page, shell and API call it: what comes back, what is refused, and that repairs in a row are one photo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganapp.base.errors import UserError
from ganapp.pictures import images, photo
from ganapp.tasks import export, repair
from tests.pictures.test_images import levels, saved
from tests.pictures.test_photo import SRGB, tagged
from tests.support import tinymodel
from tests.support.signed import unsigned


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    tinymodel.inpainter(tmp_path / "models" / "tinyrepair")


def uri(image: Image.Image, kind: str = "PNG", **how: object) -> str:
    return images.data_uri(saved(image, kind, **how))


def smooth(h: int, w: int) -> np.ndarray:
    return np.asarray(Image.fromarray(levels(2, 3, 3)).resize((w, h), Image.Resampling.BICUBIC))


def mask(h: int, w: int, top: int = 20, left: int = 30, side: int = 12) -> str:
    marks = np.zeros((h, w), np.uint8)
    marks[top : top + side, left : left + side] = 255
    return uri(Image.fromarray(marks))


def ask(**fields: object) -> repair.Request:
    defaults = {"picture": uri(Image.fromarray(smooth(80, 120))), "mask": mask(80, 120), "model": "tinyrepair"}
    return repair.Request(**{**defaults, **fields})  # type: ignore[arg-type]


def test_a_hole_is_filled_from_around_it_and_nothing_else_changes() -> None:
    clean = smooth(80, 120)
    spoilt = clean.copy()
    spoilt[20:32, 30:42] = (255, 0, 255)
    result = repair.run(ask(picture=uri(Image.fromarray(spoilt))))
    assert result.file is not None
    mended = photo.read(result.file.blob).pixels
    assert np.abs(mended[20:32, 30:42].astype(int) - clean[20:32, 30:42]).mean() < 10  # a smooth surface is easily continued
    report = result.report()
    assert (report["outside_changed"], report["loss"]) == (0, 0)
    assert report["outside"] + report["changed"] == 80 * 120
    assert report["marked"] == 144
    assert report["ending"] == "png"
    differs = (mended != spoilt).any(axis=2)
    assert differs.sum() <= report["changed"]


def test_the_same_request_gives_the_same_file() -> None:
    one, two = repair.run(ask()), repair.run(ask())
    assert one.file is not None
    assert two.file is not None
    assert unsigned(one.file.blob) == unsigned(two.file.blob)


def test_what_came_with_the_photo_comes_back_upright() -> None:
    sent = uri(Image.fromarray(smooth(80, 120)), "JPEG", quality=90, exif=tagged(6), icc_profile=SRGB)
    for form in ("lossless", "jpeg"):
        result = repair.run(ask(picture=sent, mask=mask(120, 80), form=form))
        assert result.file is not None
        back = Image.open(__import__("io").BytesIO(result.file.blob))
        assert back.size == (80, 120)
        assert back.getexif()[0x0112] == 1
        assert not back.getexif().get_ifd(0x8825)
        assert back.info["icc_profile"] == SRGB
        lossless = form == "lossless"
        assert (result.outside_changed == 0) is lossless
        assert result.loss < 0.15


def test_repairs_in_a_row_are_patches_on_one_photo() -> None:
    picture = uri(Image.fromarray(smooth(80, 120)))
    first = repair.run(ask(picture=picture, whole=False)).report()
    assert first["picture"] is None
    second = repair.run(ask(picture=picture, mask=mask(80, 120, 50, 80), patches=first["patches"], whole=False)).report()
    patches = [*first["patches"], *second["patches"]]
    made = export.run(export.Request(picture=picture, patches=tuple(patches)))
    assert (made.outside_changed, made.report()["ending"]) == (0, "png")
    step = repair.run(ask(picture=picture)).report()
    direct = repair.run(ask(picture=step["picture"], mask=mask(80, 120, 50, 80)))
    assert direct.file is not None
    assert np.array_equal(photo.read(made.file.blob).pixels, photo.read(direct.file.blob).pixels)


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "CMYK"])
def test_every_kind_of_photo(mode: str) -> None:
    image = Image.fromarray(smooth(80, 120)).convert("RGBA" if mode == "LA" else "RGB").convert(mode)
    sent = uri(image, "JPEG" if mode == "CMYK" else "PNG")
    result = repair.run(ask(picture=sent))
    assert result.outside_changed == 0
    patched = repair.run(ask(picture=sent, whole=False)).report()["patches"]
    made = export.run(export.Request(picture=sent, patches=tuple(patched)))
    assert made.outside_changed == 0


def test_sixteen_bits_stay_sixteen() -> None:
    deep = np.random.default_rng(0).integers(0, 65536, (80, 120), np.uint16)
    result = repair.run(ask(picture=uri(Image.fromarray(deep))))
    assert result.file is not None
    back = photo.read(result.file.blob).pixels[..., 0]
    assert back.dtype == np.uint16
    assert np.array_equal(back[60:], deep[60:])


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"grow": 65}, "whole_between"), ({"soften": -1}, "whole_between"), ({"fill": "magic"}, "one_of"), ({"form": "bmp"}, "one_of"),
        ({"seed": 1.5}, "whole_between"), ({"mask": "no"}, "not_a_data_uri"), ({"patches": [{"left": 0}]}, "patches_form"),
        ({"patches": "x"}, "patches_form"), ({"keep_gps": 1}, "true_or_false"), ({"model": ""}, "text_needed"),
    ],
)  # fmt: skip
def test_a_request_is_checked_at_once(fields: dict[str, object], key: str) -> None:
    with pytest.raises(UserError) as refused:
        ask(**fields)
    assert refused.value.key == key


def test_refusals_of_the_work_itself() -> None:
    empty = uri(Image.new("L", (120, 80)))
    far = [{"left": 110, "top": 0, "picture": uri(Image.new("RGB", (30, 9))), "mask": uri(Image.new("L", (30, 9), 255))}]
    for fields, key in [
        ({"mask": empty}, "nothing_marked"), ({"mask": mask(90, 80)}, "mask_shape"), ({"model": "nobody"}, "unknown_model"),
        ({"patches": far}, "patches_outside"), ({"picture": images.data_uri(b"no")}, "not_a_picture"), ({"model": "digits"}, "wrong_task"),
    ]:  # fmt: skip
        with pytest.raises(UserError) as refused:
            repair.run(ask(**fields))
        assert refused.value.key == key
