from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from ganapp.base.errors import UserError
from ganapp.digits import latent
from ganapp.pictures import images
from ganapp.tasks import morph, paint, plane, recall, sample, sheet
from tests.support.signed import unsigned
from tests.tasks.conftest import LATENT

SCALARS = (st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
ANYTHING = st.one_of(*SCALARS, st.lists(st.floats(), max_size=3), st.dictionaries(st.text(), st.none()))


def opened(blob: bytes) -> Image.Image:
    return Image.open(io.BytesIO(blob))


def test_same_request_same_picture_and_another_seed_another(small: Path) -> None:
    one, again, other = (sample.run(sample.Request(digit=4, seed=seed, pixels=64)) for seed in (1, 1, 2))
    assert unsigned(one.picture) == unsigned(again.picture)
    assert one.latent == again.latent
    assert np.asarray(opened(one.picture)).tolist() != np.asarray(opened(other.picture)).tolist()


def test_latent_is_the_seeds_times_truncation(small: Path) -> None:
    found = sample.run(sample.Request(seed=7, truncation=0.5)).latent
    assert found == pytest.approx(0.5 * latent.from_seed(7, LATENT), abs=1e-6)


def test_digit_blend_and_latent_matter(small: Path) -> None:
    pictures = [
        sample.run(request).picture
        for request in (
            sample.Request(digit=1),
            sample.Request(digit=2),
            sample.Request(digit=1, digit_to=2, blend=0.5),
            sample.Request(digit=1, latent=(0.0,) * LATENT),
        )
    ]
    pixels = {np.asarray(opened(picture)).tobytes() for picture in pictures}
    assert len(pixels) == 4
    whole = sample.run(sample.Request(digit=1, digit_to=2, blend=1.0)).picture
    assert np.array_equal(np.asarray(opened(whole)), np.asarray(opened(pictures[1])))


def test_sliders_set_coordinates_and_leave_the_others(small: Path) -> None:
    before = sample.run(sample.Request(seed=3))
    after = sample.run(sample.Request(seed=3, slant=2.0, raw=(None, -1.5)))
    assert after.sliders["slant"] == pytest.approx(2.0, abs=1e-4)
    assert after.raw[1] == pytest.approx(-1.5, abs=1e-4)
    assert after.raw[0] == before.raw[0]
    assert {name: value for name, value in after.sliders.items() if name != "slant"} == {
        name: value for name, value in before.sliders.items() if name != "slant"
    }


@pytest.mark.parametrize(("smooth", "levels"), [(True, 40), (False, 2)])
def test_size_and_smoothing(small: Path, smooth: bool, levels: int) -> None:
    image = opened(sample.run(sample.Request(pixels=320, smooth=smooth)).picture)
    assert image.size == (320, 320)
    assert image.mode == "L"
    pixels = np.asarray(image)
    if not smooth:
        blocks = pixels.reshape(32, 10, 32, 10)
        assert (blocks == blocks[:, :1, :, :1]).all()
    assert len(np.unique(pixels)) > levels


def test_recipe_travels_and_repeats(small: Path, tmp_path: Path) -> None:
    request = sample.Request(digit=8, seed=11, slant=-1.0, raw=(0.5,), truncation=0.7, pixels=96)
    result = sample.run(request)
    result.save(tmp_path / "digit.png")
    recalled = recall.run(recall.Request(picture=images.data_uri((tmp_path / "digit.png").read_bytes())))
    assert recalled.task == "sample"
    assert sample.Request(**recalled.request) == request
    assert unsigned(sample.run(sample.Request(**recalled.request)).picture) == unsigned(result.picture)


def test_recipe_of_every_picture_task(small: Path, tmp_path: Path) -> None:
    cases = [
        (sheet, sheet.Request(rows=2, cell=32), "sheet.png"),
        (plane, plane.Request(steps=3, cell=32, down="raw 1"), "plane.png"),
        (morph, morph.Request(frames=4, cell=32), "strip.png"),
        (morph, morph.Request(frames=4, cell=32), "morph.gif"),
    ]
    for task, request, name in cases:
        task.run(request).save(tmp_path / name)
        kind = "image/gif" if name.endswith("gif") else "image/png"
        recalled = recall.run(recall.Request(picture=images.data_uri((tmp_path / name).read_bytes(), kind)))
        assert recalled.task == task.NAME
        assert type(request)(**recalled.request) == request


def test_a_picture_without_recipe_is_refused() -> None:
    plain = images.png(Image.new("L", (8, 8)))
    with pytest.raises(UserError) as refused:
        recall.run(recall.Request(picture=images.data_uri(plain)))
    assert refused.value.key == "no_recipe"


def test_sheet_is_ten_columns_of_one_hand_a_row(small: Path) -> None:
    result = sheet.run(sheet.Request(rows=3, seed=5, cell=32, smooth=False))
    image = np.asarray(opened(result.picture))
    assert image.shape == (3 * 32, 10 * 32)
    alone = np.asarray(opened(sample.run(sample.Request(digit=7, seed=6, pixels=32, smooth=False)).picture))
    assert np.abs(image[32:64, 7 * 32 : 8 * 32].astype(int) - alone).max() <= 1
    assert result.seeds == (5, 6, 7)


def test_plane_middle_and_corner(small: Path) -> None:
    result = plane.run(plane.Request(across="slant", down="width", steps=3, reach=2.0, seed=4, cell=32, smooth=False))
    image = np.asarray(opened(result.picture)).astype(int)
    assert image.shape == (96, 96)
    assert result.values == (-2.0, 0.0, 2.0)
    corner = sample.run(sample.Request(seed=4, slant=2.0, width=-2.0, pixels=32, smooth=False)).picture
    assert np.abs(image[:32, 64:] - np.asarray(opened(corner))).max() <= 1


def test_plane_chooses_directions_and_refuses_one_twice(small: Path) -> None:
    result = plane.run(plane.Request(steps=2, cell=32, down="slant"))
    assert (result.across, result.down) == ("weight", "slant")
    for across, down, key in (("slant", "slant", "two_directions"), ("slant", "loop", "no_such_slider")):
        with pytest.raises(UserError) as refused:
            plane.run(plane.Request(across=across, down=down, steps=2, cell=32))
        assert refused.value.key == key


def test_morph_ends_where_its_ends_are(small: Path) -> None:
    result = morph.run(morph.Request(digit=1, digit_to=9, seed=1, seed_to=2, frames=5, cell=32, back=True))
    assert result.latents[0] == pytest.approx(latent.from_seed(1, LATENT), abs=1e-6)
    assert result.latents[-1] == pytest.approx(latent.from_seed(2, LATENT), abs=1e-6)
    assert (result.classes[0][1], result.classes[-1][9]) == (1.0, 1.0)
    assert opened(result.strip).size == (5 * 32, 32)
    assert opened(result.animation).n_frames <= 8  # equal neighbours may be joined
    assert opened(result.animation).info["loop"] == 0


def test_paint_gives_the_bytes_that_sample_shows(small: Path) -> None:
    z = latent.from_seed(1, LATENT)
    result = paint.run(paint.Request(latents=[z.tolist(), (z * 0).tolist()], classes=[[0] * 3 + [1] + [0] * 6] * 2))
    assert result.pixels.shape == (2, 32, 32)
    shown = np.asarray(opened(sample.run(sample.Request(digit=3, seed=1, pixels=32, smooth=False)).picture))
    assert np.abs(255 - shown.astype(int) - result.pixels[0]).max() <= 1
    report = result.report()
    assert (report["count"], report["size"]) == (2, 32)


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"latents": [[0.0] * LATENT], "classes": []}, "paint_lists"),
        ({"latents": [[0.0] * LATENT] * 2, "classes": [[1] + [0] * 9]}, "paint_pairs"),
        ({"latents": [[0.0] * LATENT], "classes": [[0.5] + [0] * 9]}, "paint_classes"),
        ({"latents": [[0.0] * LATENT], "classes": [[2, -1] + [0] * 8]}, "paint_classes"),
        ({"latents": [[0.0] * LATENT] * 129, "classes": [[1] + [0] * 9] * 129}, "paint_lists"),
        ({"latents": [[0.0], [0.0, 1.0]], "classes": [[1] + [0] * 9] * 2}, "paint_lists"),
        ({"latents": [[float("nan")] * LATENT], "classes": [[1] + [0] * 9]}, "paint_lists"),
        ({"latents": [[0.0] * (LATENT + 1)], "classes": [[1] + [0] * 9]}, "latent_length"),
    ],
)
def test_paint_refuses(small: Path, fields: dict[str, object], key: str) -> None:
    with pytest.raises(UserError) as refused:
        paint.run(paint.Request(**fields))
    assert refused.value.key == key


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"loop": 1.0}, "no_such_slider"),
        ({"raw": (0.0, 0.0, 1.0)}, "raw_sliders"),
        ({"latent": (0.0,) * 5}, "latent_length"),
        ({"model": "nowhere"}, "unknown_model"),
        ({"model": "digits-judge"}, "wrong_task"),
        ({"digit": 10}, "whole_between"),
        ({"digit": True}, "whole_between"),
        ({"blend": 1.5}, "number_between"),
        ({"seed": 2**32}, "whole_between"),
        ({"slant": float("nan")}, "number_between"),
        ({"pixels": 31}, "whole_between"),
        ({"smooth": 1}, "true_or_false"),
    ],
)
def test_sample_refuses(small: Path, fields: dict[str, object], key: str) -> None:
    with pytest.raises(UserError) as refused:
        sample.run(sample.Request(**fields))
    assert refused.value.key == key
    assert "{" not in refused.value.sentence("en") + refused.value.sentence("zh")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from([sample.Request, sheet.Request, plane.Request, morph.Request, paint.Request, recall.Request]))
def test_any_value_in_any_field_is_taken_or_refused_with_a_sentence(data: st.DataObject, kind: type) -> None:
    names = [entry.name for entry in dataclasses.fields(kind)]
    given_fields = {name: data.draw(ANYTHING) for name in data.draw(st.lists(st.sampled_from(names), unique=True, max_size=4))}
    for entry in dataclasses.fields(kind):
        if entry.default is dataclasses.MISSING and entry.name not in given_fields:
            given_fields[entry.name] = data.draw(ANYTHING)
    try:
        request = kind(**given_fields)
    except UserError as refused:
        sentences = refused.sentence("en"), refused.sentence("zh")
    else:
        sentences = ("taken", "taken")
        assert kind(**dataclasses.asdict(request)) == request
    assert all(sentences)
