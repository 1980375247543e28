"""Preview a style on a small copy of a photo, fast enough to follow a slider."""

from __future__ import annotations

import io
import math
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ganapp.base.validation import request_class
from ganapp.machine import devices
from ganapp.pictures import images, photo, photo_file, profiles
from ganapp.stylizing import restyle
from ganapp.tasks import _style

MOST_PIXELS = 1_000_000
LIVE_PIXELS = 576 * 384  # that are painted at most, so that the answer follows a slider and a face stays a face
QUALITY = 88


@request_class
class Request(_style.Wish):
    """A small copy of a photo, a mask of its shape, and a style."""


@dataclass(frozen=True)
class Result:
    """file: the repainted copy; size: its width and height; seconds: of work."""

    file: photo_file.File
    size: tuple[int, int]
    seconds: float

    def save(self, path: Path) -> None:
        """Write the picture."""
        path.write_bytes(self.file.blob)

    def report(self) -> dict[str, Any]:
        """All of it, the picture as a data URI."""
        return {"picture": self.file.uri, "size": self.size, "seconds": self.seconds}


def run(request: Request) -> Result:
    """Show what `stylize` with these settings would make of a photo, on a small copy of it: of at most a megapixel, 384 pixels on the short
    side are enough. Strokes are measured by the whole picture, so the copy shows them as the photo will have them, but for those that are
    finer than 576 x 384 painted pixels can show: they look wider than they will be, on a photo of 3 : 2 by at most a third.

    What was painted is kept for a while: after a change of strength, detail, colours or mask the answer comes in some milliseconds.
    """
    started = time.monotonic()
    blob = images.from_data_uri(request.picture)
    shot = photo.read(blob, MOST_PIXELS)
    with devices.several_threads():
        done = restyle.restyle(shot, _lightened(_style.order(request, shot, blob), shot))
    file = _shown(done.photo)
    return Result(file, (shot.width, shot.height), round(time.monotonic() - started, 3))


def _lightened(order: restyle.Order, shot: photo.Photo) -> restyle.Order:
    """The order with strokes so wide that no more than LIVE_PIXELS are painted."""
    side = sum(painter.side * share for painter, share in order.mixture)
    least = math.sqrt(shot.width * shot.height / LIVE_PIXELS) * side / min(shot.width, shot.height)
    return replace(order, strokes=max(order.strokes, least))


def _shown(shot: photo.Photo) -> photo_file.File:
    """The picture as a file that is small and soon written: JPEG, or PNG where something shows through."""
    if shot.layout in ("LA", "RGBA") and (shot.pixels[..., -1] != shot.full).any():
        return photo_file.encode_new(shot, "png", QUALITY)
    colours = images.to_image(shot.colours(0, 0, shot.height, shot.width))
    icc = profiles.fitting(shot.origin.icc, "RGB") or profiles.of_chunks(shot.origin.chunks, "RGB")
    out = io.BytesIO()
    colours.save(out, "JPEG", quality=QUALITY, icc_profile=icc or None)
    return photo_file.File(out.getvalue(), "jpg")
