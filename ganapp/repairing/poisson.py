"""Pieces of a picture joined by their gradients, so that no tone seam shows: Poisson's equation (Perez et al. 2003, "Poisson Image
Editing"), solved by multigrid (Briggs et al. 2000, "A Multigrid Tutorial", V-cycles)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

CYCLES = 5
ROUNDS = 2  # of red-black relaxation before and after the coarser grid
LAST_ROUNDS = 16  # where no coarser grid follows


def solve(picture: Tensor, hole: Tensor, slopes: tuple[Tensor, Tensor], on: Callable[[], None] = lambda: None) -> Tensor:
    """picture (c, h, w), whose `hole` (h, w) bool gets the slopes across (c, h, w - 1) and down (c, h - 1, w), as far as what is known
    around allows; nothing known changes. What the hole holds is where the search begins."""
    across, down = slopes
    field = torch.zeros_like(picture)  # what the sum of a pixel's differences from its neighbours shall be
    field[:, :, :-1] -= across
    field[:, :, 1:] += across
    field[:, :-1] -= down
    field[:, 1:] += down
    for _ in range(CYCLES):
        on()
        picture = _cycle(picture, hole, field)
    return picture


def _cycle(now: Tensor, hole: Tensor, field: Tensor) -> Tensor:
    """`now` (c, h, w) nearer to: number of neighbours * pixel - their sum = field, in the hole; what a few rounds cannot reach is
    corrected on a grid of half the size."""
    whole = functional.avg_pool2d(hole[None].float(), 2, ceil_mode=True)[0] == 1
    if max(hole.shape) <= 4 or not whole.any():
        return _relaxed(now, hole, field, LAST_ROUNDS)
    now = _relaxed(now, hole, field, ROUNDS)
    left = functional.avg_pool2d(torch.where(hole, field - _differences(now), 0)[None], 2, ceil_mode=True)[0] * 4
    more = _cycle(torch.zeros_like(left), whole, left)
    h, w = hole.shape
    more = functional.interpolate(more[None], scale_factor=2, mode="bilinear", align_corners=False)[0, :, :h, :w]
    return _relaxed(torch.where(hole, now + more, now), hole, field, ROUNDS)


def _number(h: int, w: int) -> Tensor:
    """(1, h, w): how many neighbours each pixel has."""
    number = torch.full((1, h, w), 4.0)
    for edge in (number[:, 0], number[:, -1], number[..., 0], number[..., -1]):
        edge -= 1
    return number


def _sums(wide: Tensor) -> Tensor:
    """The sum of the four neighbours, of x (c, h, w) with a margin of one pixel."""
    return wide[:, :-2, 1:-1] + wide[:, 2:, 1:-1] + wide[:, 1:-1, :-2] + wide[:, 1:-1, 2:]


def _differences(now: Tensor) -> Tensor:
    return _number(*now.shape[1:]) * now - _sums(functional.pad(now, (1, 1, 1, 1)))


def _relaxed(now: Tensor, hole: Tensor, field: Tensor, rounds: int) -> Tensor:
    """`now` after some rounds in which every pixel of the hole takes what its neighbours say, first those of the one colour of a
    chessboard, then those of the other."""
    h, w = hole.shape
    number = _number(h, w).clamp(min=1)
    red = (torch.arange(h)[:, None] + torch.arange(w)) % 2 == 0
    wide = functional.pad(now, (1, 1, 1, 1))
    inner = wide[:, 1:-1, 1:-1]
    for _ in range(rounds):
        for turn in (hole & red, hole & ~red):
            inner.copy_(torch.where(turn, (_sums(wide) + field) / number, inner))
    return inner.clone()
