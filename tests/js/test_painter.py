"""The painter's arithmetic (assets/js/parts/painter), run by node and compared with numpy and scipy."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from tests.support import node

pytestmark = node.needed


def run(script: str) -> Any:
    raster, view = (node.address(f"parts/painter/{module}.js") for module in ("raster", "view"))
    return node.printed(f'import * as raster from "{raster}";\nimport {{ View }} from "{view}";\n{script}')


MASK = "const mask = (w, h) => ({ width: w, height: h, data: new Uint8Array(w * h) });"


def after(script: str, w: int = 60, h: int = 40) -> tuple[np.ndarray, Any]:
    """The mask after a script that may set `box`, and that box."""
    said = run(f"{MASK} const m = mask({w}, {h}); let box = null; {script}; console.log(JSON.stringify([[...m.data], box]));")
    return np.array(said[0], np.uint8).reshape(h, w), said[1]


def grid(w: int = 60, h: int = 40) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[:h, :w] + 0.5
    return y, x


def test_a_stroke_marks_what_is_near_its_line() -> None:
    marks, box = after("box = raster.stroke(m, [10, 10], [40, 25], { radius: 6 })")
    y, x = grid()
    along = np.clip(((x - 10) * 30 + (y - 10) * 15) / (30**2 + 15**2), 0, 1)
    distance = np.hypot(x - 10 - 30 * along, y - 10 - 15 * along)
    assert (marks[distance < 5.4] == 255).all()
    assert (marks[distance > 6.6] == 0).all()
    rows, columns = np.flatnonzero(marks.any(1)), np.flatnonzero(marks.any(0))
    assert box[0] <= columns[0] and box[1] <= rows[0] and columns[-1] < box[2] and rows[-1] < box[3]  # noqa: PT018


def test_a_soft_brush_fades_and_never_takes_away() -> None:
    soft, _ = after("raster.stroke(m, [30, 20], [30, 20], { radius: 15, hardness: 0 })")
    assert soft[20, 30] > 230
    assert (np.diff(soft[20, 30:46].astype(int)) <= 0).all()
    hard, faint = (f"raster.stroke(m, [30, 20], [30, 20], {{ {how} }})" for how in ("radius: 9", "radius: 15, hardness: 0"))
    twice, _ = after(f"{hard}; {faint}")
    once, _ = after(hard)
    assert (twice >= once).all()


def test_the_eraser_takes_away_in_the_same_shape() -> None:
    stroke = "raster.stroke(m, [10, 10], [40, 25], { radius: 6, erase: %s })"
    gone, _ = after(f"{stroke % 'false'}; {stroke % 'true'}")
    assert (gone < 128).all()


def test_a_polygon_is_filled_by_even_and_odd() -> None:
    points = [[5, 5], [45, 5], [45, 35], [5, 35], [5, 5], [15, 12], [35, 12], [35, 28], [15, 28], [15, 12]]
    marks, box = after(f"box = raster.polygon(m, {points})")
    y, x = grid()
    outer, inner = (x > 5) & (x < 45) & (y > 5) & (y < 35), (x > 15) & (x < 35) & (y > 12) & (y < 28)
    assert np.array_equal(marks == 255, outer & ~inner)
    assert box[:2] == [5, 5]
    nothing, box = after("box = raster.polygon(m, [[5, 5], [9, 9]])")
    assert (nothing.any(), box) == (False, None)


@pytest.mark.parametrize("by", [1, 3, 7, -2, -5])
def test_growing_and_shrinking_are_exact(by: int) -> None:
    draw = "raster.stroke(m, [20, 20], [40, 22], { radius: 8 }); m.data[3 * 60 + 50] = 255"
    before, _ = after(draw)
    marks, _ = after(f"{draw}; raster.grow(m, {by})")
    was = before > 127
    expected = ndimage.distance_transform_edt(~was) <= by if by > 0 else was & (ndimage.distance_transform_edt(was) > -by)
    assert np.array_equal(marks > 127, expected)


def test_bounds_count_invert_and_clear() -> None:
    said = run(
        f"""{MASK} const m = mask(30, 20); const empty = raster.bounds(m); m.data[5 * 30 + 7] = 255; m.data[9 * 30 + 3] = 200;
        const box = raster.bounds(m), marked = raster.count(m); raster.invert(m); const rest = raster.count(m); raster.clear(m);
        console.log(JSON.stringify([empty, box, marked, rest, raster.count(m)]));"""
    )
    assert said == [None, [3, 5, 8, 10], 2, 598, 0]


def test_zooming_keeps_the_photo_under_the_pointer_and_in_the_window() -> None:
    said = run(
        """const view = new View(), at = [200, 300]; view.resize([800, 500], [6000, 4000]); const fitted = [view.zoom, view.fitted];
        view.zoomTo(1, at); const before = view.toPhoto(at); view.zoomTo(2, at); const after = view.toPhoto(at);
        view.pan(1e9, -1e9); const edge = [view.x, view.y]; view.reveal([3000, 10]); const place = view.toWindow([3000, 10]);
        view.zoomTo(0.001); const back = view.toWindow(view.toPhoto([5, 6]));
        console.log(JSON.stringify([fitted, before, after, edge, place, view.fitted, back]));"""
    )
    assert said[0] == [0.125, True]
    assert said[1] == pytest.approx(said[2])
    assert said[3] == pytest.approx([0, 4000 - 250])
    assert 0 <= said[4][0] <= 800
    assert 0 <= said[4][1] <= 500
    assert said[5] is True
    assert said[6] == pytest.approx([5, 6])


def test_a_mask_from_a_file_means_the_same_here_and_on_the_server() -> None:
    from ganapp.base.errors import UserError
    from ganapp.pictures import masks
    from ganapp.pictures.photo import Photo

    where = np.zeros((6, 9), bool)
    where[2:4, 3:7] = True
    shades = np.linspace(0, 255, 54).astype(np.uint8).reshape(6, 9)
    grey = [np.where(where, on, off).astype(np.uint8) for on, off in ((255, 0), (1, 0), (100, 20), (0, 255), (3, 3), (0, 0), (255, 255))]
    pictures = [np.repeat(each[..., None], 3, axis=2) for each in (*grey, shades, shades // 4)]
    colours = [
        ((255, 0, 0), (0, 0, 0)),
        ((0, 0, 128), (0, 0, 0)),
        ((255, 0, 0), (255, 255, 255)),
        ((0, 60, 0), (0, 0, 0)),
        ((9, 8, 7), (1, 2, 3)),
    ]
    pictures += [np.where(where[..., None], on, off).astype(np.uint8) for on, off in colours]
    pictures += [np.dstack([pictures[0], np.where(where, alpha, 0).astype(np.uint8)]) for alpha in (255, 90)]
    rgba = [each if each.shape[2] == 4 else np.dstack([each, np.full((6, 9), 255, np.uint8)]) for each in pictures]
    data = json.dumps([each.ravel().tolist() for each in rgba])
    said = run(f"console.log(JSON.stringify({data}.map((one) => [...(raster.marks(one) ?? [])])))")
    for picture, marks in zip(pictures, said, strict=True):
        try:
            expected = masks.marked(Photo(picture, "RGB" if picture.shape[2] == 3 else "RGBA"))
        except UserError:
            expected = np.zeros((6, 9), bool)
        if expected.any():
            assert np.array_equal(np.array(marks).reshape(6, 9) == 255, expected)
        else:
            assert marks == []  # what marks nothing is told on the page, too
