"""The invisible mark: how quiet it is, what it outlives, and that nobody finds one where there is none."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from ganapp.pictures.mark import code, photos, reading
from ganapp.pictures.mark.carriers import carriers
from ganapp.pictures.photo import Photo

KEY = b"tests"


def scene(seed: int, h: int = 300, w: int = 360) -> np.ndarray:
    """Noise of all sizes, as photographs have it: amplitudes fall as 1 / frequency. (h, w, 3) uint8"""
    chance = np.random.default_rng(seed)
    reach = np.hypot(np.fft.fftfreq(h)[:, None], np.fft.rfftfreq(w)[None]) + 1 / w
    layers = [np.fft.irfft2(np.fft.rfft2(chance.normal(size=(h, w))) / reach, (h, w)) for _ in range(3)]
    field = np.stack([layers[0] + 0.3 * each for each in layers], axis=2)
    return np.clip(128 + 30 * field / field.std(), 0, 255).astype(np.uint8)


def found(picture: Image.Image) -> int | None:
    mark = photos.find(Photo(np.asarray(picture.convert("RGB")), "RGB"), KEY)
    return mark.number if mark else None


def jpeg(picture: Image.Image) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=75)
    return Image.open(out)


@pytest.mark.parametrize("seed", [0, 1])
def test_it_outlives_jpeg_size_and_cut(seed: int) -> None:
    plain = Photo(scene(seed), "RGB")
    marked = photos.marked(plain, 0xC0FFEE00 + seed, KEY)
    assert marked is not None
    change = marked.pixels.astype(float) - plain.pixels
    assert 10 * np.log10(255**2 / (change**2).mean()) >= 42
    inner = ((plain.pixels > 20) & (plain.pixels < 235)).all(axis=2)  # at black and white it is cut off
    assert np.ptp(change[inner], axis=1).max() <= 1, "alike in all colours"
    picture = Image.fromarray(marked.pixels)
    w, h = picture.size
    changed = {
        "same": picture,
        "jpeg": jpeg(picture),
        "half": picture.resize((w // 2, h // 2), Image.Resampling.LANCZOS),
        "double": picture.resize((2 * w, 2 * h), Image.Resampling.BICUBIC),
        "cut": picture.crop((25, 20, 25 + round(w * 0.9), 20 + round(h * 0.89))),
    }
    assert {name: found(each) for name, each in changed.items()} == dict.fromkeys(changed, 0xC0FFEE00 + seed)


def test_a_large_photo_and_a_deep_one() -> None:
    large = scene(5, 900, 1300)
    marked = photos.marked(Photo(large.astype(np.uint16) * 257, "RGB"), 42, KEY)
    assert marked is not None
    assert marked.pixels.dtype == np.uint16
    half = Image.fromarray((marked.pixels >> 8).astype(np.uint8)).resize((620, 430), Image.Resampling.LANCZOS)
    assert found(half) == 42


def test_none_is_found_where_there_is_none() -> None:
    assert [found(Image.fromarray(scene(seed, 256, 256))) for seed in range(20, 32)] == [None] * 12
    assert found(Image.new("RGB", (300, 300), "white")) is None
    assert found(Image.fromarray(np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8))) is None


def test_small_flat_and_strange_ones_are_left_alone() -> None:
    assert photos.marked(Photo(scene(1, 255, 400), "RGB"), 1, KEY) is None
    assert photos.marked(Photo(np.zeros((300, 300, 4), np.uint8), "CMYK"), 1, KEY) is None
    alpha = np.dstack([scene(2), np.full((300, 360), 77, np.uint8)])
    marked = photos.marked(Photo(alpha, "RGBA"), 1, KEY)
    assert marked is not None
    assert (marked.pixels[..., 3] == 77).all()
    grey = photos.marked(Photo(scene(3)[..., :1], "L"), 9, KEY)
    assert grey is not None
    assert found(Image.fromarray(grey.pixels[..., 0])) == 9


def test_the_code_corrects_errors_and_knows_when_it_cannot() -> None:
    chance = np.random.default_rng(1)
    for number in (0, 1, 0xFFFFFFFF, 0x12345678):
        signs = code.encoded(number)
        assert signs.shape == (code.LENGTH,)
        assert code.decoded(signs) == number
        noisy = signs.copy()
        noisy[chance.permutation(code.LENGTH)[:18]] *= -0.5
        assert code.decoded(noisy) == number
    assert sum(code.decoded(chance.normal(size=code.LENGTH)) is not None for _ in range(60)) == 0


def test_keys_differ() -> None:
    one, other = carriers(b"a"), carriers(b"b")
    assert len(one.phases) == len(other.phases) == one.sync + code.LENGTH
    assert np.abs(np.exp(1j * one.phases).mean()) < 0.2
    assert not np.array_equal(one.across, other.across)


def test_a_small_picture_has_none() -> None:
    assert reading.find(np.zeros((40, 400)), KEY) is None
