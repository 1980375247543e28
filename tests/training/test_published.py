"""The published degradation by its statistics, batches drawn ahead, and a teacher."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from ganapp.base.errors import UserError
from ganapp.training.data import degradations, photographs, published
from ganapp.training.recipes import _upscale_batches as batches
from ganapp.training.recipes import upscale
from ganapp.training.recipes._teacher import Teacher
from ganapp.training.run.place import Place
from ganapp.training.run.prefetch import Prefetched

CPU = Place(torch.device("cpu"))


def noise(degraded, strength):
    """The median noise in levels that is left on flat grey."""
    grey = np.full((96, 96, 3), 128, np.uint8)
    return np.median([degraded(grey, 4, strength, np.random.default_rng(i)).std((0, 1)).mean() for i in range(60)])


def test_noise_is_what_was_published_and_grows_with_the_strength():
    """About 9 levels at full strength; the milder degradation leaves a third of it."""
    whole, half = noise(published.degraded, 1.0), noise(published.degraded, 0.5)
    assert 6.5 < whole < 12
    assert 0.35 < half / whole < 0.7
    assert noise(degradations.degraded, 1.0) < 0.6 * whole


def test_it_follows_from_its_seed_and_nothing_is_bicubic_reduction():
    picture = photographs.drawing(96, np.random.default_rng(4))
    for degraded in (published.degraded, published.either):
        one, same = (degraded(picture, 4, 0.8, np.random.default_rng(7)) for _ in range(2))
        assert np.array_equal(one, same)
        assert one.shape == (24, 24, 3)
        assert np.array_equal(degraded(picture, 4, 0.0, np.random.default_rng(7)), degradations.reduced(picture, 4))


@pytest.mark.parametrize("make", [lambda random: published._gaussian(3.0, 1.0, random), lambda random: published._sinc(1.0, random)])
def test_kernels_keep_the_light_and_filters_are_products(make):
    for seed in range(20):
        kernel = make(np.random.default_rng(seed))
        assert kernel.shape == (21, 21)
        assert kernel.sum() == pytest.approx(1, abs=1e-4)
    x = np.random.default_rng(0).uniform(0, 255, (30, 40, 3)).astype(np.float32)
    padded = torch.nn.functional.pad(torch.from_numpy(x.transpose(2, 0, 1).copy())[:, None], (10,) * 4, mode="reflect")
    plain = torch.nn.functional.conv2d(padded, torch.from_numpy(kernel)[None, None])[:, 0].numpy().transpose(1, 2, 0)
    assert np.abs(published._filtered(x, kernel) - plain).max() < 0.01


def test_noise_alone_is_the_noise_of_the_first_order():
    """Gaussian of 1 to 30 levels, or shot noise of a variance of scale^2 / 512 of grey's, scale from 0.15 to 3."""
    levels = {strength: noise(published.noisy, strength) for strength in (0.4, 1.0)}
    assert 12 < levels[1.0] < 20
    assert levels[0.4] == pytest.approx(0.4 * levels[1.0], rel=0.15)


def test_the_net_is_never_told_less_than_what_cleans_that():
    """A quarter of the setting stands for half of the published strength."""
    pairs = np.array([batches.strengths(np.random.default_rng(i)) for i in range(2000)])
    assert (pairs[:, 1] ** 2 <= pairs[:, 0]).all()
    clean = pairs[:, 1] == 0
    assert 0.15 < clean.mean() < 0.25
    assert 0.06 < (clean & (pairs[:, 0] > 0)).mean() < 0.14, "some clean pictures come with any strength"


def test_of_pictures_with_noise_alone_some_are_to_be_cleaned_in_full(source):
    told = {}
    for share in (0.0, 0.5):
        given = batches.Settings(kind="photo", scale=2, side=16, window=16, batch=60, noisy=1.0, in_full=share, source=str(source))
        batch = batches.Source(given, photographs.Photographs(source, 32), 0)(0)
        assert (batch.harmed**2 <= batch.strength + 1e-6).all()
        told[share] = float((batch.strength == 1).float().mean())
    assert told[0.0] == 0
    assert 0.3 < told[0.5] < 0.7


def test_batches_drawn_ahead_are_the_same():
    def draw(k: int) -> torch.Tensor:
        return torch.full((2, 3), float(k))

    ahead = Prefetched(draw, workers=2)
    assert [int(ahead(k)[0, 0]) for k in (0, 1, 2, 7, 8, 3)] == [0, 1, 2, 7, 8, 3]


def checkpoint(path: Path, scale: int = 4) -> Path:
    """An untrained Real-ESRGAN of the small kind (SRVGG), as its makers name the weights."""
    torch.manual_seed(0)
    state, width = {}, 8
    for i in range(3):
        state |= {f"body.{2 * i}.weight": 0.1 * torch.randn(width, 3 if i == 0 else width, 3, 3), f"body.{2 * i}.bias": torch.zeros(width)}
        state[f"body.{2 * i + 1}.weight"] = torch.full((width,), 0.2)
    state |= {"body.6.weight": 0.1 * torch.randn(3 * scale**2, width, 3, 3), "body.6.bias": torch.zeros(3 * scale**2)}
    save_file(state, path)
    return path


def test_a_teacher_answers_at_the_scale_that_is_learned(tmp_path):
    small = torch.rand(2, 3, 8, 6) * 2 - 1
    whole, half = (Teacher(str(checkpoint(tmp_path / "net.safetensors")), scale, CPU)(small) for scale in (4, 2))
    assert (whole.shape, half.shape) == ((2, 3, 32, 24), (2, 3, 16, 12))
    assert half == pytest.approx(torch.nn.functional.avg_pool2d(whole, 2), abs=1e-5)
    assert whole.abs().max() <= 1
    with pytest.raises(UserError):
        Teacher(str(checkpoint(tmp_path / "two.safetensors", 2)), 4, CPU)


def test_the_teacher_has_the_more_say_the_more_was_lost(tmp_path):
    place = tmp_path / "photos"
    place.mkdir()
    for i in range(13):
        Image.fromarray(photographs.drawing(96, np.random.default_rng(i))).save(place / f"{i:02d}.png")
    how = {"kind": "photo", "scale": 4, "side": 16, "batch": 6, "width": 4, "depth": 2, "windows": 0, "window": 32, "d_width": 4}
    settings = upscale.Settings(**how, source=str(place), teacher=str(checkpoint(tmp_path / "net.safetensors")), taught=0.8)
    run = upscale.begin(settings, 0)
    batch = run.batches(0)
    (real, rest), (taught, share) = run._goals(batch)
    assert torch.equal(real, batch.real)
    assert share == pytest.approx(0.8 * batch.harmed)
    assert rest == pytest.approx(1 - share)
    assert (batch.harmed**2 <= batch.strength).all()
    assert set(run.step(0, 4)) == {"l1"}
