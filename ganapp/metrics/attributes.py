"""What a person sees in a digit, as numbers: slant, weight, width, height, and the forms of its parts.

Each function takes ink x (n, 1, h, w) in [0, 1], 1 = ink, on an empty border, and gives (n,). They measure grey pictures as they
are, so a slight change of the picture is a slight change of the number. A picture without ink measures 0. All but slant, weight, height
and loop are those of the digit set `upright`, or a slant would be taken for them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.metrics import holes

LEAST = 1e-6
HAZE = 0.05  # what a generator leaves on its paper
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


def _place(profile: Tensor, share: float) -> Tensor:
    """Where this share of a profile's mass lies below: (n, length) -> (n,), in pixels from its beginning."""
    total = profile.sum(1, keepdim=True).clamp(min=LEAST)
    below = torch.cat([torch.zeros_like(total), profile.cumsum(1) / total], dim=1)  # (n, length + 1)
    right = (below < share).sum(1, keepdim=True).clamp(1, profile.shape[1])
    low, high = below.gather(1, right - 1), below.gather(1, right)
    return (right - 1 + (share - low) / (high - low).clamp(min=LEAST)).squeeze(1)


def _reach(profile: Tensor) -> Tensor:
    """How long the stretch is that holds the middle `SPAN` of a profile's mass, over `SPAN`: (n, length) -> (n,), in pixels."""
    reach = (_place(profile, 0.5 + SPAN / 2) - _place(profile, 0.5 - SPAN / 2)) / SPAN
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
    """How large the enclosed background is: the side, in pixels, of a square of its area. Gaps in the stroke of up to two pixels count as
    closed (grey closing by 3 x 3), and what grey ink encloses counts as much as that ink is dark; see `holes.filled`."""
    closed = -functional.max_pool2d(-functional.max_pool2d(x, 3, 1, 1), 3, 1, 1)
    return (holes.filled(closed[:, 0]) - closed[:, 0]).sum((1, 2)).clamp(min=0).sqrt()


def _rows(x: Tensor) -> tuple[Tensor, Tensor]:
    """The first row of the middle `SPAN` of the ink, stretched to the whole, and how many rows there are: (n,), (n,)."""
    profile = x.sum((1, 3))
    first, last = (_place(profile, 0.5 + side * SPAN / 2) for side in (-1, 1))
    spare = (last - first) * (1 / SPAN - 1) / 2
    return first - spare, last - first + 2 * spare


def _spread(x: Tensor, start: float, end: float) -> Tensor:
    """Pixels that the ink spreads sideways between two shares of the digit's height, set upright: (n,). The standard deviation times the
    root of 12, which is the width of an even row of ink."""
    first, tall = _rows(x)
    top, bottom = first + start * tall, first + end * tall
    rows = torch.arange(x.shape[2], dtype=x.dtype)
    inside = ((rows + 1 - top[:, None]).clamp(0, 1) * (bottom[:, None] - rows).clamp(0, 1)).clamp(
        0, 1
    )  # (n, h), a part of a row at the ends
    ink = (upright(x)[:, 0] * inside[:, :, None]).sum(1)  # (n, w)
    mass = ink.sum(1).clamp(min=LEAST)
    columns = torch.arange(x.shape[3], dtype=x.dtype)
    across = columns - ((ink * columns).sum(1) / mass)[:, None]  # (n, w)
    return (12 * (ink * across.square()).sum(1) / mass).sqrt()


def head(x: Tensor) -> Tensor:
    """Pixels that the upper third spreads sideways: the flag of a 1."""
    return _spread(x, 0, 1 / 3)


def middle(x: Tensor) -> Tensor:
    """Pixels that the middle third spreads sideways."""
    return _spread(x, 1 / 3, 2 / 3)


def foot(x: Tensor) -> Tensor:
    """Pixels that the lower third spreads sideways: the foot of a 1."""
    return _spread(x, 2 / 3, 1)


def crossing(x: Tensor) -> Tensor:
    """How far the middle third reaches, as a share of the whole width: the bar through a 7."""
    return middle(x) / width(x).clamp(min=1)


def balance(x: Tensor) -> Tensor:
    """Wide below (above 0) or wide above (below 0), -1 to 1: the lower half's spread less the upper one's, over their sum."""
    upper, lower = _spread(x, 0, 0.5), _spread(x, 0.5, 1)
    return (lower - upper) / (lower + upper).clamp(min=LEAST)


def waist(x: Tensor) -> Tensor:
    """How high the middle of the ink lies, 0 (at the bottom) to 1 (at the top)."""
    first, tall = _rows(x)
    high = 1 - (_place(x.sum((1, 3)), 0.5) - first) / tall.clamp(min=LEAST)
    return torch.where(x.sum((1, 2, 3)) > LEAST, high, 0.0)


def _centred(x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Set upright: ink (n, h, w), its mass (n,), and rows (n, h) and columns (n, w) from the middle of the ink."""
    ink = upright(x)[:, 0]
    mass = ink.sum((1, 2)).clamp(min=LEAST)
    rows, columns = torch.arange(ink.shape[1], dtype=x.dtype), torch.arange(ink.shape[2], dtype=x.dtype)
    return ink, mass, rows - ((ink.sum(2) * rows).sum(1) / mass)[:, None], columns - ((ink.sum(1) * columns).sum(1) / mass)[:, None]


def bend(x: Tensor) -> Tensor:
    """Pixels by which the digit curves like "(" (above 0) or ")" (below 0): of the parabola through its ink, from the middle to twice the
    standard deviation of the rows."""
    ink, mass, dy, dx = _centred(x)
    variance = (ink.sum(2) * dy.square()).sum(1) / mass
    third = (ink.sum(2) * dy.pow(3)).sum(1) / mass
    curve = dy.square() - variance[:, None] - (third / variance.clamp(min=LEAST))[:, None] * dy  # orthogonal to 1 and to the rows
    along = torch.einsum("nhw,nh,nw->n", ink, curve, dx) / mass
    return 4 * variance * along / ((ink.sum(2) * curve.square()).sum(1) / mass).clamp(min=LEAST)


def corners(x: Tensor) -> Tensor:
    """How much ink lies in the corners: mu22 / (mu20 mu02). A plus has 0, a ring 1/2, the frame of a square more, a cross more still."""
    ink, mass, dy, dx = _centred(x)
    tall, wide = ((profile * d.square()).sum(1) / mass for profile, d in ((ink.sum(2), dy), (ink.sum(1), dx)))
    return torch.einsum("nhw,nh,nw->n", ink, dy.square(), dx.square()) / mass / (tall * wide).clamp(min=LEAST)


def flourish(x: Tensor) -> Tensor:
    """How long the stroke is for the digit's size: ink over the stroke's width, over width and height together."""
    return x.sum((1, 2, 3)) / weight(x).clamp(min=LEAST) / (width(x) + height(x)).clamp(min=LEAST)


MEASURES: dict[str, Callable[[Tensor], Tensor]] = {
    "slant": slant,
    "weight": weight,
    "width": width,
    "height": height,
    "roundness": roundness,
    "loop": loop,
    "balance": balance,
    "waist": waist,
    "bend": bend,
    "corners": corners,
    "middle": middle,
    "crossing": crossing,
    "head": head,
    "foot": foot,
    "flourish": flourish,
}
UNITS = dict.fromkeys(MEASURES, "1") | {"slant": "degrees"}
UNITS |= dict.fromkeys(("weight", "width", "height", "loop", "bend", "middle", "head", "foot"), "pixels")
COMMON = ("slant", "weight", "width", "height")  # of any digit alike
FORMS = ("height", "balance", "bend", "corners", "waist")
# What is looked for in each digit beyond the slants and widths that all have alike: a form has no common direction.
SEEN: tuple[tuple[str, ...], ...] = (
    (*FORMS, "middle"),
    ("height", "bend", "waist", "head", "foot"),
    (*FORMS, "loop"),
    (*FORMS, "middle", "flourish"),
    (*FORMS, "middle", "flourish"),
    (*FORMS, "middle", "flourish"),
    (*FORMS, "middle", "loop", "flourish"),
    (*FORMS, "crossing"),
    (*FORMS, "middle", "loop"),
    (*FORMS, "middle", "loop"),
)


def wiped(x: Tensor) -> Tensor:
    """Ink (n, 1, h, w) with the haze wiped off."""
    return (x - HAZE).clamp(min=0) / (1 - HAZE)


def measured(x: Tensor, names: Sequence[str] = tuple(MEASURES), rows: int = 2000) -> Tensor:
    """Those of `names`, all when not given: ink (n, 1, h, w) -> (n, names), haze wiped off. A block of `rows` pictures at a time."""
    blocks = [wiped(x[start : start + rows]) for start in range(0, len(x), rows)]
    return torch.cat([torch.stack([MEASURES[name](block) for name in names], dim=1) for block in blocks])
