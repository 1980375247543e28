"""The tasks with generators of other things than grey digits in ten classes: coloured, without classes, with named ones, many of them."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.digits import latent
from ganapp.pictures import images
from ganapp.tasks import (
    _grid,
    _inversion,
    _subject,
    discriminate,
    invert,
    morph,
    nearest,
    paint,
    plane,
    recall,
    sample,
    samplers,
    sheet,
)
from tests.support import othermodels
from tests.support.othermodels import LATENT
from tests.support.signed import unsigned


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Trained models "coloured" (no classes), "named" (four) and "many" (23)."""
    runs = tmp_path_factory.mktemp("others")
    othermodels.coloured(runs / "models" / "coloured")
    othermodels.named(runs / "models" / "named")
    othermodels.named(runs / "models" / "many", classes=23)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANAPP_RUNS", str(runs))
        yield runs


def opened(blob: bytes) -> Image.Image:
    return Image.open(io.BytesIO(blob))


def photo(side: int = 60, mode: str = "RGB") -> str:
    levels = np.random.default_rng(0).integers(0, 255, (side, side + 20, 3), np.uint8)
    return images.data_uri(images.png(Image.fromarray(levels).convert(mode)))


def test_the_list_describes_them(others: Path) -> None:
    found = samplers.run(samplers.Request(model="coloured"))
    assert {"digits", "coloured", "named", "many"} <= {line.id for line in found.samplers}
    assert found.described is not None
    expected = {"size": 24, "classes": 0, "channels": 3, "look": "colour", "digits": False, "names": ()}
    assert {key: found.described[key] for key in expected} == expected
    assert found.described["can"] == {"judge": False, "nearest": False, "find": False}
    named = samplers.run(samplers.Request(model="named")).described
    assert named is not None
    assert (named["names"], named["look"]) == (tuple(othermodels.NAMES), "grey")
    assert named["can"] == {"judge": True, "nearest": False, "find": True}
    digits = samplers.run(samplers.Request(model="digits")).described
    assert digits is not None
    assert (digits["digits"], digits["look"], digits["can"]) == (True, "ink", {"judge": True, "nearest": True, "find": True})


def test_colours_are_drawn_as_they_are(others: Path) -> None:
    result = sample.run(sample.Request(model="coloured", seed=3, pixels=48, smooth=False))
    shown = np.asarray(opened(result.picture))
    assert shown.shape == (48, 48, 3)
    sampler = models.load("coloured", "sample")
    made = sampler.paint(latent.from_seed(3, LATENT)[None], np.zeros((1, 0), np.float32))[0]
    assert np.abs(shown[::2, ::2] / 255 - made).max() <= 1 / 255
    assert made.std(axis=2).max() > 0.02  # in colour
    again = sample.Request(**recall.run(recall.Request(picture=images.data_uri(result.picture))).request)
    assert unsigned(sample.run(again).picture) == unsigned(result.picture)


def test_grey_pictures_are_shown_as_photographs(others: Path) -> None:
    sampler = models.load("named", "sample")
    made = sampler.paint(latent.from_seed(1, LATENT)[None], np.eye(4, dtype=np.float32)[2:3])[0]
    shown = np.asarray(opened(sample.run(sample.Request(model="named", digit=2, pixels=32, smooth=False)).picture))
    assert shown.shape == (32, 32)
    assert np.abs(shown[::2, ::2] / 255 - (1 - made)).max() <= 1 / 255
    smooth = np.asarray(_grid.shown(made, 64, True, "grey"), np.float32) / 255
    assert np.abs(smooth.mean() - (1 - made).mean()) < 0.05


def test_classes_are_counted_and_without_them_they_do_not_matter(others: Path) -> None:
    one, two = (sample.run(sample.Request(model="coloured", digit=digit, digit_to=1, blend=0.5, pixels=32)) for digit in (0, 9))
    assert np.array_equal(np.asarray(opened(one.picture)), np.asarray(opened(two.picture)))
    last, other = (sample.run(sample.Request(model="many", digit=digit, pixels=32)).picture for digit in (22, 3))
    assert not np.array_equal(np.asarray(opened(last)), np.asarray(opened(other)))
    for task, request in ((sample, sample.Request(model="named", digit=4)), (sample, sample.Request(model="named", digit=1, digit_to=9))):
        with pytest.raises(UserError) as refused:
            task.run(request)
        assert (refused.value.key, refused.value.values["high"]) == ("whole_between", 3)


def test_paint_gives_planes_of_colours(others: Path) -> None:
    z = [latent.from_seed(seed, LATENT).tolist() for seed in (1, 2)]
    result = paint.run(paint.Request(latents=z, classes=[[], []], model="coloured"))
    assert result.pixels.shape == (2, 3, 24, 24)
    report = result.report()
    assert (report["size"], report["channels"], report["count"]) == (24, 3, 2)
    planes = np.frombuffer(base64.b64decode(report["pixels"]), np.uint8).reshape(2, 3, 24, 24)
    shown = np.asarray(opened(sample.run(sample.Request(model="coloured", seed=2, pixels=48, smooth=False)).picture))
    assert np.abs(planes[1].transpose(1, 2, 0).astype(int) - shown[::2, ::2]).max() <= 1
    with pytest.raises(UserError) as refused:
        paint.run(paint.Request(latents=z, classes=[[1.0], [1.0]], model="coloured"))
    assert refused.value.key == "paint_classes"


def test_paint_saves_both_kinds(others: Path, tmp_path: Path) -> None:
    z = [latent.from_seed(1, LATENT).tolist()] * 2
    for model, classes, mode in (("coloured", [[], []], "RGB"), ("named", [[1, 0, 0, 0]] * 2, "L")):
        result = paint.run(paint.Request(latents=z, classes=classes, model=model))
        result.save(tmp_path / f"{model}.png")
        image = Image.open(tmp_path / f"{model}.png")
        assert (image.mode, image.height) == (mode, 2 * image.width)


def test_sheets(others: Path) -> None:
    four = opened(sheet.run(sheet.Request(model="named", rows=3, cell=32)).picture)
    assert four.size == (4 * 32, 3 * 32)
    result = sheet.run(sheet.Request(model="coloured", rows=2, seed=7, cell=32, smooth=False))
    page = np.asarray(opened(result.picture))
    assert (page.shape, result.seeds) == ((64, 320, 3), (7, 17))
    alone = np.asarray(opened(sample.run(sample.Request(model="coloured", seed=19, pixels=32, smooth=False)).picture))
    assert np.abs(page[32:, 64:96].astype(int) - alone).max() <= 1
    late = opened(sheet.run(sheet.Request(model="many", rows=1, first=20, cell=32)).picture)
    assert late.size == (3 * 32, 32)
    with pytest.raises(UserError):
        sheet.run(sheet.Request(model="named", first=4))


def test_morph_and_plane(others: Path) -> None:
    for model, bands in (("coloured", "RGB"), ("named", "L")):
        result = morph.run(morph.Request(model=model, digit=0, digit_to=3, frames=4, cell=32))
        assert opened(result.strip).mode == bands
        assert opened(result.animation).n_frames >= 2
        assert {len(y) for y in result.classes} == {0 if model == "coloured" else 4}
        across = plane.run(plane.Request(model=model, digit=0, steps=3, cell=32))
        assert (across.across, across.down) == ("raw 1", "raw 2")
        assert opened(across.picture).mode == bands


def test_the_discriminator_of_named_classes(others: Path) -> None:
    z = tuple(latent.from_seed(1, LATENT).tolist())
    result = discriminate.run(discriminate.Request(model="named", latent=z, digit=2))
    assert 0 < result.probability < 1
    assert result.report()["size"] == 16
    of_mine = discriminate.run(discriminate.Request(model="named", picture=photo(), digit=2))
    assert of_mine.gradient.shape == (16, 16)
    for task, key in ((discriminate, "model_unfinished"), (nearest, "not_like_mnist"), (invert, "model_unfinished")):
        fields = {"picture": photo(), "model": "coloured"}
        with pytest.raises(UserError) as refused:
            task.run(task.Request(**fields))
        assert refused.value.key == key


def test_gradient_of_colours_is_how_much_they_count() -> None:
    from ganapp.nets import dcgan_discriminator

    net = dcgan_discriminator.Net(dcgan_discriminator.Config(size=16, channels=3, classes=0, width=4)).eval()
    picture = np.random.default_rng(1).random((16, 16, 3), np.float32)
    score, slope = discriminate.attend(net, picture, np.zeros(0, np.float32))
    assert slope.shape == (16, 16)
    assert (slope >= 0).all()
    assert np.isfinite(score)
    assert discriminate.probability(0.0, np.zeros(0, np.float32), {"slope": 2.0, "offsets": [0.0]}) == 0.5


def test_an_encoder_finds_what_the_generator_made_and_its_class(others: Path) -> None:
    sampler = models.load("named", "sample")
    made = sampler.paint((0.7 * latent.from_seed(5, LATENT))[None], np.eye(4, dtype=np.float32)[1:2])[0]
    uri = images.data_uri(images.png(_grid.shown(made, 16, False, "grey")))
    given = invert.run(invert.Request(picture=uri, model="named", digit=1))
    wrong = invert.run(invert.Request(picture=uri, model="named", digit=3))
    assert given.residual < wrong.residual
    assert given.residual < 0.05
    assert (given.verdict, given.judged, len(given.raw)) == ("close", (), 3)
    assert invert.run(invert.Request(picture=uri, model="named")).digit in range(4)
    with pytest.raises(UserError):
        invert.run(invert.Request(picture=uri, model="named", digit=4))


def test_without_classes_there_is_none_to_name(others: Path) -> None:
    sampler = models.load("coloured", "sample")
    assert _inversion.likeliest(invert.nets(sampler), torch.zeros(1, 3, 24, 24), 0) == 0


def test_someones_picture_is_cut_to_the_middle_square(others: Path) -> None:
    wide = Image.new("RGB", (80, 40), (255, 0, 0))
    wide.paste((0, 0, 255), (20, 0, 60, 40))
    uri = images.data_uri(images.png(wide))
    seen = _subject.prepared(uri, models.load("coloured", "sample"))
    assert seen.shape == (24, 24, 3)
    assert seen[..., 2].min() > 0.99
    grey = _subject.prepared(images.data_uri(images.png(Image.new("L", (30, 30), 0))), models.load("named", "sample"))
    assert grey.shape == (16, 16)
    assert grey.min() == 1.0  # dark is 1
    assert _subject.tensor(seen).shape == (1, 3, 24, 24)


@pytest.mark.parametrize("size", [28, 29, 32, 36])
def test_digits_are_framed_and_back(size: int) -> None:
    ink = np.zeros((32, 32), np.float32)
    ink[10:20, 12:21] = 1
    framed = _subject.framed(ink, size)
    assert framed.shape == (size, size)
    assert np.array_equal(_subject.framed(framed, 32), ink)
