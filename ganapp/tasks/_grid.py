"""Pictures laid out on one sheet of paper."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ganapp.digits import digit
from ganapp.pictures import images
from ganapp.pictures.images import Array

WHITE = 255
SMALLEST, LARGEST = 32, 256  # side of a cell


def shown(picture: Array, side: int, smooth: bool, look: str) -> Image.Image:
    """What a generator painted, as a person sees it, `side` pixels a side: "ink" (h, w) as dark strokes on paper; "grey" (h, w),
    1 = dark, as a photograph; "colour" (h, w, 3) as it is."""
    if look == "ink":
        return digit.on_paper(picture, side, smooth)
    image = images.to_image(picture if look == "colour" else np.asarray(1 - picture, np.float32))
    enlarging = Image.Resampling.BICUBIC if smooth else Image.Resampling.NEAREST
    return image.resize((side, side), enlarging if side > image.width else Image.Resampling.BOX)


def cells(pictures: Array, side: int, smooth: bool, look: str) -> list[Image.Image]:
    """Pictures (n, h, w) or (n, h, w, 3) in [0, 1] -> n squares of paper."""
    return [shown(picture, side, smooth, look) for picture in pictures]


def table(pictures: list[Image.Image], columns: int) -> Image.Image:
    """Squares of one size, row by row, edge to edge: digits bring their own margin."""
    side = pictures[0].width
    rows = -(-len(pictures) // columns)
    colours = () if pictures[0].mode == "L" else (len(pictures[0].getbands()),)
    page = np.full((rows * side, columns * side, *colours), WHITE, np.uint8)
    for i, picture in enumerate(pictures):
        row, column = divmod(i, columns)
        page[row * side : (row + 1) * side, column * side : (column + 1) * side] = np.asarray(picture)
    return Image.fromarray(page)
