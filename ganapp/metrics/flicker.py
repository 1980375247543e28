"""Flicker: how much a painted picture changes when the photograph moves by one pixel, as it does from one frame of a film to the next."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

BORDER = 16  # pixels at the border, which both pictures paint from different surroundings


def flicker(paint: Callable[[Tensor], Tensor], photo: Tensor, multiple: int = 4) -> float:
    """The mean difference, in levels of 255, between the paintings of two crops that are one pixel apart down and across, where both show
    the same. photo (1, 3, h, w) in [0, 1]; the crops' sides are multiples of `multiple` and at least 36 pixels."""
    h, w = ((side - 1) // multiple * multiple for side in photo.shape[-2:])
    before, after = paint(photo[..., :h, :w]), paint(photo[..., 1 : h + 1, 1 : w + 1])
    same = before[..., 1:, 1:], after[..., :-1, :-1]
    a, b = (each[..., BORDER:-BORDER, BORDER:-BORDER] for each in same)
    return float(255 * (a - b).abs().mean())
