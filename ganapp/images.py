"""The border between pictures and tensors."""

from __future__ import annotations

import numpy as np
from PIL import Image
from torch import Tensor


def sheet(pictures: Tensor, columns: int = 10, ink_on_paper: bool = True) -> Image.Image:
    """Pictures (n, 1, h, w) in [0, 1], 1 = ink, laid out by columns from the top: one grey picture, 1 px apart.

    The n pictures fill the columns one after the other (column 0 from top to bottom first).
    """
    n, _, h, w = pictures.shape
    rows = -(-n // columns)
    page = np.zeros((rows * (h + 1) + 1, columns * (w + 1) + 1), np.float32)
    for i, picture in enumerate(pictures[:, 0].clamp(0, 1).cpu().numpy()):
        column, row = divmod(i, rows)
        page[row * (h + 1) + 1 : (row + 1) * (h + 1), column * (w + 1) + 1 : (column + 1) * (w + 1)] = picture
    grey = np.round((1 - page if ink_on_paper else page) * 255).astype(np.uint8)
    return Image.fromarray(grey)
