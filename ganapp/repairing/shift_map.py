"""Structure for a deep hole: whole regions of the picture moved in, each by one of the offsets by which the picture repeats itself.

Pritch et al. 2009, "Shift-Map Image Editing"; He and Sun 2012, "Statistics of Patch Offsets for Image Completion". Every block of the
hole takes one offset, so that neighbours with different ones meet where that shows least: belief propagation over blocks first, then
over ever smaller ones, down to pixels, among the offsets found around them. A coarse fill (a net's, say) is one more choice, and leads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ganapp.repairing import judging, offsets, scales
from ganapp.repairing.offsets import Layer
from ganapp.repairing.patches import means, sums
from ganapp.repairing.pieces import Moved, Scene, join

OFFSETS = 40
BLOCKS = 700  # of the hole at most, at the first size
LEAD_CAP = 0.05  # squared difference from the coarse fill beyond which a block is not worse
GUIDE = 0.25  # what a block costs that stays as the coarse fill has it
SLOPES = 2.5  # how much slopes count beside colours: a step in tone is levelled later, a broken line is not
SEEN = 0.4  # squared difference at which a seam costs no more
TURN = 0.01  # what a seam costs that does not show
UNKNOWN = 0.1  # what a seam costs where neither side can be looked up
EARLIER = 1e-5  # by how much a commoner offset is better than the next
NEVER = 1e3
VERSIONS = 4  # seeds that differ by this much may give the same
MUCH, BANNED = 0.05, 0.2  # share of the hole from which an offset is not used again by the next version, and of the others
FINEST = 128  # blocks along the longer side, about, beyond which they are not made smaller: seams are mended afterwards
ROUNDS, FINER_ROUNDS = 4, 1


@dataclass(frozen=True)
class Taste:
    """What one candidate goes by. tone: how much mean colours count, since a step in tone is levelled later; texture: how much grain
    counts, since a mean says nothing of it, and a calm region must not fill a rough one; scaled: whether regions come from the picture at
    other sizes too."""

    tone: float
    texture: float
    scaled: bool = False


TASTES = (Taste(1.0, 3.0), Taste(0.1, 8.0), Taste(1.0, 3.0, scaled=True))
SCALED = 1 / 0.9  # what regions of other sizes cost beside the same ones: they fit more by chance, and have to show a tenth less
RESIZED = 0.2  # share of the hole that regions of other sizes must take at the first blocks: with less they never showed a tenth less
LEAD = 0.05  # how much the coarse fill counts beside the seams


@dataclass(frozen=True)
class Grid:
    """Blocks of `size` pixels around the hole. corners (rows, columns, 2): their first pixels; open (rows, columns): whether a block holds
    anything of the hole; look (n, d), known (n,): of the block that begins at each pixel of the sources; shape: of the picture."""

    size: int
    corners: Tensor
    open: Tensor
    look: Tensor
    known: Tensor
    shape: tuple[int, int]


@dataclass(frozen=True)
class Seams:
    """What it costs that neighbours take each pair of their choices. across (rows, columns - 1, n, n), down (rows - 1, columns, n, n)."""

    across: Tensor
    down: Tensor


def move_in(coarse: Tensor, hole: Tensor, seed: int = 0, on: Callable[[], None] = lambda: None) -> Moved | None:
    """coarse (3, h, w) in [0, 1], a picture whose hole (h, w) bool is filled roughly -> the hole made of moved regions, by that taste whose
    seams and structure show least (judging.py), of other sizes only where they show clearly less; None where too little is known. Other
    seeds do without the offsets that the seeds before them used most. `on` is called often and may raise, to stop."""
    itself = Layer(coarse, hole)
    own = functional.pad(offsets.dominant(coarse, hole, OFFSETS, on), (1, 0))
    if len(own) == 0:
        return None
    plain = _scene(itself, own, (), on)
    best, least = None, torch.inf
    for taste in TASTES:
        scene = _scene(itself, own, scales.layers(coarse, hole), on) if taste.scaled else plain
        labels = _chosen(scene, taste, seed, on)
        if labels is None:
            continue
        moved = join(scene, labels)
        cost = judging.cost(moved.picture, hole, on) * (SCALED if taste.scaled else 1.0)
        if cost < least:
            best, least = moved, cost
    return best


def _scene(itself: Layer, own: Tensor, scaled: tuple[Layer, ...], on: Callable[[], None]) -> Scene:
    """The picture with its hole, and all that may be moved in. own (n, 3): the offsets within the picture itself; scaled: it at other
    sizes."""
    coarse, hole = itself.picture, itself.void
    every = torch.cat([own, scales.dominant(coarse, hole, scaled, on)]) if scaled else own
    return Scene(coarse, hole, every, torch.zeros(len(every) + 1, dtype=torch.bool), scales.sources((itself, *scaled)))


def _chosen(scene: Scene, taste: Taste, seed: int, on: Callable[[], None]) -> Tensor | None:
    """The labels (h, w) of every pixel; None where regions of other sizes are asked for and hardly any is of use."""
    size = 1
    while scene.hole.sum() > BLOCKS * size * size:
        size *= 2
    labels = _first(scene, taste, size, on)
    for version in range(seed % VERSIONS):
        scene = _without(scene, labels, seed + version)
        labels = _first(scene, taste, size, on)
    if taste.scaled and _resized(scene, labels) < RESIZED:
        return None
    while size > 1 and size * FINEST > max(scene.hole.shape):
        size //= 2
        labels = _finer(scene, labels, _grid(scene, taste, size), on)
    return labels


def _resized(scene: Scene, labels: Tensor) -> float:
    """The share of the hole that comes from the picture at another size, by labels (h, w)."""
    other = functional.pad(scene.offsets[:, 0] > 0, (0, 1))
    return float(other[labels[scene.hole].clamp(min=0)].float().mean())


def _without(scene: Scene, labels: Tensor, seed: int) -> Scene:
    """The scene without the offsets that fill much of its hole by `labels` (h, w), and without some others."""
    used = labels[scene.hole].clamp(min=0).bincount(minlength=len(scene.banned)) > MUCH * scene.hole.sum()
    by_chance = torch.from_numpy(np.random.default_rng(seed).random(len(used)) < BANNED)
    banned = scene.banned | used | by_chance
    banned[-1] = False
    return replace(scene, banned=banned)


def _grid(scene: Scene, taste: Taste, size: int) -> Grid:
    """The blocks of one size around the hole, and one more on each side."""
    h, w = scene.hole.shape
    blocks = functional.max_pool2d(scene.hole[None, None].float(), size, ceil_mode=True)[0, 0] > 0
    rows, columns = blocks.any(1).nonzero()[:, 0], blocks.any(0).nonzero()[:, 0]
    top, bottom = max(0, int(rows[0]) - 1), min(len(blocks), int(rows[-1]) + 2)
    left, right = max(0, int(columns[0]) - 1), min(blocks.shape[1], int(columns[-1]) + 2)
    corners = torch.cartesian_prod(torch.arange(top, bottom), torch.arange(left, right)).view(bottom - top, right - left, 2) * size
    look = torch.cat([_look(layer.picture, taste, size).flatten(1).t() for layer in scene.sources.layers]).contiguous()
    known = torch.cat([_known(layer.void, size).flatten() for layer in scene.sources.layers])
    return Grid(size, corners, blocks[top:bottom, left:right], look, known, (h, w))


def _known(void: Tensor, size: int) -> Tensor:
    """(h, w): whether all of the block that begins at each pixel is known and inside."""
    padded = functional.pad(void[None, None].float(), (0, size - 1, 0, size - 1), value=1.0)
    return sums(sums(padded, size, 2), size, 3)[0, 0] == 0


def _look(picture: Tensor, taste: Taste, size: int) -> Tensor:
    """(10, h, w), of the block that begins at each pixel of picture (3, h, w): its mean colour, and by how much its halves differ."""
    h, w = picture.shape[-2:]
    padded = functional.pad(picture[None], (0, size, 0, size), mode="replicate")
    halves = [torch.zeros(1)] * 2
    if size > 1:
        half = size // 2
        upright, level = means(padded, size, half)[0, :, :h], means(padded, half, size)[0, :, :, :w]
        halves = [upright[..., half : half + w] - upright[..., :w], level[:, half : half + h] - level[:, :h]]
    colours = means(padded, size, size)[0, :, :h, :w]
    slopes = [SLOPES * each.expand_as(colours) for each in halves]
    return torch.cat([taste.tone**0.5 * colours, *slopes, taste.texture * _texture(padded, size)[:, :h, :w]])


def _texture(padded: Tensor, size: int) -> Tensor:
    """(1, h, w): how much brightness differs from pixel to pixel, in the block that begins at each pixel."""
    if size == 1:
        return torch.zeros_like(padded[0, :1])
    grey = padded.mean(1, keepdim=True)
    change = (grey[..., :-1, 1:] - grey[..., :-1, :-1]).abs() + (grey[..., 1:, :-1] - grey[..., :-1, :-1]).abs()
    return means(change, size - 1, size - 1)[0]


def _seen(grid: Grid, scene: Scene, at: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """How the blocks at corners `at` (rows, columns, 2) would look with `labels` (rows, columns, n): (rows, columns, n, d), and whether
    that is known (rows, columns, n)."""
    moves = torch.cat([scene.offsets, torch.zeros(1, 3, dtype=torch.long)])[labels]
    place, inside = scene.sources.places(moves, at[:, :, None])
    return grid.look[place], (inside & grid.known[place]) | (labels == len(scene.offsets))


def _costs(grid: Grid, scene: Scene, labels: Tensor) -> tuple[Tensor, Seams]:
    """What each choice costs by itself (rows, columns, n), and what neighbours' choices cost together."""
    own, valid = _seen(grid, scene, grid.corners, labels)
    h, w = grid.shape
    first = grid.corners[..., 0].clamp(max=h - 1) * w + grid.corners[..., 1].clamp(max=w - 1)
    wished = grid.look[first]
    gap = (own[..., :3] - wished[:, :, None, :3]).square().sum(3).clamp(max=LEAD_CAP)
    alone = LEAD * grid.size * gap + torch.where(labels == len(scene.offsets), GUIDE, 0.0)
    alone = torch.where(valid & ~scene.banned[labels], alone + EARLIER * labels, NEVER)
    pairs = []
    for axis in (1, 0):
        before, after = ((slice(None), slice(0, -1)), (slice(None), slice(1, None))) if axis else ((slice(0, -1),), (slice(1, None),))
        first_here, first_there = (own[before], valid[before]), _seen(grid, scene, grid.corners[after], labels[before])
        second_here, second_there = (own[after], valid[after]), _seen(grid, scene, grid.corners[before], labels[after])
        both = (grid.open[before] & grid.open[after])[..., None, None]
        seam = _seam(first_here, second_there, first_there, second_here)
        seam = seam + TURN * (labels[before][..., :, None] != labels[after][..., None, :])
        pairs.append(torch.where(both, seam, 0))
        for mine, other, (look, sure), real in ((before, after, first_there, wished[after]), (after, before, second_there, wished[before])):
            rim = (grid.open[mine] & ~grid.open[other])[..., None]
            meets = (look - real[:, :, None]).square().sum(3)
            meets = torch.where(sure, meets, UNKNOWN).clamp(max=SEEN)
            alone[mine] += torch.where(rim, meets, 0)
    return alone, Seams(*pairs)


def _seam(a: tuple[Tensor, Tensor], b: tuple[Tensor, Tensor], c: tuple[Tensor, Tensor], d: tuple[Tensor, Tensor]) -> Tensor:
    """(rows, columns, n, n): how far apart two neighbours' choices are, a and b at the place of the one, c and d at that of the other."""
    sides = []
    for (one, known), (other, sure) in ((a, b), (c, d)):
        gap = one.square().sum(3)[..., :, None] + other.square().sum(3)[..., None, :] - 2 * one @ other.transpose(2, 3)
        sides.append((gap.clamp(min=0), known[..., :, None] & sure[..., None, :]))
    (left, seen_left), (right, seen_right) = sides
    number = seen_left.float() + seen_right.float()
    total = left * seen_left + right * seen_right
    return torch.where(number > 0, total / number.clamp(min=1), UNKNOWN).clamp(max=SEEN)


def _agreed(alone: Tensor, seams: Seams, rounds: int, on: Callable[[], None]) -> Tensor:
    """(rows, columns): the number of each block's best choice, by belief propagation: messages sweep down, up, right and left."""
    up, down, left, right = (torch.zeros_like(alone) for _ in range(4))  # from the neighbour there
    rows, columns = alone.shape[:2]
    for _ in range(rounds):
        on()
        for i in range(1, rows):
            up[i] = _message(alone[i - 1] + up[i - 1] + left[i - 1] + right[i - 1], seams.down[i - 1])
        for i in range(rows - 2, -1, -1):
            down[i] = _message(alone[i + 1] + down[i + 1] + left[i + 1] + right[i + 1], seams.down[i].transpose(1, 2))
        on()
        for j in range(1, columns):
            left[:, j] = _message(alone[:, j - 1] + left[:, j - 1] + up[:, j - 1] + down[:, j - 1], seams.across[:, j - 1])
        for j in range(columns - 2, -1, -1):
            right[:, j] = _message(alone[:, j + 1] + right[:, j + 1] + up[:, j + 1] + down[:, j + 1], seams.across[:, j].transpose(1, 2))
    chosen = torch.zeros(rows, columns, dtype=torch.long)
    for i in range(rows):  # each row knows what the one above it took, so that of equals not one is taken here and one there
        above = seams.down[i - 1].gather(1, chosen[i - 1, :, None, None].expand(-1, 1, alone.shape[2]))[:, 0] if i else 0
        chosen[i] = (alone[i] + above + down[i] + left[i] + right[i]).argmin(1)
    return chosen


def _message(held: Tensor, seam: Tensor) -> Tensor:
    """(m, n): the least cost of each choice of the one, over the other's: held (m, n), seam (m, n of the other, n of the one)."""
    least = (held[:, :, None] + seam).amin(1)
    return least - least.amin(1, keepdim=True)


def _first(scene: Scene, taste: Taste, size: int, on: Callable[[], None]) -> Tensor:
    """The labels (h, w) of every pixel, by blocks of `size`."""
    grid = _grid(scene, taste, size)
    n = len(scene.offsets) + 1
    labels = torch.arange(n).expand(*grid.open.shape, n)
    alone, seams = _costs(grid, scene, labels)
    chosen = _agreed(alone, seams, ROUNDS, on)
    return _spread(grid, chosen)


def _spread(grid: Grid, chosen: Tensor) -> Tensor:
    """Labels of blocks as labels (h, w) of pixels; -1 outside the hole's blocks."""
    h, w = grid.shape
    blocks = torch.where(grid.open, chosen, -1)
    blocks = blocks.repeat_interleave(grid.size, 0).repeat_interleave(grid.size, 1)
    top, left = (int(v) for v in grid.corners[0, 0])
    labels = torch.full((h, w), -1)
    blocks = blocks[: h - top, : w - left]
    labels[top : top + blocks.shape[0], left : left + blocks.shape[1]] = blocks
    return labels


def _finer(scene: Scene, labels: Tensor, grid: Grid, on: Callable[[], None]) -> Tensor:
    """The labels (h, w) of smaller blocks, among those of the larger one they lie in and of its neighbours."""
    h, w = grid.shape
    y, x = grid.corners[..., 0], grid.corners[..., 1]
    own = labels[y, x]
    reach = 2 * grid.size
    near = [labels[(y + dy).clamp(0, h - 1), (x + dx).clamp(0, w - 1)] for dy, dx in ((-reach, 0), (reach, 0), (0, -reach), (0, reach))]
    choices = torch.stack([own, *(torch.where(each >= 0, each, own) for each in near)], 2).clamp(min=0)
    alone, seams = _costs(grid, scene, choices)
    chosen = _agreed(alone, seams, FINER_ROUNDS, on)
    return _spread(grid, choices.gather(2, chosen[..., None])[..., 0])
