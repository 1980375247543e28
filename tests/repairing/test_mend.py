"""Planning, mending and proving, with fillers that are easy to foresee."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from ganapp.base import progress
from ganapp.pictures import photo_file
from ganapp.pictures.box import Box
from ganapp.pictures.photo import LAYOUTS, Photo
from ganapp.repairing import coarse, holes, mend


@dataclass
class Red:
    """Fills everything with red, even outside the hole, and remembers what it was shown."""

    side: int = 64
    seen: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)

    def fill(self, colours: np.ndarray, hole: np.ndarray, seed: int, on: Callable[[], None]) -> np.ndarray:
        on()
        self.seen.append((colours.copy(), hole.copy()))
        return np.broadcast_to(np.array([1, 0, 0], np.float32), colours.shape)


def noise(h: int, w: int, layout: str = "RGB", dtype: type = np.uint8) -> Photo:
    full = int(np.iinfo(dtype).max) + 1
    return Photo(np.random.default_rng(0).integers(0, full, (h, w, LAYOUTS[layout]), dtype), layout)


def marked(h: int, w: int, *boxes: tuple[int, int, int, int]) -> np.ndarray:
    marks = np.zeros((h, w), bool)
    for top, left, height, width in boxes:
        marks[top : top + height, left : left + width] = True
    return marks


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 9), st.integers(0, 5))
def test_distance_is_the_exact_one(h: int, w: int, reach: int, seed: int) -> None:
    marks = np.random.default_rng(seed).random((h, w)) < 0.05
    true = ndimage.distance_transform_edt(~marks) if marks.any() else np.full((h, w), np.inf)
    assert holes.distance(marks, reach) == pytest.approx(np.minimum(true, reach + 1), abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 8), st.integers(0, 1000), st.sampled_from([32, 64, 128]))
def test_every_mark_is_in_a_part_and_every_part_in_its_view(h: int, w: int, grow: int, seed: int, side: int) -> None:
    random = np.random.default_rng(seed)
    marks = np.zeros((h, w), bool)
    for _ in range(random.integers(1, 6)):
        y, x = random.integers(h), random.integers(w)
        marks[y : y + random.integers(1, 120), x : x + random.integers(1, 120)] = True
    covered = np.zeros_like(marks)
    for part in holes.plan(marks, grow, side):
        covered[part.place.slices] = True
        assert part.place.top >= part.view.top >= 0
        assert part.place.left >= part.view.left >= 0
        assert part.place.top + part.place.height <= part.view.top + part.view.height <= h
        assert part.place.left + part.place.width <= part.view.left + part.view.width <= w
    grown = ndimage.distance_transform_edt(~marks) <= grow
    assert not (grown & ~covered).any()


def test_far_apart_holes_are_parts_of_their_own_and_near_ones_are_not() -> None:
    parts = holes.plan(marked(1000, 2000, (100, 100, 20, 20), (110, 130, 20, 20), (800, 1800, 30, 30)), 4, 512)
    assert len(parts) == 2
    assert all(max(part.view.height, part.view.width) == holes.LEAST for part in parts)


def test_what_one_view_shows_is_mended_once() -> None:
    (whole,) = holes.plan(marked(512, 512, (30, 30, 200, 90), (300, 40, 60, 60), (250, 200, 180, 300)), 4, 512)
    assert (whole.view, whole.thick) == (Box(0, 0, 512, 512), False)
    dust = [(top, left, 3, 3) for top in range(20, 600, 60) for left in range(20, 600, 60)]
    parts = holes.plan(marked(640, 640, *dust), 4, 256)
    assert max(max(part.view.height, part.view.width) for part in parts) <= 256
    assert len(parts) <= 25


def test_a_long_scratch_is_mended_at_full_size_and_a_thick_hole_is_not() -> None:
    scratch = holes.plan(marked(3000, 4000, (0, 2000, 3000, 6)), 4, 512)
    assert len(scratch) >= 10
    assert not any(part.thick for part in scratch)
    assert max(part.view.height for part in scratch) <= 600
    (thick,) = holes.plan(marked(3000, 4000, (1000, 1000, 900, 700)), 4, 512)
    assert thick.thick
    assert thick.view.height == 2 * thick.place.height


@pytest.mark.parametrize("layout", list(LAYOUTS))
@pytest.mark.parametrize("soften", [0, 6])
def test_only_grown_marks_change_and_marks_change_wholly(layout: str, soften: int) -> None:
    shot, marks = noise(90, 150, layout), marked(90, 150, (10, 10, 30, 3), (60, 100, 9, 40))
    if layout in ("LA", "RGBA"):
        shot.pixels[..., -1] = 255
    kept = shot.pixels.copy()
    done = mend.mend(shot, marks, Red(side=256), mend.Settings(grow=3, soften=soften))
    assert np.array_equal(shot.pixels, kept)
    allowed = ndimage.distance_transform_edt(~marks) <= 3
    assert np.array_equal(done.grown, allowed)
    assert np.array_equal(done.photo.pixels[~allowed], kept[~allowed])
    assert done.proof == photo_file.Proof(int((~allowed).sum()), 0, 0.0)
    red = Photo(kept.copy(), layout)
    red.lay(0, 0, np.broadcast_to(np.array([1, 0, 0], np.float32), (90, 150, 3)), np.ones((90, 150), bool))
    assert np.array_equal(done.photo.pixels[marks], red.pixels[marks])


def test_the_rim_fades_and_never_jumps() -> None:
    shot = Photo(np.full((60, 60, 3), 128, np.uint8), "RGB")
    done = mend.mend(shot, marked(60, 60, (25, 25, 10, 10)), Red(), mend.Settings(grow=8, soften=8))
    line = done.photo.pixels[30, :, 0].astype(int)
    assert line[30] == 255
    assert line[10] == 128
    assert (np.diff(line[:30]) >= 0).all()
    assert np.diff(line[:31]).max() < 50


def test_what_is_marked_is_never_shown_to_the_filler_as_known() -> None:
    filler = Red()
    marks = marked(200, 200, (20, 20, 40, 6), (20, 60, 6, 40))
    mend.mend(noise(200, 200), marks, filler, mend.Settings(grow=2))
    for colours, hole in filler.seen:
        assert colours.shape[:2] == hole.shape
        assert hole.any()
    first = filler.seen[0][1]
    assert first.sum() == (ndimage.distance_transform_edt(~marks) <= 2)[: first.shape[0], : first.shape[1]].sum()


def test_colours_under_full_transparency_are_unknown() -> None:
    shot = noise(64, 64, "RGBA")
    shot.pixels[..., 3] = 255
    shot.pixels[:, :20, 3] = 0
    filler = Red()
    done = mend.mend(shot, marked(64, 64, (30, 30, 5, 5)), filler, mend.Settings())
    assert filler.seen[0][1][:, :20].all()
    assert np.array_equal(done.photo.pixels[:, :20], shot.pixels[:, :20])


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (20, 2000), (37, 61)])
def test_any_size_wholly_or_partly_marked(shape: tuple[int, int]) -> None:
    for marks in (np.ones(shape, bool), marked(*shape, (0, 0, 1, 1))):
        done = mend.mend(noise(*shape), marks, Red(), mend.Settings())
        assert done.photo.pixels.shape[:2] == shape
        assert done.proof.changed == 0


def texture(h: int, w: int) -> np.ndarray:
    """Fine stripes whose brightness drifts."""
    y, x = np.mgrid[:h, :w].astype(np.float32)
    grey = 0.5 + 0.2 * np.sin(x * 1.1 + y * 0.7) + 0.1 * (x / w)
    return np.repeat(grey[..., None], 3, axis=2).astype(np.float32)


def test_a_hole_too_large_for_the_net_is_sharp_again() -> None:
    clean = texture(400, 400)
    hole = marked(400, 400, (120, 120, 160, 160))

    def flat(colours: np.ndarray, gap: np.ndarray) -> np.ndarray:
        assert max(gap.shape) <= 100
        return np.where(gap[..., None], colours[~gap].mean(0), colours).astype(np.float32)

    made = coarse.mend(np.where(hole[..., None], 0, clean).astype(np.float32), hole, 100, flat, seed=1)
    assert np.array_equal(made[~hole], clean[~hole])
    inside = made[140:260, 140:260, 0]
    assert inside.std() > 0.5 * clean[140:260, 140:260, 0].std()
    again = coarse.mend(np.where(hole[..., None], 0, clean).astype(np.float32), hole, 100, flat, seed=1)
    assert np.array_equal(made, again)


@pytest.mark.parametrize(("h", "w", "top", "left"), [(333, 501, 0, 0), (701, 330, 500, 130), (257, 1203, 57, 1003)])
def test_odd_sizes_and_holes_at_the_edge(h: int, w: int, top: int, left: int) -> None:
    clean, hole = texture(h, w), marked(h, w, (top, left, 200, 200))

    def true(colours: np.ndarray, gap: np.ndarray) -> np.ndarray:
        rows, columns = (np.linspace(0, n - 1, m).round().astype(int) for n, m in zip((h, w), gap.shape))
        return np.where(gap[..., None], 0.5 + 0.1 * columns[None, :, None] / w + 0 * rows[:, None, None], colours).astype(np.float32)

    made = coarse.mend(np.where(hole[..., None], 0, clean).astype(np.float32), hole, 100, true, seed=1)
    assert np.array_equal(made[~hole], clean[~hole])
    drift = 0.1 * np.arange(w) / w
    assert np.abs(made[..., 0].mean(0) - clean[..., 0].mean(0))[left + 20 : left + 180].max() < 0.1
    assert np.abs(made[top + 20 : top + 180, left + 20 : left + 180].mean() - 0.5 - drift[left + 20 : left + 180].mean()) < 0.03


def test_sizes_double() -> None:
    assert coarse.sizes(100, 80, 128) == [(100, 80)]
    assert coarse.sizes(1000, 500, 300) == [(300, 150), (500, 250), (1000, 500)]


class Watching:
    def __init__(self, stop_at: int) -> None:
        self.told: list[tuple[int, int]] = []
        self.stop_at = stop_at

    def tell(self, done: int, total: int) -> None:
        self.told.append((done, total))

    def go_on(self) -> None:
        if len(self.told) > self.stop_at:
            raise progress.Cancelled


def test_progress_is_told_by_part_and_work_can_be_stopped() -> None:
    marks = marked(64, 900, (10, 10, 8, 8), (10, 400, 8, 8), (10, 800, 8, 8))
    watching = Watching(99)
    with progress.watched(watching):
        mend.mend(noise(64, 900), marks, Red(), mend.Settings())
    assert watching.told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    filler = Red()
    with progress.watched(Watching(1)), pytest.raises(progress.Cancelled):
        mend.mend(noise(64, 900), marks, filler, mend.Settings())
    assert len(filler.seen) == 1


def test_boxes_stay_inside() -> None:
    assert Box(0, 0, 5, 5).grown(3, 100, 7) == Box(0, 0, 8, 7)
    assert Box(90, 90, 5, 5).widened(20, 300, 100, 100) == Box(80, 0, 20, 100)
