"""Where a picture repeats itself: the few offsets by which most of its patches find their likest other patch.

He and Sun 2012, "Statistics of Patch Offsets for Image Completion": such offsets are sparse, and what is missing is best moved in by one
of them. A railing, planks and a horizon repeat along themselves, so that these offsets continue them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.repairing.patches import REACH, looks

SIDE = 128  # pixels of the longer side at which patches are compared
QUERIES = 1500  # patches that look for their likest
NEAREST = 1 / 15  # of the longer side: no offset is shorter, since every patch is like its neighbour
CHUNK = 256
FURTHER = 12  # of the offsets at least are not found but made of those that are, if there are so many


@dataclass(frozen=True)
class Layer:
    """A picture that patches are taken from. picture (3, h, w) in [0, 1]; void (h, w) bool: what is not to be used; scale: its size, as a
    share of that of the picture with the hole."""

    picture: Tensor
    void: Tensor
    scale: float = 1.0


def dominant(picture: Tensor, hole: Tensor, most: int, on: Callable[[], None]) -> Tensor:
    """picture (3, h, w), its hole (h, w) bool -> offsets (n, 2) of rows and columns, the commonest first, n <= most."""
    itself = Layer(picture, hole)
    found = between(itself, itself, most - FURTHER, on)
    return _further(found, hole, most) if len(found) else found


def between(picture: Layer, layer: Layer, most: int, on: Callable[[], None], queries: int = QUERIES) -> Tensor:
    """Offsets (n, 2), n <= most, from places of a picture to places of a layer of it, or to its own, the commonest first; none where too
    little is known.

    Patches are compared at a reduced size; each offset is then made exact at full size by the patches that voted for it.
    """
    share = max(1, -(-max(picture.void.shape) // SIDE))
    here, there = _reduced(picture, share), _reduced(layer, share)
    frees = usable(here.void), usable(there.void)
    if min(free.sum() for free in frees) < 64:
        return torch.zeros(0, 2, dtype=torch.long)
    places, votes = _votes((here, there), frees, queries, on)
    found = _peaks(votes, (here.void.shape, there.void.shape), most, _both_ways(layer))
    if share > 1:
        found = _exact((picture, layer), (places, votes), found, share)
    return found


def _reduced(layer: Layer, share: int) -> Layer:
    void = functional.max_pool2d(layer.void[None, None].float(), share)[0, 0] > 0
    return Layer(functional.avg_pool2d(layer.picture[None], share)[0], void, layer.scale)


def _both_ways(layer: Layer) -> bool:
    """Whether what lies by an offset from one place also has that place by the offset turned round: not at another scale."""
    return layer.scale == 1


def _further(found: Tensor, hole: Tensor, most: int) -> Tensor:
    """The offsets (n, 2), and some that reach over the hole: level and upright ones, and multiples of the commonest ones, since what
    repeats after one step repeats after the next."""
    h, w = hole.shape
    high, wide = (int(hole.any(axis).sum()) + 2 * REACH for axis in (1, 0))
    over = torch.tensor([(0, wide), (0, -wide), (high, 0), (-high, 0)])
    times = [found * k for k in range(2, 2 + max(high, wide))] if len(found) else []
    several = torch.stack([each[: FURTHER // 2] for each in times], 1).flatten(0, 1) if times else over[:0]
    inside = (several.abs() < torch.tensor([min(h, 2 * high), min(w, 2 * wide)])).all(1)
    unique: dict[tuple[int, int], None] = {}
    for y, x in torch.cat([found, over, several[inside]]).tolist():
        unique.setdefault((y, x))
    return torch.tensor(list(unique)[:most], dtype=torch.long).view(-1, 2)


def usable(hole: Tensor) -> Tensor:
    """(h, w) whether the patch around a place is known and inside."""
    side = 2 * REACH + 1
    h, w = hole.shape
    free = torch.zeros_like(hole)
    if min(h, w) >= side:
        free[REACH : h - REACH, REACH : w - REACH] = functional.max_pool2d(hole[None, None].float(), side, 1)[0, 0] == 0
    return free


def _votes(layers: tuple[Layer, Layer], frees: tuple[Tensor, Tensor], queries: int, on: Callable[[], None]) -> tuple[Tensor, Tensor]:
    """Places (n, 2) of patches of the first layer and the offsets (n, 2) to the likest patch of the other that is not of a place too
    near."""
    here, there = layers
    (h, w), wide = there.void.shape, here.void.shape[1]
    look = looks(there.picture)  # (h w, d)
    own = looks(here.picture) if here is not there else look
    known, chosen = (free.flatten().nonzero()[:, 0] for free in frees[::-1])
    chosen = chosen[:: max(1, len(chosen) // queries)]
    near = max(2, round(NEAREST * max(h, w)))
    table = torch.full((h * w,), -1, dtype=torch.long)
    table[known] = torch.arange(len(known))
    offers, norms = look[known].t().contiguous(), look[known].square().sum(1)
    steps = torch.arange(-near, near + 1)
    around = (steps[:, None] * w + steps[None]).flatten()
    same_y, same_x = (((v + 0.5) * there.scale - 0.5).round().long() for v in (chosen // wide, chosen % wide))
    likest = []
    for part, same in zip(torch.split(chosen, CHUNK), torch.split(same_y * w + same_x, CHUNK)):
        on()
        gaps = torch.addmm(norms[None], own[part], offers, alpha=-2)
        close = table[(same[:, None] + around).clamp(0, h * w - 1)]  # (n, near places)
        rows, columns = (close >= 0).nonzero().t()
        gaps[rows, close[rows, columns]] = torch.inf
        likest.append(known[gaps.argmin(1)])
    found = torch.cat(likest)
    places = torch.stack([chosen // wide, chosen % wide], 1)
    return places, torch.stack([found // w, found % w], 1) - places


def _peaks(votes: Tensor, sizes: tuple[torch.Size, torch.Size], most: int, both_ways: bool) -> Tensor:
    """The offsets (n, 2) for which most patches voted, a few pixels apart. sizes: from where and to where they point."""
    (h, w), (high, wide) = sizes
    tally = torch.zeros(h + high + 1, w + wide + 1)
    tally.view(-1).index_add_(0, (votes[:, 0] + h) * (w + wide + 1) + votes[:, 1] + w, torch.ones(len(votes)))
    if both_ways:
        tally = tally + tally.flip(0, 1)
    soft = tally[None, None]
    for _ in range(2):
        soft = functional.avg_pool2d(soft, 3, 1, 1)
    soft = soft + 1e-4 * tally
    best = (soft == functional.max_pool2d(soft, 5, 1, 2)) & (soft > 0)
    y, x = best[0, 0].nonzero().t()
    order = soft[0, 0, y, x].argsort(descending=True, stable=True)[:most]
    return torch.stack([y[order] - h, x[order] - w], 1)


def _exact(layers: tuple[Layer, Layer], voted: tuple[Tensor, Tensor], found: Tensor, share: int) -> Tensor:
    """The offsets (n, 2) at full size: of those within `share` pixels the one by which the patches that voted for it match best."""
    (places, votes), (here, there) = voted, layers
    h, w = there.void.shape
    look, flat = looks(there.picture), usable(there.void).flatten()
    own = looks(here.picture) if here is not there else look
    steps = torch.arange(-share, share + 1)
    moves = torch.cartesian_prod(steps, steps)
    exact = []
    for offset in found:
        forth = (votes - offset).abs().amax(1) <= 1
        mine = forth | ((votes + offset).abs().amax(1) <= 1) if _both_ways(there) else forth
        sign = torch.where(forth[mine], 1, -1)
        at = places[mine][:64] * share + share // 2
        sign = sign[:64]
        goals = at[:, None] + sign[:, None, None] * (offset * share + moves)[None]  # (n, moves, 2)
        inside = (goals >= 0).all(2) & (goals[..., 0] < h) & (goals[..., 1] < w)
        goal = goals[..., 0].clamp(0, h - 1) * w + goals[..., 1].clamp(0, w - 1)
        at = torch.minimum(at, torch.tensor(here.void.shape) - 1)
        gaps = (own[at[:, 0] * here.void.shape[1] + at[:, 1]][:, None] - look[goal]).square().sum(2).clamp(max=1.0)
        gaps = torch.where(inside & flat[goal], gaps, 1.0)
        exact.append(offset * share + moves[(gaps.mean(0) + 1e-6 * moves.abs().sum(1)).argmin()])
    return torch.stack(exact) if exact else found
