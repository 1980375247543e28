"""Tiles: the same as the whole, halved when memory is short with what is done kept, watched, previewed and taken back."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
import torch
from PIL import Image

from ganapp.base import progress
from ganapp.base.errors import UserError
from ganapp.machine import memory
from ganapp.models import enlarger
from ganapp.models.enlarger import Enlarger
from ganapp.nets import upscaler
from ganapp.pictures import resize
from ganapp.pictures.box import Box
from ganapp.pictures.canvas import Canvas
from ganapp.pictures.tiling import Work
from ganapp.upscaling import forecast, sizes, tiles
from ganapp.upscaling.tiles import Group


def net(scale: int = 4, depth: int = 3, denoise: bool = False) -> Enlarger:
    """A net that looks as far as it may: its random weights make every pixel in reach count."""
    torch.manual_seed(0)
    made = upscaler.Net(upscaler.Config(scale, 8, depth, denoise)).eval().requires_grad_(False)
    torch.nn.init.normal_(made.tail.weight, std=0.3)
    more = {"denoise": 0.4} if denoise else {}
    return Enlarger("tiny", scale, made.receptive, 48, "tiny", enlarger.ours(made, **more))


def noise(h: int, w: int, c: int = 3, kind: type = np.uint8) -> np.ndarray:
    return np.random.default_rng(0).integers(0, np.iinfo(kind).max, (h, w, c), kind, endpoint=True)


def filled(source: np.ndarray, by: Enlarger, tile: int, work: Work | None = None, group: Group = tiles.PLAIN) -> np.ndarray:
    target = np.zeros((source.shape[0] * by.scale, source.shape[1] * by.scale, source.shape[2]), source.dtype)
    tiles.fill(source, target, by, work or Work(tile, len(Box(0, 0, *source.shape[:2]).parts(tile))), group)
    return target


@pytest.mark.parametrize(("scale", "shape", "tile"), [(4, (70, 50), 16), (2, (33, 97), 32), (4, (1, 300), 64), (2, (120, 1), 16)])
def test_tiles_are_the_same_as_the_whole(scale: int, shape: tuple[int, int], tile: int) -> None:
    by, source = net(scale, denoise=scale == 4), noise(*shape)
    whole, cut = filled(source, by, 4096), filled(source, by, tile)
    assert np.abs(whole.astype(int) - cut).max() <= 1
    assert (whole != cut).mean() < 0.001


def test_with_less_around_them_they_would_not_be() -> None:
    by = net(depth=6)
    short = Enlarger(by.id, by.scale, 1, by.width, by.key, by.call)
    source = noise(40, 40)
    assert np.abs(filled(source, by, 4096).astype(int) - filled(source, short, 16)).max() > 4


def test_ink_is_light_turned_over_and_grey_has_one_channel() -> None:
    by, source = net(), noise(20, 20)
    assert (
        np.abs((255 - filled(255 - source, by, 16)).astype(int) - filled(source, by, 16, group=Group(slice(0, 3), turned=True))).max() <= 1
    )
    grey = noise(20, 20, 1, np.uint16)
    made = filled(grey, by, 16)
    assert (made.shape, made.dtype) == ((80, 80, 1), np.uint16)


def test_alpha_stays_within_what_is_beside_it() -> None:
    by, alpha = net(), np.zeros((40, 60, 1), np.uint8)
    alpha[:, 30:] = 255
    made = filled(alpha, by, 16, group=Group(slice(3, 4), bounded=True))
    assert (made[:, : 29 * 4] == 0).all()
    assert (made[:, 31 * 4 :] == 255).all()
    assert len(np.unique(made)) > 2  # and in between the net decides
    deep = np.zeros((160, 240, 1), np.uint16)
    tiles.fill(alpha, deep, by, Work(16, 12), Group(slice(3, 4), bounded=True))
    assert np.abs(deep / 257 - made).max() <= 1


def test_parts_cover_every_pixel_once() -> None:
    for height, width, tile in [(1, 1, 16), (100, 37, 16), (257, 256, 256), (5000, 1, 256)]:
        seen = np.zeros((height, width), int)
        for box in Box(0, 0, height, width).parts(tile):
            seen[box.slices] += 1
            assert max(box.height, box.width) <= tile
        assert (seen == 1).all()


@dataclass
class Short:
    """A call that has too little memory for more than so many pixels."""

    call: Callable[[torch.Tensor], torch.Tensor]
    most: int
    problem: Exception = field(default_factory=lambda: RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate"))
    asked: list[int] = field(default_factory=list)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        self.asked.append(x.shape[2] * x.shape[3])
        if self.asked[-1] > self.most and len(self.asked) > 1:  # the first tile still fitted
            raise self.problem
        return self.call(x)


@pytest.mark.parametrize("problem", [RuntimeError("[enforce fail] can't allocate memory"), MemoryError()])
def test_short_of_memory_the_tile_is_halved_and_what_is_done_stays(problem: Exception) -> None:
    by, source = net(), noise(130, 70)
    short = Short(by.call, 1500, problem)
    work = Work(64, 6)
    made = filled(source, Enlarger(by.id, by.scale, by.reach, by.width, by.key, short), 64, work)
    assert np.abs(made.astype(int) - filled(source, by, 4096)).max() <= 1
    assert (work.tile, work.halved) == (32, 1)
    assert work.done == work.total > 6
    big = [pixels for pixels in short.asked if pixels > short.most]
    assert len(big) == 2  # the first, and the one that failed


def test_what_does_not_fit_at_all_and_other_errors() -> None:
    by, source = net(), noise(40, 40)
    none = Short(by.call, 0)
    with pytest.raises(UserError) as refused:
        filled(source, Enlarger(by.id, by.scale, by.reach, by.width, by.key, none), 32)
    assert refused.value.key == "tile_memory"
    broken = Short(by.call, 0, RuntimeError("shape mismatch"))
    with pytest.raises(RuntimeError, match="shape"):
        filled(source, Enlarger(by.id, by.scale, by.reach, by.width, by.key, broken), 16)


@dataclass
class Watching:
    """Sees everything, and has enough after `enough` tiles."""

    enough: int = 1000
    told: list[tuple[int, int]] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)

    def tell(self, done: int, total: int) -> None:
        self.told.append((done, total))

    def go_on(self) -> None:
        if len(self.told) >= self.enough:
            raise progress.Cancelled

    def show(self, draw: Callable[[], bytes]) -> None:
        self.pictures.append(draw())


def test_who_watches_sees_it_fill_in_and_can_take_it_back() -> None:
    by, source = net(), np.full((64, 96, 3), 200, np.uint8)
    source[:, 48:] = 40
    bright = Enlarger(by.id, 4, by.reach, by.width, by.key, lambda x: x.repeat_interleave(4, 2).repeat_interleave(4, 3) * 0 + 1)
    watching = Watching()
    with progress.watched(watching):
        filled(source, bright, 32, Work(32, 6, canvas=Canvas.of(source, 384, 256)))
    assert watching.told == [(i, 6) for i in range(1, 7)]
    seen = [np.asarray(Image.open(io.BytesIO(blob)).convert("L")).astype(int) for blob in watching.pictures]
    assert all(len(blob) <= 30_000 for blob in watching.pictures)
    assert seen[0].shape == (256, 384)
    assert abs(seen[0][64, 64] - 255) < 6  # the first tile is there
    assert abs(seen[0][200, 350] - 40) < 6  # where nothing is done stands the picture itself
    assert seen[-1].min() > 240
    watching = Watching(enough=2)
    target = np.zeros((256, 384, 3), np.uint8)
    with progress.watched(watching), pytest.raises(progress.Cancelled):
        tiles.fill(source, target, bright, Work(32, 6))
    assert len(watching.told) == 2


def test_strips_of_a_resize_are_the_same_as_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    source = noise(90, 70, 3) // 2 + 64  # no sum of weights leaves the range, where PIL would clip it between its two passes
    for height, width in [(135, 105), (61, 47), (720, 560), (90, 1)]:
        target = np.empty((height, width, 3), np.uint8)
        resize.fill(source, target)
        monkeypatch.setattr(resize, "STRIP", 1500)
        strips = np.empty_like(target)
        resize.fill(source, strips)
        monkeypatch.undo()
        assert np.abs(target.astype(int) - strips).max() <= 1
        there = np.asarray(Image.fromarray(source).resize((width, height), Image.Resampling.LANCZOS))
        assert np.abs(target.astype(int) - there).max() <= 2  # and it rounds there
    deep = np.empty((90, 70, 3), np.uint16)
    resize.fill(source, deep)
    assert (deep == source.astype(int) * 257).all()
    back = np.empty((90, 70, 3), np.uint8)
    resize.fill(deep, back)
    assert (back == source).all()


def test_sizes_round_as_a_browser_does() -> None:
    assert sizes.sized(5, 3, 1.5) == (8, 5)
    assert sizes.sized(1, 1, 1.1) == (1, 1)
    assert sizes.sized(1000, 700, 4, 3840) == (3840, 2688)
    assert sizes.sized(3, 5000, 2) == (6, 10000)
    for wide in (999, 8001):
        with pytest.raises(UserError) as refused:
            sizes.sized(1000, 700, 4, wide)
        assert refused.value.key == "upscale_width"
    assert [sizes.repeats(3, factor) for factor in (1.1, 3, 3.1, 8)] == [1, 1, 2, 2]
    assert sizes.repeats(1, 8) == 1


def test_rates_are_learnt_and_corrected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast, "_rates", {})
    assert not forecast.known("x")
    forecast.learn("x", 100, 5.0)  # too few pixels
    assert not forecast.known("x")
    forecast.learn("x", 1_000_000, 2.0)
    assert forecast.seconds("x", 500_000) == pytest.approx(1.0)
    for _ in range(20):
        forecast.learn("x", 1_000_000, 4.0)
    assert forecast.seconds("x", 1_000_000) == pytest.approx(4.0, rel=0.01)
    assert forecast.seconds("resize", 1_000_000) < 1, "resampling is not taken for a net before it was measured"


def test_memory_is_told() -> None:
    assert memory.free_mb() > 0
    assert memory.taken_mb() > 0
    assert memory.ran_out(torch.OutOfMemoryError("CUDA out of memory"))
    assert not memory.ran_out(ValueError("no"))
