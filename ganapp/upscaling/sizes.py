"""Sizes and tiles: how large the result is, how often which scale is applied, and which rectangles a picture is enlarged by."""

from __future__ import annotations

from ganapp.base.errors import UserError

LEAST, MOST = 1.1, 8.0  # factors that can be asked for


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
