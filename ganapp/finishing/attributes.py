"""What a person sees in a digit, as numbers: slant, weight, width, height, roundness, loop.

Each function takes ink x (n, 1, h, w) in [0, 1], 1 = ink, on an empty border, and gives (n,). They measure grey pictures as they
are, so a slight change of the picture is a slight change of the number; only `loop` has to decide what is ink. A picture
without ink measures 0. Width and roundness are those of the digit set `upright`, or a slant would be taken for both.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

LEAST = 1e-6
HAZE = 0.05  # what a generator leaves on its paper
INK = 0.5
FINER = 2  # the picture is enlarged by this before loops are looked for
SPAN = 0.95  # share of the ink that width and height reach over
TURNS = 12  # directions that an outline's course is sorted into


def _moments(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Mass (n,), covariance of x with y (n,), variance of y (n,), in pixels; y points down."""
    n, _, h, w = x.shape
    columns, rows = torch.arange(w, dtype=x.dtype), torch.arange(h, dtype=x.dtype)
    ink = x[:, 0]
    mass = ink.sum((1, 2)).clamp(min=LEAST)
    dx = columns - ((ink.sum(1) * columns).sum(1) / mass)[:, None]  # (n, w)
    dy = rows - ((ink.sum(2) * rows).sum(1) / mass)[:, None]  # (n, h)
    together = torch.einsum("nhw,nh,nw->n", ink, dy, dx) / mass
    return mass, together, (ink.sum(2) * dy.square()).sum(1) / mass


def slant(x: Tensor) -> Tensor:
    """Degrees by which the digit leans to the right: the shear that would make its second moments upright, -mu11 / mu02.

    It is the angle by which MNIST's digits are deslanted (LeCun et al. 1998, section III.B). An upright bar has 0.
    """
    _, together, variance = _moments(x)
    return torch.atan(-together / variance.clamp(min=LEAST)) * (180 / math.pi)


def weight(x: Tensor) -> Tensor:
    """The stroke's width in pixels: twice the ink over the length of its outline, which is the total variation (coarea formula).

    A bar of width b and length l has b / (1 + b / l).
    """
    padded = functional.pad(x, (1, 1, 1, 1))
    down = padded[:, :, 1:, :-1] - padded[:, :, :-1, :-1]
    across = padded[:, :, :-1, 1:] - padded[:, :, :-1, :-1]
    outline = (down.square() + across.square()).sqrt().sum((1, 2, 3))
    return 2 * x.sum((1, 2, 3)) / outline.clamp(min=LEAST)


def upright(x: Tensor) -> Tensor:
    """Each digit sheared about its middle row until its `slant` is 0, (n, 1, h, w); bilinear."""
    _, together, variance = _moments(x)
    n, _, h, w = x.shape
    rows = torch.arange(h, dtype=x.dtype)
    middle = (x.sum((1, 3)) * rows).sum(1) / x.sum((1, 2, 3)).clamp(min=LEAST)
    shift = (together / variance.clamp(min=LEAST))[:, None] * (rows - middle[:, None])  # (n, h), pixels to the right
    across = (torch.arange(w, dtype=x.dtype) + shift[:, :, None] + 0.5) / w * 2 - 1  # (n, h, w)
    down = ((rows + 0.5) / h * 2 - 1)[:, None].expand(n, h, w)
    return functional.grid_sample(x, torch.stack([across, down], dim=3), align_corners=False)


def _reach(profile: Tensor) -> Tensor:
    """How long the stretch is that holds the middle `SPAN` of a profile's mass, over `SPAN`: (n, length) -> (n,), in pixels."""
    total = profile.sum(1, keepdim=True).clamp(min=LEAST)
    below = torch.cat([torch.zeros_like(total), profile.cumsum(1) / total], dim=1)  # (n, length + 1)

    def place(share: float) -> Tensor:
        right = (below < share).sum(1, keepdim=True).clamp(1, profile.shape[1])
        low, high = below.gather(1, right - 1), below.gather(1, right)
        return (right - 1 + (share - low) / (high - low).clamp(min=LEAST)).squeeze(1)

    reach = (place(0.5 + SPAN / 2) - place(0.5 - SPAN / 2)) / SPAN
    return torch.where(profile.sum(1) > LEAST, reach, 0.0)


def width(x: Tensor) -> Tensor:
    """Pixels from left to right that hold the middle 95 % of the ink set upright, over 0.95: a bar b wide has b."""
    return _reach(upright(x).sum((1, 2)))


def height(x: Tensor) -> Tensor:
    """Pixels from top to bottom that hold the middle 95 % of the ink, over 0.95: a bar l tall has l."""
    return _reach(x.sum((1, 3)))


def roundness(x: Tensor) -> Tensor:
    """How evenly the outline runs in all directions, 0 to 1: the entropy of its directions, over that of a circle's.

    The directions of the gradient (Sobel's), weighted by its size, shared linearly between the neighbours of 12 bins. A long
    bar has two directions, a square four, a ring all. The digit is set upright first.
    """
    x = upright(x)
    kernel = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]], dtype=x.dtype)
    slopes = functional.conv2d(x, torch.stack([kernel, kernel.T])[:, None], padding=1)  # (n, 2, h, w)
    size = slopes.square().sum(1).sqrt().flatten(1)  # (n, h * w)
    turn = torch.atan2(slopes[:, 1], slopes[:, 0]).flatten(1) / (2 * math.pi) * TURNS % TURNS
    first = turn.floor()
    share = turn - first
    counts = torch.zeros(len(x), TURNS, dtype=x.dtype)
    counts.scatter_add_(1, first.long() % TURNS, size * (1 - share))
    counts.scatter_add_(1, (first.long() + 1) % TURNS, size * share)
    p = counts / counts.sum(1, keepdim=True).clamp(min=LEAST)
    return -(p * p.clamp(min=LEAST).log()).sum(1) / math.log(TURNS)


def loop(x: Tensor) -> Tensor:
    """How large the enclosed background is: the side, in pixels, of a square of its area. Enclosed is what a flood from the
    border over background, 4-connected, does not reach.

    The picture is enlarged twofold first (bilinear), so that narrow loops stay open.
    """
    large = functional.interpolate(x, scale_factor=FINER, mode="bilinear", align_corners=False)
    ground = functional.pad(large[:, 0] < INK, (1, 1, 1, 1), value=True)  # (n, 2 h + 2, 2 w + 2)
    return (ground & ~_flooded(ground)).sum((1, 2)).sqrt() / FINER


def _flooded(ground: Tensor) -> Tensor:
    """What of ground (n, h, w) can be reached from its border in steps along rows and columns."""
    flood = torch.zeros_like(ground)
    flood[:, 0], flood[:, -1], flood[:, :, 0], flood[:, :, -1] = True, True, True, True
    reached = -1
    while reached != (reached := int(flood.sum())):
        for _ in range(8):  # counting costs as much as a step
            before = flood.clone()
            flood[:, 1:] |= before[:, :-1]
            flood[:, :-1] |= before[:, 1:]
            flood[:, :, 1:] |= before[:, :, :-1]
            flood[:, :, :-1] |= before[:, :, 1:]
            flood &= ground
    return flood


MEASURES: dict[str, Callable[[Tensor], Tensor]] = {
    "slant": slant,
    "weight": weight,
    "width": width,
    "height": height,
    "roundness": roundness,
    "loop": loop,
}
UNITS = {"slant": "degrees", "weight": "pixels", "width": "pixels", "height": "pixels", "roundness": "1", "loop": "pixels"}


def measured(x: Tensor, rows: int = 2000) -> Tensor:
    """All of them in the order of `MEASURES`: ink (n, 1, h, w) -> (n, 6), haze wiped off. A block of `rows` pictures at a time."""
    x = (x - HAZE).clamp(min=0) / (1 - HAZE)
    blocks = [torch.stack([measure(x[start : start + rows]) for measure in MEASURES.values()], dim=1) for start in range(0, len(x), rows)]
    return torch.cat(blocks)
