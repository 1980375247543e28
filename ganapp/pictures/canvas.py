"""A small picture that fills in while a large one is being made."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ganapp.pictures.box import Box
from ganapp.pictures.photo import Levels

SIDE = 512  # pixels of the longer side
MOST_BYTES = 30_000


@dataclass
class Canvas:
    """What is done so far. shown (h, w, 3): its pixels; it begins as the picture that is to be enlarged."""

    shown: NDArray[np.uint8]

    @classmethod
    def of(cls, source: Levels, width: int, height: int) -> Canvas:
        """A canvas for a result of that size, with `source` (h, w, 1 or 3) on it."""
        share = min(1.0, SIDE / max(width, height))
        size = (max(1, round(width * share)), max(1, round(height * share)))
        return cls(np.array(_eight_bits(source).resize(size, Image.Resampling.BILINEAR)))

    def lay(self, tile: Levels, box: Box, height: int, width: int) -> None:
        """Lay a `tile` that has the place `box` in a picture of that height and width."""
        high, wide = self.shown.shape[:2]
        top, bottom = round(box.top * high / height), round((box.top + box.height) * high / height)
        left, right = round(box.left * wide / width), round((box.left + box.width) * wide / width)
        if bottom > top and right > left:
            self.shown[top:bottom, left:right] = np.asarray(_eight_bits(tile).resize((right - left, bottom - top), Image.Resampling.BOX))

    def draw(self) -> bytes:
        """A JPEG of it, of at most MOST_BYTES where that can be had."""
        image = Image.fromarray(self.shown)
        for quality in (75, 55, 35, 15):
            out = io.BytesIO()
            image.save(out, "JPEG", quality=quality)
            if out.tell() <= MOST_BYTES:
                break
        return out.getvalue()


def _eight_bits(levels: Levels) -> Image.Image:
    """Levels (h, w, 1 or 3) as a picture of three channels and 8 bits."""
    pixels = levels if levels.dtype == np.uint8 else (levels >> 8).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3))))
