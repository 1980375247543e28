"""Where a picture repeats itself: the few offsets by which most of its patches find their likest other patch.

He and Sun 2012, "Statistics of Patch Offsets for Image Completion": such offsets are sparse, and what is missing is best moved in by one
of them. A railing, planks and a horizon repeat along themselves, so that these offsets continue them.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.repairing.patches import REACH, looks

SIDE = 128  # pixels of the longer side at which patches are compared
QUERIES = 1500  # patches that look for their likest, the ones near the hole first
NEAREST = 1 / 15  # of the longer side: no offset is shorter, since every patch is like its neighbour
CHUNK = 256
FURTHER = 12  # of the offsets at least are not found but made of those that are, if there are so many


def dominant(picture: Tensor, hole: Tensor, most: int, on: Callable[[], None]) -> Tensor:
    """picture (3, h, w), its hole (h, w) bool -> offsets (n, 2) of rows and columns, the commonest first, n <= most.

    Patches are compared at a reduced size; each offset is then made exact at full size by the patches that voted for it.
    """
    share = max(1, -(-max(picture.shape[-2:]) // SIDE))
    small = functional.avg_pool2d(picture[None], share)[0]
    free = usable(functional.max_pool2d(hole[None, None].float(), share)[0, 0] > 0)
    if free.sum() < 64:
        return torch.zeros(0, 2, dtype=torch.long)
    places, votes = _votes(small, free, on)
    found = _peaks(votes, (int(small.shape[-2]), int(small.shape[-1])), most - FURTHER)
    if share > 1:
        found = _exact(picture, usable(hole), (places, votes), found, share)
    return _further(found, hole, most)


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


def _votes(picture: Tensor, free: Tensor, on: Callable[[], None]) -> tuple[Tensor, Tensor]:
    """Places (n, 2) of patches and the offsets (n, 2) to the likest patch that lies not too near."""
    w = picture.shape[-1]
    look = looks(picture)  # (h w, d)
    known = free.flatten().nonzero()[:, 0]
    chosen = known[:: max(1, len(known) // QUERIES)]
    near = max(2, round(NEAREST * max(picture.shape[-2:])))
    table = torch.full((free.numel(),), -1, dtype=torch.long)
    table[known] = torch.arange(len(known))
    offers, norms = look[known].t().contiguous(), look[known].square().sum(1)
    steps = torch.arange(-near, near + 1)
    around = (steps[:, None] * w + steps[None]).flatten()
    likest = []
    for part in torch.split(chosen, CHUNK):
        on()
        gaps = torch.addmm(norms[None], look[part], offers, alpha=-2)
        close = table[(part[:, None] + around).clamp(0, free.numel() - 1)]  # (n, near places)
        rows, columns = (close >= 0).nonzero().t()
        gaps[rows, close[rows, columns]] = torch.inf
        likest.append(known[gaps.argmin(1)])
    there = torch.cat(likest)
    places = torch.stack([chosen // w, chosen % w], 1)
    return places, torch.stack([there // w, there % w], 1) - places


def _peaks(votes: Tensor, size: tuple[int, int], most: int) -> Tensor:
    """The offsets (n, 2) for which most patches voted, a few pixels apart."""
    h, w = size
    tally = torch.zeros(2 * h + 1, 2 * w + 1)
    tally.view(-1).index_add_(0, (votes[:, 0] + h) * (2 * w + 1) + votes[:, 1] + w, torch.ones(len(votes)))
    tally = tally + tally.flip(0, 1)  # what lies there for one lies the other way for the other
    soft = tally[None, None]
    for _ in range(2):
        soft = functional.avg_pool2d(soft, 3, 1, 1)
    soft = soft + 1e-4 * tally
    best = (soft == functional.max_pool2d(soft, 5, 1, 2)) & (soft > 0)
    y, x = best[0, 0].nonzero().t()
    order = soft[0, 0, y, x].argsort(descending=True, stable=True)[:most]
    return torch.stack([y[order] - h, x[order] - w], 1)


def _exact(picture: Tensor, free: Tensor, voted: tuple[Tensor, Tensor], found: Tensor, share: int) -> Tensor:
    """The offsets (n, 2) at full size: of those within `share` pixels the one by which the patches that voted for it match best."""
    places, votes = voted
    h, w = free.shape
    look, flat = looks(picture), free.flatten()
    steps = torch.arange(-share, share + 1)
    moves = torch.cartesian_prod(steps, steps)
    exact = []
    for offset in found:
        mine = ((votes - offset).abs().amax(1) <= 1) | ((votes + offset).abs().amax(1) <= 1)
        sign = torch.where(((votes - offset).abs().amax(1) <= 1)[mine], 1, -1)
        at = places[mine][:64] * share + share // 2
        sign = sign[:64]
        there = at[:, None] + sign[:, None, None] * (offset * share + moves)[None]  # (n, moves, 2)
        inside = (there >= 0).all(2) & (there[..., 0] < h) & (there[..., 1] < w)
        goal = there[..., 0].clamp(0, h - 1) * w + there[..., 1].clamp(0, w - 1)
        here = at[:, 0].clamp(max=h - 1) * w + at[:, 1].clamp(max=w - 1)
        gaps = (look[here][:, None] - look[goal]).square().sum(2).clamp(max=1.0)
        gaps = torch.where(inside & flat[goal], gaps, 1.0)
        exact.append(offset * share + moves[(gaps.mean(0) + 1e-6 * moves.abs().sum(1)).argmin()])
    return torch.stack(exact) if exact else found
