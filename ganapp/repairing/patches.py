"""Detail for a hole from the picture's own patches, led by a coarse fill.

Wexler et al. 2007, "Space-Time Completion of Video": every patch that touches the hole looks for its likest known patch, and every
pixel of the hole becomes the mean of what the patches over it say; search and mean alternate, from small to full size. At the smallest
size the search is exact and trusts a pixel the less the deeper it lies in the hole, so that structure grows in from the rim; from there
on it is PatchMatch (Barnes et al. 2009), with all patches taking their turn at once. The coarse fill (a net's, say) leads: patches are
compared by how they look now and by the blurred colours the coarse fill has there, as in RETHINED (2025).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

REACH = 3  # a patch is 7 x 7
SMALLEST = 64  # pixels of the longer side at which every known patch is compared with every wanted one
FIRST_ROUNDS, ROUNDS = 5, 2  # of search and mean at the smallest size, and at the others but the largest
TRUST = 1 / 1.3  # in a pixel, for each pixel it lies from the rim (Wexler et al., equation 10)
FIRST_LEAD = 0.3  # how much the coarse fill counts at the smallest size, as a share of what it counts later
FEATURES = 3  # lowest frequencies kept of a patch's brightness, each way; of its two colour differences two less
VOTES = (-3, -1, 1, 3)  # rows and columns of a patch, from its middle, at which it has a say: a third of the time of all 49 places
CHUNK = 1024


@dataclass(frozen=True)
class Level:
    """One size. picture (3, h, w); hole (h, w) bool; guide (3, h, w): the coarse fill, blurred; wanted (n,): flat places of the
    patches that touch the hole; usable (h, w) bool: whether the patch around a place is known and inside."""

    picture: Tensor
    hole: Tensor
    guide: Tensor
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
        now = _mean(level, now, match, _distances(_looks(level, now, lead), level.wanted, match))
        for _ in range(ROUNDS if level is not levels[0] else 1):
            looks = _looks(level, now, lead)
            on()
            match = _search(level, looks, match, random, on)
            now = _mean(level, now, match, _distances(looks, level.wanted, match))
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
        levels.append(Level(picture[0], void, _blurred(picture)[0], near.flatten().nonzero()[:, 0], usable))
        if max(h, w) <= SMALLEST:
            return levels
        picture = functional.avg_pool2d(picture, 2, ceil_mode=True)
        share = functional.max_pool2d(share, 2, ceil_mode=True)


def _blurred(picture: Tensor) -> Tensor:
    """(1, c, h, w) blurred by two boxes of 7 pixels."""
    for _ in range(2):
        picture = functional.avg_pool2d(functional.pad(picture, (0, 0, 3, 3), mode="replicate"), (7, 1), 1)
        picture = functional.avg_pool2d(functional.pad(picture, (3, 3, 0, 0), mode="replicate"), (1, 7), 1)
    return picture


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
    return torch.stack(parts)


def _looks(level: Level, now: Tensor, lead: float) -> Tensor:
    """(h w, d): how the patch around each place looks in `now`, and the guide's colour there."""
    padded = functional.pad(now[None], (REACH,) * 4, mode="reflect")
    own = functional.conv2d(padded, _basis())[0]  # (d, h, w)
    return torch.cat([own, level.guide * (lead * (2 * REACH + 1))]).flatten(1).t().contiguous()


def _distances(looks: Tensor, wanted: Tensor, match: Tensor) -> Tensor:
    """(n,) squared distance between each wanted patch and its match."""
    return (looks[wanted] - looks[match]).square_().sum(1)


def _start(level: Level, lead: float, on: Callable[[], None]) -> tuple[Tensor, Tensor]:
    """(n,) the likest usable patch for each wanted one, among all, and the picture they make: pixel by pixel, by trust."""
    known = level.usable.flatten().nonzero()[:, 0]
    trust = _unfolded((TRUST ** _depth(level.hole))[None])[level.wanted]  # (n, 49)
    share = trust.mean(1, keepdim=True)
    weights = (trust / share).repeat(1, 3)  # (n, 147)
    offers, guide = _unfolded(level.picture)[known], level.guide.flatten(1).t() * (lead * (2 * REACH + 1))
    squares, now = offers.square(), level.picture
    for _ in range(FIRST_ROUNDS):
        mine, match, apart = _unfolded(now)[level.wanted], torch.empty_like(level.wanted), torch.empty(len(level.wanted))
        for part in torch.split(torch.arange(len(match)), CHUNK):
            on()
            held, led = weights[part] * mine[part], guide[level.wanted[part]]
            cost = weights[part] @ squares.t() - 2 * (held @ offers.t() + led @ guide[known].t()) + guide[known].square().sum(1)
            least = cost.min(1)
            match[part] = known[least.indices]
            apart[part] = (least.values + (held * mine[part]).sum(1) + led.square().sum(1)).clamp(min=0)
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
    w, small = level.hole.shape[1], before.hole.shape[1]
    table = torch.full((before.hole.numel(),), -1, dtype=torch.long)
    table[before.wanted] = match
    y, x = level.wanted // w, level.wanted % w
    there = table[(y // 2) * small + x // 2]
    ny, nx = 2 * (there // small) + y % 2, 2 * (there % small) + x % 2
    known = level.usable.flatten().nonzero()[:, 0]
    anew = known[torch.randint(len(known), (len(y),), generator=random)]
    flat = (ny.clamp(max=level.hole.shape[0] - 1) * w + nx.clamp(max=w - 1)).clamp(min=0)
    return torch.where((there >= 0) & level.usable.flatten()[flat], flat, anew)


def _search(level: Level, looks: Tensor, match: Tensor, random: torch.Generator, on: Callable[[], None]) -> Tensor:
    """PatchMatch: each patch tries what its neighbours found, moved along, and places around its own match."""
    h, w = level.hole.shape
    usable, best = level.usable.flatten(), _distances(looks, level.wanted, match)
    mine = looks[level.wanted]
    table = torch.full((h * w,), -1, dtype=torch.long)
    y, x = level.wanted // w, level.wanted % w

    def offer(ny: Tensor, nx: Tensor) -> None:
        inside = (ny >= 0) & (ny < h) & (nx >= 0) & (nx < w)
        flat = torch.where(inside, ny * w + nx, 0)
        chosen = (inside & usable[flat]).nonzero()[:, 0]
        there = flat[chosen]
        apart = (mine[chosen] - looks[there]).square_().sum(1)
        better = apart < best[chosen]
        best[chosen[better]], match[chosen[better]] = apart[better], there[better]

    match = match.clone()
    for step in (4, 1):
        for dy, dx in ((0, step), (0, -step), (step, 0), (-step, 0)):
            table[level.wanted] = match
            ty, tx = (y + dy).clamp(0, h - 1), (x + dx).clamp(0, w - 1)
            there = table[ty * w + tx]
            offer(torch.where(there >= 0, there // w - dy, -1), there % w - dx)
        on()
        reach = max(h, w) // 4 if step > 1 else 6
        move = torch.randint(-reach, reach + 1, (2, len(y)), generator=random)
        offer(match // w + move[0], match % w + move[1])
    return match


def _mean(level: Level, now: Tensor, match: Tensor, apart: Tensor, share: Tensor | float = 1.0) -> Tensor:
    """`now` with every pixel of the hole as the weighted mean of what the patches over it found there; likelier patches weigh more, and
    by `share` (n,) those that are trusted more."""
    h, w = level.hole.shape
    table = torch.full((h * w,), -1, dtype=torch.long)
    table[level.wanted] = match
    scale = apart.median().clamp(min=1e-4)
    weight = torch.zeros(h * w)
    weight[level.wanted] = (torch.exp(-apart / (2 * scale)) + 1e-4) * share
    places = level.hole.flatten().nonzero()[:, 0]
    y, x = places // w, places % w
    colours, total = level.picture.flatten(1).t().contiguous(), torch.zeros(len(places), 1)
    mean = torch.zeros(len(places), 3)
    for dy in VOTES:
        for dx in VOTES:
            inside = (y + dy >= 0) & (y + dy < h) & (x + dx >= 0) & (x + dx < w)
            over = torch.where(inside, (y + dy) * w + x + dx, places)
            share = (weight[over] * inside)[:, None]
            mean += share * colours[(table[over] - dy * w - dx).clamp(0, h * w - 1)]
            total += share
    made = now.flatten(1).clone()
    made[:, places] = (mean / total).t()
    return made.view_as(now)
