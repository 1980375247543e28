"""Pieces of a picture laid into its hole, each from where its offset points, and joined by their gradients."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.repairing import poisson
from ganapp.repairing.scales import Sources

ALONG = 5  # pixels of a seam over which its sides are compared
EDGE = 0.2  # mean difference of colours across a seam, levelled, from which it stays an edge: one side would run into the other
JUMP = 0.2  # difference of colours across a seam, levelled, from which it is mended


@dataclass(frozen=True)
class Moved:
    """picture (3, h, w) with its hole filled; seams (h, w) bool: where pieces meet and it shows, and where the
    coarse fill stands."""

    picture: Tensor
    seams: Tensor


@dataclass(frozen=True)
class Scene:
    """picture (3, h, w), its hole filled by the coarse fill; hole (h, w) bool; offsets (n, 3) of layer, rows and columns: number n stands
    for the coarse fill; banned (n + 1,) bool: which are not to be used; sources: the layers that the offsets point into."""

    picture: Tensor
    hole: Tensor
    offsets: Tensor
    banned: Tensor
    sources: Sources


def join(scene: Scene, labels: Tensor) -> Moved:
    """The pieces that labels (h, w) name laid in, and joined by their gradients."""
    around = _around(scene.hole)
    hole = scene.hole[around]
    labels = torch.where(hole, labels[around], -1)
    h, w = hole.shape
    here = torch.cartesian_prod(*(torch.arange(each.start, each.stop) for each in around)).view(h, w, 2)
    laid, _ = read(scene, here, labels)
    slopes, seams = [], torch.zeros_like(hole)
    for dim in (1, 0):
        n = (h, w)[dim] - 1
        one, two = labels.narrow(dim, 0, n), labels.narrow(dim, 1, n)
        on_two, sure_two = read(scene, here.narrow(dim, 1, n), one)
        on_one, sure_one = read(scene, here.narrow(dim, 0, n), two)
        at_one, at_two = laid.narrow(dim + 1, 0, n), laid.narrow(dim + 1, 1, n)
        by_one, by_two = on_two - at_one, at_two - on_one
        number = sure_one.float() + sure_two.float()
        apart = (at_one - on_one) * sure_one + (on_two - at_two) * sure_two  # levelled, where both are known
        meet = one != two
        gap = _smooth(apart, meet)
        shows = meet & ((gap > JUMP) | (number < 1))
        level = (by_one * sure_two + by_two * sure_one) / number.clamp(min=1)
        slopes.append(torch.where(meet & (gap > EDGE) & (number > 0), at_two - at_one, level))
        for start in (0, 1):
            seams.narrow(dim, start, n).logical_or_(shows)
    joined = poisson.solve(laid, hole, (slopes[0], slopes[1]))
    picture, shown = scene.picture.clone(), torch.zeros_like(scene.hole)
    picture[:, around[0], around[1]] = torch.where(hole, joined.clamp(0, 1), scene.picture[:, around[0], around[1]])
    shown[around] = seams | (labels == len(scene.offsets))
    return Moved(picture, shown)


def _around(hole: Tensor) -> tuple[slice, slice]:
    """The rows and columns that hold the hole and what its seams are smoothed with."""
    spans = []
    for axis in (1, 0):
        held = hole.any(axis).nonzero()[:, 0]
        spans.append(slice(max(0, int(held[0]) - ALONG), min(hole.shape[1 - axis], int(held[-1]) + 1 + ALONG)))
    return spans[0], spans[1]


def _smooth(apart: Tensor, meet: Tensor) -> Tensor:
    """(m, n): the largest mean difference of a channel of apart (3, m, n) along the seam (m, n) around each place: grain does not count."""
    near = functional.avg_pool2d(torch.cat([apart * meet, meet[None].float()])[None], ALONG, 1, ALONG // 2)[0]
    return (near[:-1] / near[-1:].clamp(min=1e-3)).abs().amax(0)


def read(scene: Scene, at: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The colours (3, m, n) that pixels `at` (m, n, 2) have by `labels` (m, n), and where (m, n) these are known."""
    moves = torch.cat([scene.offsets, torch.zeros(2, 3, dtype=torch.long)])  # the last, -1, is what is known
    place, inside = scene.sources.places(moves[labels], at)
    return scene.sources.colours[:, place], inside & (~scene.sources.void[place] | (labels == len(scene.offsets)))
