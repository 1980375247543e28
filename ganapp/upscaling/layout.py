"""Sizes and tiles: how large the result is, how often which scale is applied, and which rectangles a picture is enlarged by."""

from __future__ import annotations

from dataclasses import dataclass

from ganapp.errors import UserError

LEAST, MOST = 1.1, 8.0  # factors that can be asked for
SMALLEST_TILE = 16  # pixels a side; what does not fit into memory so does not fit at all


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels."""

    top: int
    left: int
    height: int
    width: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Its rows and columns."""
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)

    def window(self, reach: int, height: int, width: int) -> Box:
        """The rectangle grown by `reach` on every side, but not out of a picture of that size."""
        top, left = max(0, self.top - reach), max(0, self.left - reach)
        bottom, right = min(height, self.top + self.height + reach), min(width, self.left + self.width + reach)
        return Box(top, left, bottom - top, right - left)

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


def nearest(value: float) -> int:
    """The whole number nearest to a positive one, halves upwards, at least 1: as a browser rounds."""
    return max(1, int(value + 0.5))


def sized(width: int, height: int, factor: float, out_width: int = 0) -> tuple[int, int]:
    """Width and height of the result: `factor` times as large, or `out_width` wide where that is not 0.

    UserError for an `out_width` that makes the picture smaller or more than eight times as large.
    """
    if not out_width:
        return nearest(width * factor), nearest(height * factor)
    if not width <= out_width <= width * MOST:
        raise UserError("upscale_width", low=width, high=int(width * MOST), width=out_width)
    return out_width, nearest(height * out_width / width)


def factor_of(width: int, factor: float, out_width: int = 0) -> float:
    """How many times as large the result is."""
    return out_width / width if out_width else factor


def repeats(scale: int, factor: float) -> int:
    """How often a net of that scale is applied until the picture is at least `factor` times as large."""
    count, reached = 1, scale
    while scale > 1 and reached < factor - 1e-9:
        count, reached = count + 1, reached * scale
    return count
