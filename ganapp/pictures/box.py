"""Rectangles of pixels, to work on a part of a photo."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels."""

    top: int
    left: int
    height: int
    width: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index an array with."""
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)

    @property
    def area(self) -> int:
        """In pixels."""
        return self.height * self.width

    @property
    def bottom(self) -> int:
        """The row below it."""
        return self.top + self.height

    @property
    def right(self) -> int:
        """The column behind it."""
        return self.left + self.width

    def scaled(self, down: float, across: float) -> Box:
        """The rectangle in a copy of the photo with so many times as many rows and columns."""
        top, left = round(self.top * down), round(self.left * across)
        return Box(top, left, round(self.bottom * down) - top, round(self.right * across) - left)

    def grown(self, by: int, height: int, width: int) -> Box:
        """The rectangle with `by` pixels more on each side, cut at the edges of a height x width photo."""
        top, left = max(0, self.top - by), max(0, self.left - by)
        bottom, right = min(height, self.top + self.height + by), min(width, self.left + self.width + by)
        return Box(top, left, bottom - top, right - left)

    def widened(self, side_h: int, side_w: int, height: int, width: int) -> Box:
        """A rectangle of at least side_h x side_w around this one, moved and, if need be, cut to lie inside a height x width photo."""
        h, w = min(height, max(side_h, self.height)), min(width, max(side_w, self.width))
        top = min(max(0, self.top + self.height // 2 - h // 2), height - h)
        left = min(max(0, self.left + self.width // 2 - w // 2), width - w)
        return Box(top, left, h, w)

    def times(self, scale: int) -> Box:
        """The rectangle in a picture `scale` times as large."""
        return Box(self.top * scale, self.left * scale, self.height * scale, self.width * scale)

    def within(self, other: Box) -> Box:
        """The same rectangle as it lies in the array of `other`."""
        return Box(self.top - other.top, self.left - other.left, self.height, self.width)

    def parts(self, tile: int) -> list[Box]:
        """The rectangle cut into tiles of at most `tile` a side, as equal as can be, row by row."""
        rows, columns = _cuts(self.height, tile), _cuts(self.width, tile)
        return [
            Box(self.top + top, self.left + left, bottom - top, right - left)
            for top, bottom in zip(rows, rows[1:])
            for left, right in zip(columns, columns[1:])
        ]


def _cuts(length: int, tile: int) -> list[int]:
    count = -(-length // tile)
    return [length * i // count for i in range(count + 1)]
