"""Pieces of a picture laid into its hole, each from where its offset points, and joined by their gradients."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.repairing import poisson

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
    """picture (3, h, w), its hole filled by the coarse fill; hole (h, w) bool; offsets (n, 2): number n stands for the coarse fill;
    banned (n + 1,) bool: which are not to be used."""

    picture: Tensor
    hole: Tensor
    offsets: Tensor
    banned: Tensor


def join(scene: Scene, labels: Tensor) -> Moved:
    """The pieces that labels (h, w) name laid in, and joined by their gradients."""
    labels = torch.where(scene.hole, labels, -1)
    h, w = scene.hole.shape
    here = torch.cartesian_prod(torch.arange(h), torch.arange(w)).view(h, w, 2)
    laid, _ = read(scene, here, labels)
    slopes, seams = [], torch.zeros_like(scene.hole)
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
    joined = poisson.solve(laid, scene.hole, (slopes[0], slopes[1]))
    return Moved(torch.where(scene.hole, joined.clamp(0, 1), scene.picture), seams | (labels == len(scene.offsets)))


def _smooth(apart: Tensor, meet: Tensor) -> Tensor:
    """(m, n): the largest mean difference of a channel of apart (3, m, n) along the seam (m, n) around each place: grain does not count."""
    near = functional.avg_pool2d(torch.cat([apart * meet, meet[None].float()])[None], ALONG, 1, ALONG // 2)[0]
    return (near[:-1] / near[-1:].clamp(min=1e-3)).abs().amax(0)


def read(scene: Scene, at: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The colours (3, m, n) that pixels `at` (m, n, 2) have by `labels` (m, n), and where (m, n) these are known."""
    h, w = scene.hole.shape
    moves = torch.cat([scene.offsets, torch.zeros(2, 2, dtype=torch.long)])  # the last, -1, is what is known
    y, x = (at + moves[labels]).unbind(2)
    inside = (y >= 0) & (x >= 0) & (y < h) & (x < w)
    place = y.clamp(0, h - 1) * w + x.clamp(0, w - 1)
    return scene.picture.flatten(1)[:, place], inside & (~scene.hole.flatten()[place] | (labels == len(scene.offsets)))
