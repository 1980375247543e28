"""Pictures laid out on one sheet of paper."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ganapp import digit
from ganapp.tasks._sampler import Array

WHITE = 255
SMALLEST, LARGEST = 32, 256  # side of a cell


def cells(inks: Array, side: int, smooth: bool) -> list[Image.Image]:
    """Ink (n, h, w) in [0, 1] -> n squares of paper."""
    return [digit.on_paper(ink, side, smooth) for ink in inks]


def table(pictures: list[Image.Image], columns: int) -> Image.Image:
    """Squares of one size, row by row, edge to edge: digits bring their own margin."""
    side = pictures[0].width
    rows = -(-len(pictures) // columns)
    page = np.full((rows * side, columns * side), WHITE, np.uint8)
    for i, picture in enumerate(pictures):
        row, column = divmod(i, columns)
        page[row * side : (row + 1) * side, column * side : (column + 1) * side] = np.asarray(picture)
    return Image.fromarray(page)
