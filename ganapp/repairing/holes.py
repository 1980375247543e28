"""Where to work: marks on a photo become few parts, each small enough for the net, or marked as too thick for that.

Marks are looked at in blocks of 16 pixels, so a photo of 24 megapixels is planned in the time of one pass over its mask. What lies close
together is mended in one crop; a long thin mark (a wire, a fold) is mended piece by piece at full resolution; only what is too thick for
the net's view is first mended small (see coarse.py).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganapp.pictures.box import Box
from ganapp.pictures.images import Array
from ganapp.pictures.photo import Marks

BLOCK = 16
LEAST = 192  # side of the smallest crop, where the photo has it
LOOKED_BACK = 32  # parts with which a next one may be joined
THIN, THIN_ROOM = 0.3, 48  # marks on less than that share of their rectangle are thin, and need only so many pixels around them


@dataclass(frozen=True)
class Part:
    """One piece of work. place: what it fills lies in there; view: the crop it is seen in; thick: whether the view is larger than the
    net's, so that it is mended small first."""

    place: Box
    view: Box
    thick: bool = False


def distance(marks: Marks, reach: int) -> Array:
    """Distance in pixels from each place (h, w) to the nearest mark; reach + 1 where that is farther than `reach`.

    Exact and separable: down the columns first, then the best of all offsets along the rows (Felzenszwalb and Huttenlocher 2012, eq. 1).
    """
    far = float(reach + 1)
    down = np.where(marks, np.float32(0), np.float32(far))
    for y in range(1, len(down)):
        np.minimum(down[y], down[y - 1] + 1, out=down[y])
    for y in range(len(down) - 2, -1, -1):
        np.minimum(down[y], down[y + 1] + 1, out=down[y])
    square = down * down
    best = square.copy()
    for dx in range(1, min(reach, square.shape[1] - 1) + 1):
        np.minimum(best[:, dx:], square[:, :-dx] + dx * dx, out=best[:, dx:])
        np.minimum(best[:, :-dx], square[:, dx:] + dx * dx, out=best[:, :-dx])
    capped: Array = np.minimum(np.sqrt(best), np.float32(far))
    return capped


def _blocks(marks: Marks) -> NDArray[np.bool_]:
    """Which blocks hold a mark, (ceil(h / 16), ceil(w / 16))."""
    h, w = marks.shape
    bands = [marks[top : top + BLOCK].any(0) for top in range(0, h, BLOCK)]
    rows = np.pad(np.stack(bands), ((0, 0), (0, -w % BLOCK)))
    return np.asarray(rows.reshape(len(bands), -1, BLOCK).any(2))


def _groups(blocks: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """The blocks (n, 2) of each group that hangs together, diagonals included."""
    left = {(int(y), int(x)) for y, x in np.argwhere(blocks)}
    groups = []
    while left:
        first = min(left) if len(left) < 64 else next(iter(left))
        left.discard(first)
        queue, group = deque([first]), []
        while queue:
            y, x = queue.popleft()
            group.append((y, x))
            for near in [(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]:
                if near in left:
                    left.discard(near)
                    queue.append(near)
        groups.append(np.array(sorted(group)))
    return sorted(groups, key=lambda group: tuple(group[0]))


def _tight(marks: Marks, blocks: NDArray[np.int64]) -> Box:
    """The smallest rectangle around the marks in a group's blocks."""
    (top, left), (bottom, right) = blocks.min(0) * BLOCK, (blocks.max(0) + 1) * BLOCK
    part = marks[top:bottom, left:right]
    rows, columns = np.flatnonzero(part.any(1)), np.flatnonzero(part.any(0))
    return Box(int(top + rows[0]), int(left + columns[0]), int(rows[-1] - rows[0] + 1), int(columns[-1] - columns[0] + 1))


def _thick(group: NDArray[np.int64], across: int) -> bool:
    """Whether a square of `across` blocks fits into the group."""
    y, x = (group - group.min(0)).T
    grid = np.zeros((y.max() + 2, x.max() + 2), np.int64)
    grid[y + 1, x + 1] = 1
    total = grid.cumsum(0).cumsum(1)
    if min(grid.shape) <= across:
        return False
    inside = total[across:, across:] - total[:-across, across:] - total[across:, :-across] + total[:-across, :-across]
    return bool((inside == across * across).any())


def _view(place: Box, marks: Marks) -> Box:
    """The crop in which a place is mended: twice its size where it is mostly marked, THIN_ROOM more on each side where it holds thin
    marks with photo between them; at least LEAST."""
    filled = float(marks[place.slices].mean())
    longest = max(place.height, place.width)
    height, width = (2 * longest, 2 * longest) if filled > THIN else (place.height + 2 * THIN_ROOM, place.width + 2 * THIN_ROOM)
    return place.widened(max(LEAST, height), max(LEAST, width), int(marks.shape[0]), int(marks.shape[1]))


def plan(marks: Marks, grow: int, side: int) -> list[Part]:
    """The parts in which a photo with `marks` (h, w) is mended by a net that sees `side` pixels, its marks grown by `grow` pixels."""
    shape, cell = (int(marks.shape[0]), int(marks.shape[1])), max(BLOCK, side // 2)
    cells: dict[tuple[int, int], list[Box]] = {}
    parts: list[Part] = []
    for group in _groups(_blocks(marks)):
        box = _tight(marks, group)
        if max(box.height, box.width) <= cell:  # as a whole
            centre = (box.top + box.height // 2, box.left + box.width // 2)
            cells.setdefault((centre[0] // cell, centre[1] // cell), []).append(box)
        elif _thick(group, max(2, side // 4 // BLOCK)):
            place = box.grown(grow, *shape)
            view = _view(place, marks)
            parts.append(Part(place, view, max(view.height, view.width) > side))
        else:  # piece by piece
            for key in sorted({(int(y), int(x)) for y, x in group * BLOCK // cell}):
                here = group[(group * BLOCK // cell == key).all(1)]
                cells.setdefault(key, []).append(_tight(marks, here))
    for key in sorted(cells):
        parts += [Part(place, _view(place, marks)) for place in (_around(boxes).grown(grow, *shape) for boxes in _near(cells[key], cell))]
    return _joined(parts, side)


def _joined(parts: list[Part], side: int) -> list[Part]:
    """The parts, two of them as one where one view of `side` pixels at most shows both and holds no more pixels than theirs together."""
    left = len(parts) + 1
    while len(parts) < left:
        left, before, parts = len(parts), parts, []
        for part in before:
            for i in range(len(parts) - 1, max(-1, len(parts) - 1 - LOOKED_BACK), -1):
                view = _around([parts[i].view, part.view])
                small = max(view.height, view.width) <= side and not (part.thick or parts[i].thick)
                if small and view.area <= part.view.area + parts[i].view.area:
                    parts[i] = Part(_around([parts[i].place, part.place]), view)
                    break
            else:
                parts.append(part)
    return parts


def _near(boxes: list[Box], cell: int) -> list[list[Box]]:
    """The boxes of one cell, together where one crop can hold them and its context."""
    around = _around(boxes)
    return [boxes] if max(around.height, around.width) <= cell * 3 // 2 else [[box] for box in boxes]


def _around(boxes: list[Box]) -> Box:
    top, left = min(box.top for box in boxes), min(box.left for box in boxes)
    bottom, right = max(box.top + box.height for box in boxes), max(box.left + box.width for box in boxes)
    return Box(top, left, bottom - top, right - left)
