"""Finding scratches and dust on a scanned photo: thin light or dark lines, and lone specks, that are not part of its texture.

Damage shows one thing, the paper or the emulsion: of light and dark lines those count that are plainer, of those the ones of one colour,
and specks near it. A line is followed from where it is plain to where it is faint (hysteresis, as in J. Canny, A computational approach to
edge detection, 1986), and only counts if it is long, runs one way, and stands out from both its sides, which the rims, folds and
highlights of things do not.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base import progress
from ganapp.pictures.images import Array
from ganapp.pictures.photo import LUMA, Marks

LONGEST = 1400  # pixels of the longer side at which is looked
THIN = 9  # pixels: what is wider is no scratch
LINE, DIRECTIONS = 41, 16  # pixels of the line along which is looked, and how many ways
SURROUND = 63  # pixels: what is usual is measured there
FAINTEST = 0.03  # of the full scale
CROWDED = 0.02  # a speck among more specks than this share of its surroundings is texture
LONG, THICK = 30, 6  # pixels from end to end of a line, and of its area for each of them at most
PLAIN = 0.3  # share of a line that is plain, at least
ONE_WAY = 2.4  # a line's contrast along itself is at least this many times that over all directions
ASIDE, ALONE = 5, 0.5  # pixels to both sides, and how much of a line's contrast is gone there, at least
ALIKE, NEAR = 0.3, 0.5  # how far apart, in RGB from 0 to 1, colours of damage are: those of whole lines, and that of a single speck
BESIDE = 0.5  # of a marked pixel's contrast: a neighbour with more is its edge


def find(colours: Array, sensitivity: float = 0.5) -> Marks:
    """Marks (h, w) on what looks like damage in colours (h, w, 3) in [0, 1]; the sensitivity goes from 0 (the plainest only) to 1."""
    h, w = colours.shape[:2]
    share = min(1.0, LONGEST / max(h, w))
    small = (max(1, round(h * share)), max(1, round(w * share)))
    photo = torch.from_numpy(np.ascontiguousarray(colours)).permute(2, 0, 1)[None]  # (1, 3, h, w)
    if share < 1:  # the mean of each area, so that a line of one pixel survives
        photo = functional.interpolate(photo, small, mode="area")
    grey = (photo * torch.from_numpy(LUMA).view(1, 3, 1, 1)).sum(1, keepdim=True)
    both = []
    for sign in (1.0, -1.0):  # lighter than around it, then darker
        progress.go_on()
        both.append(_damage(photo, grey * sign, 9.0 - 4.5 * sensitivity))
    least = min(1.0, 1.4 * (1 - sensitivity)) * max(power for _, power in both)
    found = torch.stack([marks for marks, power in both if power >= least]).amax(0)
    back: Tensor = functional.interpolate(found, (h, w), mode="nearest") if share < 1 else found
    return np.asarray(back[0, 0].numpy() > 0)


def _opened(x: Tensor, size: int) -> Tensor:
    """Grey opening by a square: what is lighter than its surroundings and thinner than `size` is gone."""
    pad = size // 2
    low = -functional.max_pool2d(-functional.pad(x, (pad,) * 4, mode="replicate"), size, 1)
    return functional.max_pool2d(functional.pad(low, (pad,) * 4, mode="replicate"), size, 1)


def _usual(x: Tensor) -> Tensor:
    """The mean of x around each place."""
    for shape in ((SURROUND, 1), (1, SURROUND)):
        x = functional.avg_pool2d(x, shape, 1, (shape[0] // 2, shape[1] // 2), count_include_pad=False)
    return x


def _damage(photo: Tensor, grey: Tensor, strictness: float) -> tuple[Tensor, float]:
    """1 where thin light lines or lone specks are, (1, 1, h, w), and how much contrast the lines have in all; limits are `strictness` times
    what is usual around. photo: (1, 3, h, w) in [0, 1]; grey: its luminance, or the negative of that."""
    if min(grey.shape[-2:]) < THIN:
        return torch.zeros_like(grey), 0.0
    thin = grey - _opened(grey, THIN)  # top hat
    usual = strictness * (_usual(thin) + 0.004)
    along, every, alone = _along(thin)
    progress.go_on()
    faint = (thin > 0.7 * FAINTEST) & (thin > 0.35 * usual) & (along > 0.5 * FAINTEST) & (along > 0.4 * usual) & (along > 1.3 * every)
    plain = (thin > FAINTEST) & (thin > 0.5 * usual) & (along > 0.8 * FAINTEST) & (along > 0.55 * usual) & (along > 2 * every)
    bright = ((thin > 2 * FAINTEST) & (thin > 1.2 * usual)).float()
    speck = (bright > 0) & (_usual(bright) < CROWDED)
    line, speck = (
        torch.from_numpy(marks)[None, None]
        for marks in _alike(
            np.ascontiguousarray(photo[0].permute(1, 2, 0).numpy()),
            thin[0, 0].numpy(),
            _lines(faint[0, 0].numpy(), *(each[0, 0].numpy() for each in (plain, along - ONE_WAY * every, alone - ALONE * along))),
            speck[0, 0].numpy(),
        )
    )
    marked = line | speck
    beside = BESIDE * functional.max_pool2d(thin * marked, 3, 1, 1)
    edge = (beside > 0) & (thin > beside) & (thin > 0.7 * FAINTEST)
    return (marked | edge).float(), float((thin * line).sum())


def _lines(faint: Marks, plain: Marks, one_way: Array, alone: Array) -> Marks:
    """Of connected places (h, w) those that are long, thin, plain in a good part, and in the mean above 0 in `one_way` and `alone`."""
    number = _connected(faint)
    if not number.size:
        return faint
    count = int(number.max()) + 1
    places, area = np.stack(np.nonzero(faint)), np.bincount(number, minlength=count)
    low, high = np.full((2, count), np.inf), np.full((2, count), -np.inf)
    for axis in range(2):
        np.minimum.at(low[axis], number, places[axis])
        np.maximum.at(high[axis], number, places[axis])
    far = np.hypot(*(high - low)) + 1
    kept = (far > LONG) & (area < THICK * far) & (np.bincount(number, plain[faint], count) >= PLAIN * area)
    for each in (one_way, alone):
        kept &= np.bincount(number, each[faint], count) > 0
    lines = np.zeros_like(faint)
    lines[faint] = kept[number]
    return lines


def _alike(photo: Array, thin: Array, lines: Marks, specks: Marks) -> tuple[Marks, Marks]:
    """Of lines (h, w) those of one colour, the one that most of their contrast `thin` has, and of specks those that are near it. photo:
    (h, w, 3)."""
    number = _connected(lines)
    if not number.size:
        return lines, specks
    _, number = np.unique(number, return_inverse=True)
    weight = thin[lines] ** 2  # where it is plainest its colour is its own
    power, total = np.bincount(number, thin[lines]), np.bincount(number, weight)
    colours = np.stack([np.bincount(number, weight * photo[lines][:, c]) / total for c in range(3)], axis=1)  # (lines, 3)
    apart = np.stack([np.linalg.norm(colours - each, axis=1) for each in colours]) < ALIKE
    most = int((apart @ power).argmax())
    of_one = np.zeros_like(lines)
    of_one[lines] = apart[most][number]
    return of_one, specks & (np.linalg.norm(photo - colours[most], axis=2) < NEAR)


def _connected(marks: Marks) -> np.ndarray[Any, Any]:
    """For each marked place, in reading order, the number of what it hangs together with, by sides or corners."""
    h, w = marks.shape
    index = np.full((h + 2, w + 2), -1)
    index[1:-1, 1:-1][marks] = np.arange(marks.sum())
    here = index[1:-1, 1:-1]
    beside = (index[1:-1, 2:], index[2:, 2:], index[2:, 1:-1], index[2:, :-2])
    pairs = [(here[both], other[both]) for other in beside for both in [(here >= 0) & (other >= 0)]]
    one, other = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    root = np.arange(marks.sum())
    while True:
        ends = np.stack([root[one], root[other]])
        if (ends[0] == ends[1]).all():
            return root
        progress.go_on()
        np.minimum.at(root, ends.max(0), ends.min(0))
        while (root != root[root]).any():
            root = root[root]


def _along(thin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The largest mean of `thin` along a line through each place, over all directions; the mean of all of them; and the most by which one
    is larger than those beside it, on both sides."""
    h, w = thin.shape[-2:]
    half = LINE // 2
    padded, best, every = functional.pad(thin, (half,) * 4), torch.zeros_like(thin), torch.zeros_like(thin)
    alone = torch.full_like(thin, -1.0)
    for number in range(DIRECTIONS):
        progress.go_on()
        total, angle = torch.zeros_like(thin), math.pi * number / DIRECTIONS
        steps = range(-half, half + 1, 2)  # shifted copies cost a tenth of a convolution with a line
        for step in steps:
            y, x = half + round(step * math.sin(angle)), half + round(step * math.cos(angle))
            total += padded[..., y : y + h, x : x + w]
        total /= len(steps)
        torch.maximum(best, total, out=best)
        every += total / DIRECTIONS
        wide, y, x = functional.pad(total, (ASIDE,) * 4), round(ASIDE * math.cos(angle)), round(-ASIDE * math.sin(angle))
        sides = [wide[..., ASIDE + dy : ASIDE + dy + h, ASIDE + dx : ASIDE + dx + w] for dy, dx in ((y, x), (-y, -x))]
        torch.maximum(alone, total - torch.maximum(*sides), out=alone)
    return best, every, alone
