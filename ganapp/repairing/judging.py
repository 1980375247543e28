"""How much a filled hole shows: what a choice between fills goes by, where nobody knows what was there."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.repairing.offsets import usable
from ganapp.repairing.patches import REACH, looks, means

SIDE = 64  # pixels of the longer side at which patches are compared: a patch is then as wide as a rail or a plank
CHUNK = 512
GRAIN = 0.1  # how much grain counts beside structure
WINDOW = 15  # pixels over which grain is the mean
LEAST = 0.01  # grain below which there is none


def cost(picture: Tensor, hole: Tensor, on: Callable[[], None] = lambda: None) -> float:
    """picture (3, h, w) in [0, 1] whose hole (h, w) bool is filled -> how much that shows, 0 or more: structure and grain."""
    return structure(picture, hole, on) + GRAIN * grain(picture, hole)


def structure(picture: Tensor, hole: Tensor, on: Callable[[], None] = lambda: None) -> float:
    """How far the patches that touch the hole are from their likest known ones, squared, in the mean: a broken line and a smear are like
    nothing in the picture (the coherence of Simakov et al. 2008, "Summarizing Visual Data Using Bidirectional Similarity")."""
    share = max(1, -(-max(picture.shape[-2:]) // SIDE))
    small = functional.avg_pool2d(picture[None], share)[0]
    gap = functional.max_pool2d(hole[None, None].float(), share)[0, 0] > 0
    touching = functional.max_pool2d(gap[None, None].float(), 2 * REACH + 1, 1, REACH)[0, 0] > 0
    for rim in (touching[:REACH], touching[-REACH:], touching[:, :REACH], touching[:, -REACH:]):
        rim.fill_(False)
    look, known = looks(small), usable(gap)
    if not known.any() or not touching.any():
        return 0.0
    offers, apart = look[known.flatten()], []
    for part in torch.split(look[touching.flatten()], CHUNK):
        on()
        least = torch.addmm(offers.square().sum(1)[None], part, offers.t(), alpha=-2).amin(1)
        apart.append((least + part.square().sum(1)).clamp(min=0))
    return float(torch.cat(apart).mean())


def grain(picture: Tensor, hole: Tensor) -> float:
    """By how much the grain in the hole differs from that at its nearer rim, as a mean of logarithms: calm grass in rough grass shows."""
    grey = picture.mean(0)
    change = torch.zeros_like(grey)
    change[:-1, :-1] = (grey[:-1, 1:] - grey[:-1, :-1]).abs() + (grey[1:, :-1] - grey[:-1, :-1]).abs()
    known = (~hole).float()
    inside, outside = _mean(change, 1 - known), _mean(change, known)
    apart = (inside.clamp(min=LEAST).log() - outside.clamp(min=LEAST).log()).abs()
    both = hole & (_mean(known, torch.ones_like(known)) > 0.1)
    return float(apart[both].mean()) if both.any() else 0.0


def _mean(values: Tensor, weights: Tensor) -> Tensor:
    """(h, w): the weighted mean of the values (h, w) around each place."""
    wide = functional.pad(torch.stack([values * weights, weights])[None], (WINDOW // 2,) * 4)
    near = means(wide, WINDOW, WINDOW)[0]
    return near[0] / near[1].clamp(min=1e-6)
