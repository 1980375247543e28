"""Pictures of scenes: digits that people wrote (MNIST), set upright and leant anew, and shapes, in colours on paper."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import torch
from PIL import Image, ImageDraw
from torch import Tensor
from torch.nn import functional

from ganapp.digits import idx
from ganapp.pictures import images
from ganapp.writing.scene import DIGITS, GRID, PLACES, SHAPES, VALUES, Scene

SIDE = 48  # pixels of a picture
CELL = SIDE // GRID
GLYPH = 28  # pixels of a digit as MNIST has it, 20 of them written on
PATCH = 20  # pixels of the patch that one thing is drawn on
FINE = 2  # drawn larger by this, then averaged
SIZES = {"small": 9.6, "large": 15.0}  # pixels that the 20 become
LEANS = {"left": -0.42, "upright": 0.0, "right": 0.42}  # shear
COLOURS = {
    "red": (0.82, 0.13, 0.13),
    "orange": (0.95, 0.55, 0.08),
    "green": (0.12, 0.55, 0.22),
    "blue": (0.12, 0.32, 0.82),
    "purple": (0.55, 0.18, 0.66),
    "black": (0.12, 0.12, 0.13),
}
PAPER = (0.985, 0.975, 0.955)


class Glyphs:
    """What things are drawn from: (n, 28, 28) uint8, which of VALUES["kind"] each is, and the shear that each has by itself (n,)."""

    def __init__(self, split: str) -> None:
        data = idx.load("mnist", split)
        written = torch.from_numpy(data.pictures.copy())  # (n, 28, 28)
        shapes = torch.stack([_shape(name) for name in SHAPES])
        self.pictures = torch.cat([written, shapes])
        self.leans = torch.cat([_lean(written), torch.zeros(len(SHAPES))])
        labels = torch.cat([torch.from_numpy(data.labels.copy()), torch.arange(len(SHAPES)) + len(DIGITS)])
        self.of_kind = [torch.nonzero(labels == kind).squeeze(1) for kind in range(len(VALUES["kind"]))]


@cache
def glyphs(split: str) -> Glyphs:
    """The glyphs of a split: "train" for learning, "test" for what is measured and shown."""
    return Glyphs(split)


def _lean(pictures: Tensor) -> Tensor:
    """The shear of each picture (n, h, w), positive to the right: -mu11 / mu02 of its ink."""
    found = []
    for part in torch.split(pictures, 5000):
        ink = part.float()
        across, down = torch.arange(GLYPH).float(), torch.arange(GLYPH).float()
        mass = ink.sum((1, 2)).clamp(min=1)
        dx = across - ((ink.sum(1) * across).sum(1) / mass)[:, None]  # (n, w)
        dy = down - ((ink.sum(2) * down).sum(1) / mass)[:, None]  # (n, h)
        together = torch.einsum("nhw,nh,nw->n", ink, dy, dx)
        found.append(-together / (ink.sum(2) * dy.square()).sum(1).clamp(min=1))
    return torch.cat(found)


def _shape(name: str) -> Tensor:
    """A shape as a glyph: (28, 28) uint8, 20 pixels tall."""
    k = 16  # drawn so many times larger
    page = Image.new("L", (GLYPH * k, GLYPH * k))
    pen, middle, reach = ImageDraw.Draw(page), GLYPH * k / 2, 10 * k
    if name == "circle":
        pen.ellipse((middle - reach, middle - reach, middle + reach, middle + reach), fill=255)
    else:
        pen.polygon([(middle + reach * x, middle + reach * y) for x, y in _outline(name)], fill=255)
    return torch.tensor(list(page.resize((GLYPH, GLYPH), Image.Resampling.BOX).tobytes()), dtype=torch.uint8).view(GLYPH, GLYPH)


def _outline(name: str) -> list[tuple[float, float]]:
    """Corners of a shape, -1 to 1, y down."""
    if name == "square":
        return [(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)]
    if name == "triangle":
        return [(0.0, -1.0), (1.0, 0.9), (-1.0, 0.9)]
    if name == "star":
        turns = [(math.pi * i / 5, 1.05 if i % 2 == 0 else 0.46) for i in range(10)]
        return [(r * math.sin(turn), -r * math.cos(turn)) for turn, r in turns]
    course = [2 * math.pi * i / 60 for i in range(60)]  # a heart
    curve = [(16 * math.sin(t) ** 3, 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)) for t in course]
    return [(x / 16, -(y + 2.5) / 15) for x, y in curve]


def _even(random: torch.Generator, n: int) -> Tensor:
    return torch.rand(n, generator=random) * 2 - 1


@dataclass(frozen=True)
class Hands:
    """What the scenes of a batch leave open, for each of their n things one after the other: chosen: its glyph (n,); scale, lean, down,
    across (n,) and shade (n, 3): how far from the usual, -1 to 1; tone: of each scene's paper, 0 to 1 (b, 1)."""

    chosen: Tensor
    scale: Tensor
    lean: Tensor
    down: Tensor
    across: Tensor
    shade: Tensor
    tone: Tensor


def hands(scenes: Sequence[Scene], source: Glyphs, random: torch.Generator) -> Hands:
    """All that a drawing of the scenes has from chance, from `random`."""
    kinds = [VALUES["kind"].index(thing.kind) for scene in scenes for thing in scene]
    n = len(kinds)
    chances = torch.rand(n, generator=random).tolist()
    chosen = torch.stack([source.of_kind[kind][int(chance * len(source.of_kind[kind]))] for kind, chance in zip(kinds, chances)])
    scale, lean, down, across = (_even(random, n) for _ in range(4))
    shade = _even(random, 3 * n).view(n, 3)
    return Hands(chosen, scale, lean, down, across, shade, torch.rand(len(scenes), 1, generator=random))


def draw(scenes: Sequence[Scene], source: Glyphs, random: torch.Generator) -> Tensor:
    """Pictures (b, 3, 48, 48) in [0, 1] of whole scenes; hands, exact places, sizes, slants and tones are drawn from `random`."""
    return drawn(scenes, source, hands(scenes, source, random))


def drawn(scenes: Sequence[Scene], source: Glyphs, by: Hands) -> Tensor:
    """Pictures (b, 3, 48, 48) in [0, 1] of whole scenes by certain hands."""
    owners = torch.tensor([i for i, scene in enumerate(scenes) for _ in scene])
    things = [thing for scene in scenes for thing in scene]
    alphas = _patches([(thing.size, thing.slant) for thing in things], source, by)  # (n, 20, 20)
    places = torch.tensor([PLACES.index(thing.place) for thing in things])
    edge = (PATCH - CELL) // 2
    tops, lefts = places // GRID * CELL, places % GRID * CELL  # on a page with `edge` pixels of margin
    span = torch.arange(PATCH)
    colours = torch.tensor([COLOURS[thing.colour] for thing in things]) + by.shade * 0.05
    page = (torch.tensor(PAPER) - by.tone * 0.06)[:, :, None, None].repeat(1, 1, SIDE + 2 * edge, SIDE + 2 * edge)  # (b, 3, h, w)
    first = torch.tensor([place for scene in scenes for place in range(len(scene))])
    for turn in range(int(first.max()) + 1):  # the first things of all scenes, then the second ones: no two of a scene at once
        mine = first == turn
        at = owners[mine][:, None, None], slice(None), (tops[mine][:, None] + span)[:, :, None], (lefts[mine][:, None] + span)[:, None, :]
        alpha = alphas[mine][..., None]  # (m, 20, 20, 1)
        page[at] = page[at] * (1 - alpha) + colours[mine][:, None, None] * alpha
    return page[:, :, edge:-edge, edge:-edge].clamp(0, 1)


def _patches(usual: Sequence[tuple[str, str]], source: Glyphs, by: Hands) -> Tensor:
    """Ink (n, 20, 20) in [0, 1] of things (size, slant), each in the middle of its patch but for a pixel."""
    n = len(usual)
    scale = torch.tensor([SIZES[size] for size, _ in usual]) / 20 * (1 + by.scale * 0.07)
    lean = torch.tensor([LEANS[slant] for _, slant in usual]) + by.lean * 0.06 - source.leans[by.chosen]
    side, steps = PATCH * FINE, torch.arange(PATCH * FINE)
    places = (steps + 0.5) / FINE - PATCH / 2  # pixels from the middle of the patch
    down = (places[None, :, None] + (by.down * 0.8)[:, None, None]) / scale[:, None, None]  # (n, side, 1)
    across = (places[None, None, :] + (by.across * 0.8)[:, None, None]) / scale[:, None, None] + lean[:, None, None] * down
    grid = torch.stack([across, down.expand(n, side, side)], dim=3) / (GLYPH / 2)  # (n, side, side, 2)
    ink = source.pictures[by.chosen].float().unsqueeze(1) / 255
    fine = functional.grid_sample(ink, grid, align_corners=False)
    return functional.avg_pool2d(fine, FINE).squeeze(1).clamp(0, 1)


def shown(picture: Tensor, pixels: int) -> Image.Image:
    """One picture (3, 48, 48) in [0, 1], enlarged smoothly."""
    array = picture.permute(1, 2, 0).contiguous().numpy()
    return images.to_image(array).resize((pixels, pixels), Image.Resampling.BICUBIC)
