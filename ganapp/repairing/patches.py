"""Detail for a hole from the picture's own patches, led by a coarse fill.

Wexler et al. 2007, "Space-Time Completion of Video": every patch that touches the hole looks for its likest known patch, and every
pixel of the hole becomes the mean of what the patches over it say; search and mean alternate, from small to full size. At the smallest
size the search is exact and trusts a pixel the less the deeper it lies in the hole, so that structure grows in from the rim; from there
on it is PatchMatch (Barnes et al. 2009), with all patches taking their turn at once. The coarse fill (a net's, say) leads: patches are
compared by how they look now and by the blurred colours the coarse fill has there, as in RETHINED (2025). Where very many patches touch
the hole, only every second of each row and column takes part: every pixel still lies in nine to sixteen of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

REACH = 3  # a patch is 7 x 7
SMALLEST = 64  # pixels of the longer side at which every known patch is compared with every wanted one
FIRST_ROUNDS, ROUNDS = 3, 2  # of search and mean at the smallest size, and at the others but the largest
TRUST = 1 / 1.3  # in a pixel, for each pixel it lies from the rim (Wexler et al., equation 10)
FIRST_LEAD = 0.3  # how much the coarse fill counts at the smallest size, as a share of what it counts later
FEATURES = 3  # lowest frequencies kept of a patch's brightness, each way; of its two colour differences two less
MANY = 6_000
ODD, EVEN = (-3, -1, 1, 3), (-2, 0, 2)  # from a pixel to the patches that have a say in it, by row and column: a third of all 49, or fewer
CHUNK = 1024


@dataclass(frozen=True)
class Level:
    """One size. picture (3, h, w); hole (h, w) bool; guide (3, h, w): the coarse fill, blurred; step: 1, or 2 where only every second
    patch takes part; wanted (n,): flat places of the patches that touch the hole and take part; usable (h, w) bool: whether the patch
    around a place is known and inside."""

    picture: Tensor
    hole: Tensor
    guide: Tensor
    step: int
    wanted: Tensor
    usable: Tensor


def detail(coarse: Tensor, hole: Tensor, seed: int = 0, lead: float = 2.0, on: Callable[[], None] = lambda: None) -> Tensor:
    """coarse (3, h, w) in [0, 1], a picture whose hole (h, w) bool is filled roughly -> (3, h, w) with the hole made of known patches.

    lead: how much the coarse fill counts beside the patches' own look. Where nothing or too little is known, `coarse` comes back.
    `on` is called many times a second and may raise, to stop.
    """
    random = torch.Generator().manual_seed(seed)
    levels = _levels(coarse, hole)
    if not levels or not bool(hole.any()):
        return coarse
    match, now = _start(levels[-1], lead * FIRST_LEAD, on)
    for before, level in zip(levels[:0:-1], levels[-2::-1]):
        match, now = _finer(match, before, level, random), level.picture
        looks = _looks(level, now, lead)  # what is known looks the same in every round
        mine = looks[level.wanted]
        now = _mean(level, now, match, _distances(mine, looks, match))
        for _ in range(ROUNDS if level is not levels[0] else 1):
            mine = _looks(level, now, lead, wanted=True)
            on()
            match = _search(level, (looks, mine), match, random, on)
            now = _mean(level, now, match, _distances(mine, looks, match))
            on()
    return torch.where(hole, now.clamp(0, 1), coarse)


def _levels(coarse: Tensor, hole: Tensor) -> list[Level]:
    """The full size first, then halves, as long as the longer side is over SMALLEST and known patches are left."""
    levels: list[Level] = []
    share = hole.float()[None, None]
    picture = coarse[None]
    while True:
        h, w = picture.shape[-2:]
        void = share[0, 0] > 0
        rows = functional.max_pool2d(share, (2 * REACH + 1, 1), 1, (REACH, 0))
        near = functional.max_pool2d(rows, (1, 2 * REACH + 1), 1, (0, REACH))[0, 0] > 0
        usable = ~near
        for edge in (usable[:REACH], usable[h - REACH :], usable[:, :REACH], usable[:, w - REACH :]):
            edge.fill_(False)
        if min(h, w) <= 2 * REACH or usable.sum() < 64:
            return levels
        smaller = functional.avg_pool2d(picture, 2, ceil_mode=True)
        step = 2 if max(h, w) > SMALLEST and near.sum() > MANY else 1
        levels.append(Level(picture[0], void, _blurred(picture, smaller)[0], step, _every(near, step), usable))
        if max(h, w) <= SMALLEST:
            return levels
        picture = smaller
        share = functional.max_pool2d(share, 2, ceil_mode=True)


def _every(near: Tensor, step: int) -> Tensor:
    """Flat places of those that are set, of every row and column or of every second."""
    if step == 1:
        return near.flatten().nonzero()[:, 0]
    y, x = near[::step, ::step].nonzero().t()
    flat: Tensor = (y * near.shape[1] + x) * step
    return flat


def _blurred(picture: Tensor, half: Tensor) -> Tensor:
    """picture (1, c, h, w) blurred by two boxes of 7 pixels; where it is large, at half its size."""
    h, w = picture.shape[-2:]
    if max(h, w) > 2 * SMALLEST:
        return functional.interpolate(_boxed(half, 1), (h, w), mode="bilinear", align_corners=False)
    return _boxed(picture, 3)


def _boxed(x: Tensor, reach: int) -> Tensor:
    """x (1, c, h, w), each pixel the mean of 2 reach + 1 each way, twice."""
    for _ in range(2):
        x = means(functional.pad(x, (reach,) * 4, mode="replicate"), 2 * reach + 1, 2 * reach + 1)
    return x


def means(x: Tensor, rows: int, columns: int) -> Tensor:
    """The means of x (1, c, h, w) over so many rows and columns: (1, c, h - rows + 1, w - columns + 1)."""
    return sums(sums(x, rows, 2), columns, 3) / (rows * columns)


def sums(x: Tensor, number: int, dim: int) -> Tensor:
    """The sums of so many neighbours of x along a dimension, one for each place where all are there; by sums of 2, 4, 8, ... of them, so
    that sixteen cost four additions."""
    here, length = 0, x.shape[dim] - number + 1
    total, width = torch.zeros(1), 1
    while True:
        if number & width:
            total = total + x.narrow(dim, here, length)
            here += width
        if 2 * width > number:
            return total
        left = x.shape[dim] - width
        x = x.narrow(dim, 0, left) + x.narrow(dim, width, left)
        width *= 2


@cache
def _basis() -> Tensor:
    """(d, 3, 7, 7): orthonormal cosines of low frequency over the patch, of brightness and of two colour differences."""
    side = 2 * REACH + 1
    places = torch.arange(side) + 0.5
    waves = torch.stack([torch.cos(math.pi * k * places / side) * math.sqrt((1 if k == 0 else 2) / side) for k in range(side)])
    tints = torch.tensor([[1.0, 1.0, 1.0], [1.0, 0.0, -1.0], [0.5, -1.0, 0.5]])
    tints = tints / tints.norm(dim=1, keepdim=True)
    parts = []
    for tint, most in zip(tints, (FEATURES + 1, FEATURES - 1, FEATURES - 1)):
        for i in range(most):
            for j in range(most - i):
                parts.append(tint[:, None, None] * waves[i][None, :, None] * waves[j][None, None, :])
    return torch.stack(parts).contiguous(memory_format=torch.channels_last)


def looks(picture: Tensor, step: int = 1) -> Tensor:
    """(h w, d): how the patch around each place of picture (3, h, w) looks, or around every `step`-th of each row and column."""
    padded = functional.pad(picture[None], (REACH,) * 4, mode="reflect").contiguous(memory_format=torch.channels_last)
    return functional.conv2d(padded, _basis(), stride=step)[0].permute(1, 2, 0).flatten(0, 1)  # a view


def _looks(level: Level, now: Tensor, lead: float, wanted: bool = False) -> Tensor:
    """(h w, d), or (n, d) of the wanted patches alone: how the patch around each place looks in `now`, and the guide's colour there."""
    step, w = level.step if wanted else 1, now.shape[-1]
    own = looks(now, step)
    led = level.guide.flatten(1).t() * (lead * (2 * REACH + 1))
    if not wanted:
        return torch.cat([own, led], 1)
    y, x = level.wanted // w, level.wanted % w
    return torch.cat([own[(y // step) * -(-w // step) + x // step], led[level.wanted]], 1)


def _distances(mine: Tensor, looks: Tensor, match: Tensor) -> Tensor:
    """(n,) squared distance between each wanted patch (n, d) and its match."""
    return (mine - looks[match]).square_().sum(1)


def _start(level: Level, lead: float, on: Callable[[], None]) -> tuple[Tensor, Tensor]:
    """(n,) the likest usable patch for each wanted one, among all, and the picture they make: pixel by pixel, by trust."""
    known = level.usable.flatten().nonzero()[:, 0]
    trust = _unfolded((TRUST ** _depth(level.hole))[None])[level.wanted]  # (n, 49)
    share = trust.mean(1, keepdim=True)
    weights = trust / share
    pixels, guide = _unfolded(level.picture)[known], level.guide.flatten(1).t() * (lead * (2 * REACH + 1))
    led = guide[known]
    squares = pixels.square().view(len(known), 3, -1).sum(1)
    offers = torch.cat([squares, pixels, led, led.square().sum(1, keepdim=True)], 1).t()  # (49 + 147 + 3 + 1, known)
    now, one = level.picture, torch.ones(len(level.wanted), 1)
    for _ in range(FIRST_ROUNDS):
        mine, match, apart = _unfolded(now)[level.wanted], torch.empty_like(level.wanted), torch.empty(len(level.wanted))
        for part in torch.split(torch.arange(len(match)), CHUNK):
            on()
            held, wish = weights[part].repeat(1, 3) * mine[part], guide[level.wanted[part]]
            least = (torch.cat([weights[part], -2 * held, -2 * wish, one[part]], 1) @ offers).min(1)
            match[part] = known[least.indices]
            apart[part] = (least.values + (held * mine[part]).sum(1) + wish.square().sum(1)).clamp(min=0)
        now = _mean(level, now, match, apart, share[:, 0])
    return match, now


def _unfolded(x: Tensor) -> Tensor:
    """(h w, 49 c): the pixels of the patch around every place of x (c, h, w)."""
    return functional.unfold(functional.pad(x[None], (REACH,) * 4, mode="reflect"), 2 * REACH + 1)[0].t()


def _depth(hole: Tensor) -> Tensor:
    """(h, w): how many pixels each one lies from the rim of the hole, 0 outside."""
    depth, left = torch.zeros(hole.shape), hole.float()
    for _ in range(max(hole.shape)):
        depth += left
        left = 1 - functional.max_pool2d((1 - left)[None, None], 3, 1, 1)[0, 0]
    return depth


def _finer(match: Tensor, before: Level, level: Level, random: torch.Generator) -> Tensor:
    """Matches at twice the size: each place follows the patch of half its size over it; what is not usable is drawn anew."""
    (h, w), small = level.hole.shape, before.hole.shape[1]
    table = torch.full((before.hole.numel(),), -1, dtype=torch.long)
    table[before.wanted] = match
    y, x = level.wanted // w, level.wanted % w
    py, px = (v // 2 // before.step * before.step for v in (y, x))
    there = table[py * small + px]
    ny, nx = y + 2 * (there // small - py), x + 2 * (there % small - px)
    known = level.usable.flatten().nonzero()[:, 0]
    anew = known[torch.randint(len(known), (len(y),), generator=random)]
    flat = ny.clamp(0, h - 1) * w + nx.clamp(0, w - 1)
    return torch.where((there >= 0) & level.usable.flatten()[flat], flat, anew)


def _search(level: Level, seen: tuple[Tensor, Tensor], match: Tensor, random: torch.Generator, on: Callable[[], None]) -> Tensor:
    """PatchMatch: each patch tries what its neighbours found, moved along, and places around its own match. seen: how all places and the
    wanted ones look."""
    (h, w), (looks, mine) = level.hole.shape, seen
    usable, best, match = level.usable.flatten(), _distances(mine, looks, match), match.clone()
    table = torch.full((h * w,), -1, dtype=torch.long)
    y, x = level.wanted // w, level.wanted % w
    last_y, last_x = (h - 1) // level.step * level.step, (w - 1) // level.step * level.step

    def offer(ny: Tensor, nx: Tensor) -> None:
        flat = ny.clamp_(REACH, h - 1 - REACH).mul_(w).add_(nx.clamp_(REACH, w - 1 - REACH))
        chosen = (usable[flat] & (flat != match)).nonzero()[:, 0]
        there = flat[chosen]
        apart = _distances(mine[chosen], looks, there)
        better = apart < best[chosen]
        best[chosen[better]], match[chosen[better]] = apart[better], there[better]

    for step in (4 * level.step, level.step):
        for dy, dx in ((0, step), (0, -step), (step, 0), (-step, 0)):
            table[level.wanted] = match
            there = table[(y + dy).clamp_(0, last_y) * w + (x + dx).clamp_(0, last_x)]
            there = torch.where(there >= 0, there - (dy * w + dx), match)
            offer(there // w, there % w)
        on()
        reach = max(h, w) // 4 if step > level.step else 6
        move = torch.randint(-reach, reach + 1, (2, len(y)), generator=random)
        offer(match // w + move[0], match % w + move[1])
    return match


def _mean(level: Level, now: Tensor, match: Tensor, apart: Tensor, share: Tensor | float = 1.0) -> Tensor:
    """`now` with every pixel of the hole as the weighted mean of what the patches over it found there; likelier patches weigh more, and
    by `share` (n,) those that are trusted more."""
    h, w = level.hole.shape
    wide = w + 2 * REACH  # with a margin in which no patch has a say
    table = torch.full(((h + 2 * REACH) * wide,), REACH * w + REACH)
    weight = torch.zeros(len(table))
    inner = (level.wanted // w + REACH) * wide + level.wanted % w + REACH
    table[inner] = match
    weight[inner] = (torch.exp(-apart / (2 * apart.median().clamp(min=1e-4))) + 1e-4) * share
    colours = torch.cat([level.picture, torch.ones(1, h, w)]).flatten(1).t().contiguous()  # (h w, 4): the ones count the weights
    made = now.flatten(1).clone()
    for rows, columns, (y, x) in _by_votes(level):
        total, middle = torch.zeros(len(y), 4), (y + REACH) * wide + x + REACH
        for dy in rows:
            for dx in columns:
                over = middle + (dy * wide + dx)
                total.addcmul_(weight[over, None], colours[table[over] - (dy * w + dx)])
        made[:, y * w + x] = (total[:, :3] / total[:, 3:]).t()
    return made.view_as(now)


def _by_votes(level: Level) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], Tensor]]:
    """The pixels (2, n) of the hole, and from how many rows and columns away patches have a say in them: those with the same together."""
    if level.step == 1:
        yield ODD, ODD, level.hole.nonzero().t()
        return
    for first in (0, 1):
        for second in (0, 1):
            y, x = level.hole[first::2, second::2].nonzero().t()
            yield (ODD if first else EVEN), (ODD if second else EVEN), torch.stack([2 * y + first, 2 * x + second])
