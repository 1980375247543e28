"""Find scratches and dust on an old photo, as a mask for repair."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from ganapp.base.kinds import Share
from ganapp.base.validation import about, request_class
from ganapp.machine import devices
from ganapp.pictures import images, photo
from ganapp.repairing import scratches
from ganapp.tasks import _result
from ganapp.tasks._fields import Picture

HEAVY = True


@request_class
class Request:
    """A scanned photo."""

    picture: Picture = about("the photo: PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC or AVIF", kind="picture")
    sensitivity: Share = about("0 marks the plainest scratches only, 1 also what may be none", default=0.5)


@dataclass(frozen=True)
class Result(_result.Drawn):
    """mask: a PNG of the photo's size, white where marked; share: of the photo that is marked, 0 to 1."""

    mask: bytes
    share: float


def run(request: Request) -> Result:
    """Look for thin light or dark lines and lone specks that do not belong to a photo's texture, and return a mask for repair.

    It cannot know what was meant: look at the mask before you repair by it.
    """
    devices.limit_threads()
    shot = photo.read(images.from_data_uri(request.picture))
    marks = scratches.find(shot.colours(0, 0, shot.height, shot.width), request.sensitivity)
    out = io.BytesIO()
    Image.fromarray(marks).save(out, "PNG")
    return Result(out.getvalue(), round(float(marks.mean()), 6))
