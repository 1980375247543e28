"""What a drawing has from chance, as the random numbers that a painter of its scene is given, each distributed normally as in later use."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.writing import drawing
from ganapp.writing.drawing import Hands
from ganapp.writing.scene import DIGITS, PLACES, Scene

STYLE = 8  # numbers that tell how a digit is written
FARTHEST = 3.5  # what they are at most
CENTRE = 4  # the place whose numbers tell of the paper: a painter's first convolution sees it from everywhere
SMALL = 14  # pixels of the glyphs that these are taken from


@cache
def styles(split: str) -> Tensor:
    """How each glyph of a split is written, (n, STYLE): along the principal axes of its digit, set upright, each at a variance of 1."""
    source = drawing.glyphs(split)
    codes = torch.zeros(len(source.pictures), STYLE)
    for mine in source.of_kind[: len(DIGITS)]:
        flat = _upright(source.pictures[mine], source.leans[mine]).flatten(1)  # (m, SMALL * SMALL)
        flat = flat - flat.mean(0)
        variances, axes = torch.linalg.eigh(flat.T @ flat / len(flat))
        along = flat @ axes[:, -STYLE:].flip(1) / variances[-STYLE:].flip(0).clamp(min=1e-9).sqrt()
        codes[mine] = along.clamp(-FARTHEST, FARTHEST)
    return codes


def _upright(pictures: Tensor, leans: Tensor) -> Tensor:
    """Glyphs (m, 28, 28) without their lean, smaller: (m, SMALL, SMALL)."""
    affine = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]).repeat(len(leans), 1, 1)
    affine[:, 0, 1] = -leans
    ink = functional.avg_pool2d(pictures.float().unsqueeze(1) / 255, drawing.GLYPH // SMALL)
    straight = functional.grid_sample(ink, functional.affine_grid(affine, list(ink.shape), False), align_corners=False)
    return straight.squeeze(1)


def _normal(even: Tensor) -> Tensor:
    """Numbers uniform in -1 to 1 as normally distributed ones."""
    return math.sqrt(2) * torch.erfinv(even.clamp(-0.9999, 0.9999))


def latents(scenes: Sequence[Scene], by: Hands, codes: Tensor, size: int, random: torch.Generator) -> Tensor:
    """The random numbers of which these drawings are made, (b, places * size): of each thing in its place, of the paper in the
    centre; where there is nothing to tell, from `random`. codes: of `styles`."""
    z = torch.randn(len(scenes), len(PLACES), size, generator=random)
    even = torch.stack([by.scale, by.lean, by.down, by.across, *by.shade.unbind(1)], dim=1)  # (n, 7)
    owners = torch.tensor([i for i, scene in enumerate(scenes) for _ in scene])
    places = torch.tensor([PLACES.index(thing.place) for scene in scenes for thing in scene])
    digit = (codes[by.chosen] != 0).any(1)
    told = torch.cat([_normal(even), codes[by.chosen]], dim=1)
    kept = z[owners, places][:, 1 : 1 + told.shape[1]]
    free = torch.cat([torch.zeros(len(told), even.shape[1], dtype=torch.bool), (~digit)[:, None].expand(-1, STYLE)], dim=1)
    told = torch.where(free[:, : kept.shape[1]], kept, told[:, : kept.shape[1]])
    z[owners, places, 1 : 1 + told.shape[1]] = told
    z[:, CENTRE, :1] = _normal(2 * by.tone - 1)
    return z.flatten(1)
