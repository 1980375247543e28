"""How large a picture is when it is repainted: strokes are as wide as they were in the pictures that the net learned from."""

from __future__ import annotations

import math

LEAST, MOST = 0.25, 4.0  # widths of strokes that can be asked for, 1 = natural
ENLARGED = 2.0  # how many times as large as it is a picture is repainted at most
MOST_PIXELS = 8_000_000  # of the picture that is repainted
ALMOST = 0.03  # a size so near to the picture's own is its own


def reduction(size: tuple[int, int], side: float, strokes: float) -> float:
    """How many times as wide and high a picture of `size` (width, height) is as what is repainted of it. side: short side of the pictures
    that the net learned from; strokes: how wide they are to be, 1 = natural."""
    factor = max(min(size) / side * strokes, 1 / ENLARGED, math.sqrt(size[0] * size[1] / MOST_PIXELS))
    return 1.0 if abs(factor - 1) < ALMOST else factor


def painted(size: tuple[int, int], side: float, strokes: float) -> tuple[int, int]:
    """Width and height of what is repainted of a picture of `size`; the names are those of `reduction`."""
    factor = reduction(size, side, strokes)
    return max(1, round(size[0] / factor)), max(1, round(size[1] / factor))
