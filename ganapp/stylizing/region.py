"""Where a photo is repainted: a mask with a soft edge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from ganapp.base.errors import UserError
from ganapp.pictures import masks

PLACES = ("everywhere", "inside", "outside")
SOFT = 0.006  # of the photo's short side: standard deviation of the edge

Weights = NDArray[np.uint8]  # (h, w): 255 = all of it is repainted, 0 = nothing


def weights(blob: bytes, where: str, width: int, height: int) -> Weights | None:
    """How much of each pixel of a photo of that size is repainted, by the mask in a file and whether it says where or where not; None: all
    of every pixel. UserError for a mask of another shape, and one that leaves nothing."""
    if where == "everywhere" or not blob:
        return None
    marks = masks.read(blob, width, height)
    if where == "outside":
        marks = ~marks
    if not marks.any():
        raise UserError("stylize_nothing_marked")
    if marks.all():
        return None
    hard = Image.fromarray(marks.astype(np.uint8) * 255)
    return np.asarray(hard.filter(ImageFilter.GaussianBlur(SOFT * min(width, height))))
