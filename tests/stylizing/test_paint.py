"""The small picture: its size, tiles that are the same as the whole, memory that runs short, pictures of any shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from ganapp.base import progress
from ganapp.base.errors import UserError
from ganapp.models.painter import Painter, around
from ganapp.nets import stylizer
from ganapp.pictures.images import Array
from ganapp.pictures.tiling import Work
from ganapp.stylizing import paint, stroke_size
from tests.support import tinymodel
from tests.upscaling.test_tiles import Watching


def painter(noise: int = 0) -> Painter:
    """A net that looks as far as it may, and paints strongly."""
    torch.manual_seed(0)
    net = stylizer.Net(stylizer.Config(**tinymodel.NARROW, noise=noise)).eval().requires_grad_(False)
    with torch.no_grad():
        net.paint.weight.mul_(4)
    return around("tiny", "tiny", 48, "", net)


def scene(h: int, w: int) -> Array:
    """Colours that differ from place to place, so that a tile's own colours are not those of the whole."""
    y, x = np.mgrid[:h, :w].astype(np.float32)
    waves = np.stack([0.5 + 0.4 * np.sin(x / 31 + i) * np.cos(y / 23 - i) for i in range(3)], 2)
    return np.asarray(
        np.clip(waves * (0.3 + 0.7 * x[..., None] / w) + np.random.default_rng(0).normal(0, 0.03, (h, w, 3)), 0, 1), np.float32
    )


def levels(colours: Array) -> np.ndarray:
    return np.round(colours * 255).astype(int)


def painted(small: Array, by: Painter, tile: int, seed: int = 0) -> Array:
    return paint.painted(small, by, Work(tile, paint.count(by, (small.shape[1], small.shape[0]), tile)), seed=seed)


@pytest.mark.parametrize(("shape", "tile"), [((1250, 1601), 400), ((90, 70), 16), ((1, 300), 64), ((120, 1), 16), ((3, 2), 16)])
def test_tiles_are_the_same_as_the_whole(shape: tuple[int, int], tile: int) -> None:
    by, small = painter(), scene(*shape)  # the first has two megapixels
    whole, cut = painted(small, by, 4096), painted(small, by, tile)
    assert whole.shape == (*shape, 3)
    assert np.abs(levels(whole) - levels(cut)).max() <= 1
    if shape[0] > 1000:
        assert whole.std() > 0.05


def test_tiles_share_their_noise_and_the_seed_moves_the_strokes() -> None:
    by, small = painter(noise=2), scene(151, 202)
    whole = painted(small, by, 4096, seed=7)
    assert np.abs(levels(whole) - levels(painted(small, by, 48, seed=7))).max() <= 1
    assert np.array_equal(whole, painted(small, by, 4096, seed=7))
    assert np.abs(levels(whole) - levels(painted(small, by, 4096, seed=8))).mean() > 1


def test_without_the_look_of_the_whole_or_enough_around_them_they_would_not_be() -> None:
    by, small = painter(), scene(128, 160)
    whole = levels(painted(small, by, 4096))
    assert np.abs(whole - levels(painted(small, replace(by, reach=4), 32))).max() > 4
    alone = replace(by, begun=lambda _: lambda x: by.begun(x)(x))
    assert np.abs(whole - levels(painted(small, alone, 32))).max() > 4


class Short:
    """A painter's call that has too little memory for more than so many pixels, but for the first time."""

    def __init__(self, call: Callable[[Tensor], Tensor], most: int) -> None:
        self.call, self.most, self.asked = call, most, list[int]()

    def __call__(self, x: Tensor) -> Tensor:
        self.asked.append(x.shape[2] * x.shape[3])
        if self.asked[-1] > self.most and len(self.asked) > 1:
            raise RuntimeError("DefaultCPUAllocator: not enough memory")
        return self.call(x)


def test_short_of_memory_the_tile_is_halved_and_what_is_done_stays() -> None:
    by, small = painter(), scene(200, 140)
    made: list[Short] = []

    def begun(whole: Tensor) -> Short:
        made.append(Short(by.begun(whole), 14_000))
        return made[-1]

    work = Work(96, 6)
    cut = paint.painted(small, replace(by, begun=begun), work)
    assert np.abs(levels(cut) - levels(painted(small, by, 4096))).max() <= 1
    assert (work.halved, work.tile) == (1, 48)
    assert work.done == work.total > 6
    blind = replace(by, begun=lambda _: Short(lambda x: x, 0), reach=None)
    paint.painted(small, blind, Work(32, 1))  # the first time it fits
    whole = Short(lambda x: x, 0)
    whole.asked.append(1)
    with pytest.raises(UserError) as refused:
        paint.painted(small, replace(by, begun=lambda _: whole, reach=None), Work(32, 1))
    assert refused.value.key == "tile_memory"


def test_it_is_taken_back_between_two_tiles() -> None:
    by, small = painter(), scene(96, 96)
    seen: list[tuple[int, int]] = []
    with progress.watched(Watching(enough=2)), pytest.raises(progress.Cancelled):
        paint.painted(small, by, Work(32, 9), lambda tile, box: seen.append((box.top, box.left)))
    assert seen == [(0, 0), (0, 32)]


SIZES = [
    ((6000, 4000), 1, (576, 384)), ((6000, 4000), 0.25, (2304, 1536)), ((6000, 4000), 4, (144, 96)), ((390, 390), 1, (390, 390)),
    ((200, 150), 1, (400, 300)), ((1, 1), 1, (2, 2)), ((1, 5000), 1, (2, 10000)), ((20000, 2000), 0.25, (8944, 894)),
]  # fmt: skip


@pytest.mark.parametrize(("size", "width", "expected"), SIZES)
def test_how_large_a_photo_is_when_it_is_painted(size: tuple[int, int], width: float, expected: tuple[int, int]) -> None:
    assert stroke_size.painted(size, 384, width) == expected
