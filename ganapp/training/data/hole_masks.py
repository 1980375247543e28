"""Masks of holes to train and to measure with, 1 = hole: the strokes and boxes of LaMa, and what old photographs suffer from.

Suvorov et al. 2022, "Resolution-robust Large Mask Inpainting with Fourier Convolutions" (LaMa): thin, medium and thick masks with
that paper's settings at 256 pixels; lengths grow with the side. A mask is a function of its generator alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Mask = NDArray[np.float32]
LARGEST = 0.5  # share of a picture that a hole may take
SMALLEST = 0.003


@dataclass(frozen=True)
class Strokes:
    """strokes: from, to how many; width, length: at most, in pixels at side 256; boxes: chance of boxes beside them, their
    sides and their number, from and to; margin: from the picture's edge."""

    strokes: tuple[int, int]
    width: int
    length: int
    boxes: float = 0.0
    side: tuple[int, int] = (10, 50)
    count: tuple[int, int] = (1, 5)
    margin: int = 0


CLASSES = {
    "thin": Strokes((4, 50), 10, 40),
    "medium": Strokes((4, 5), 50, 100, 0.3, (10, 50), (1, 5)),
    "thick": Strokes((1, 5), 100, 200, 0.3, (30, 150), (1, 3), 10),
}
KINDS = (*CLASSES, "boxes", "scratches", "writing", "dust")
MIX = (0.17, 0.23, 0.27, 0.1, 0.1, 0.06, 0.07)  # how often each kind is trained with


def mask(kind: str, side: int, random: np.random.Generator) -> Mask:
    """A mask (side, side) float32 of 0 and 1, of one of KINDS; between 0.3 % and half of it is hole."""
    draw = {"boxes": _boxes, "scratches": _scratches, "writing": _writing, "dust": _dust}.get(kind)
    while True:
        image = Image.new("L", (side, side))
        pen = ImageDraw.Draw(image)
        if draw is None:
            _lama(pen, side, random, CLASSES[kind])
        else:
            draw(pen, side, random)
        holes: Mask = (np.asarray(image) > 0).astype(np.float32)
        if SMALLEST <= holes.mean() <= LARGEST:
            return holes


def any_mask(side: int, random: np.random.Generator) -> Mask:
    """A mask of a kind drawn from MIX."""
    return mask(str(random.choice(KINDS, p=MIX)), side, random)


def _lama(pen: ImageDraw.ImageDraw, side: int, random: np.random.Generator, how: Strokes) -> None:
    """Bent strokes, and boxes now and then. LaMa's make_random_irregular_mask and make_random_rectangle_mask."""
    scale = side / 256
    for _ in range(random.integers(how.strokes[0], how.strokes[1] + 1)):
        x, y = (float(v) for v in random.integers(0, side, 2))
        for joint in range(1 + random.integers(5)):
            angle = 0.01 + random.integers(4)
            if joint % 2 == 0:
                angle = 2 * np.pi - angle
            length, width = (10 + random.integers(how.length)) * scale, (5 + random.integers(how.width)) * scale
            end = (float(np.clip(x + length * np.sin(angle), 0, side)), float(np.clip(y + length * np.cos(angle), 0, side)))
            pen.line([(x, y), end], 255, max(1, round(width)))
            x, y = end
    if random.random() < how.boxes:
        _rectangles(pen, side, random, how)


def _rectangles(pen: ImageDraw.ImageDraw, side: int, random: np.random.Generator, how: Strokes) -> None:
    scale, margin = side / 256, round(how.margin * side / 256)
    for _ in range(random.integers(how.count[0], how.count[1] + 1)):
        w, h = (max(1, round(v * scale)) for v in random.integers(how.side[0], how.side[1], 2))
        left = int(random.integers(margin, max(margin + 1, side - margin - w + 1)))
        top = int(random.integers(margin, max(margin + 1, side - margin - h + 1)))
        pen.rectangle([left, top, left + w - 1, top + h - 1], 255)


def _boxes(pen: ImageDraw.ImageDraw, side: int, random: np.random.Generator) -> None:
    _rectangles(pen, side, random, Strokes((0, 0), 0, 0, 1.0, (30, 130), (1, 3), 10))


def _scratches(pen: ImageDraw.ImageDraw, side: int, random: np.random.Generator) -> None:
    """Long thin lines that wander, most of them upright, as on film."""
    for _ in range(random.integers(1, 9)):
        x, y = random.uniform(0, side, 2)
        heading = random.normal(np.pi / 2, 0.3) if random.random() < 0.6 else random.uniform(0, np.pi)
        points, step = [(x, y)], side / 12
        for _ in range(random.integers(3, 14)):
            heading += random.normal(0, 0.15)
            x, y = x + step * np.cos(heading), y + step * np.sin(heading)
            points.append((x, y))
        pen.line(points, 255, max(1, round(random.uniform(1, 5) * side / 256)), joint="curve")


def _writing(pen: ImageDraw.ImageDraw, side: int, random: np.random.Generator) -> None:
    """Rows of short strokes of the size of letters."""
    tall = random.uniform(0.05, 0.16) * side
    for row in range(random.integers(1, 4)):
        x, y = random.uniform(0, side / 3), random.uniform(0, side / 2) + 1.6 * row * tall
        width = max(1, round(tall * random.uniform(0.08, 0.2)))
        while x < side * random.uniform(0.6, 1):
            corners = random.uniform(0, 1, (random.integers(2, 5), 2)) * (0.7 * tall, tall) + (x, y)
            if random.random() < 0.85:  # else a space between words
                pen.line([(float(a), float(b)) for a, b in corners], 255, width)
            x += 0.85 * tall


def _dust(pen: ImageDraw.ImageDraw, side: int, random: np.random.Generator) -> None:
    """Specks, and a few hairs."""
    for _ in range(random.integers(10, 90)):
        x, y = random.uniform(0, side, 2)
        a, b = random.uniform(0.5, 4, 2) * side / 256
        pen.ellipse([x - a, y - b, x + a, y + b], 255)
    for _ in range(random.integers(0, 5)):
        x, y = random.uniform(0, side, 2)
        reach, start = random.uniform(5, 25) * side / 256, random.uniform(0, 360)
        pen.arc([x - reach, y - reach, x + reach, y + reach], start, start + random.uniform(40, 200), 255, max(1, round(side / 170)))
