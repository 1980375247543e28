"""Show a photo that a browser can't decode itself: a copy to look at, of the same size and upright."""

from __future__ import annotations

import io
from dataclasses import dataclass

from ganapp.base.validation import about, request_class
from ganapp.pictures import images, photo, photo_file, profiles
from ganapp.tasks import _files
from ganapp.tasks._fields import Picture

QUALITY = 90


@request_class
class Request:
    """A photo."""

    picture: Picture = about("the photo: PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC or AVIF", kind="picture")


@dataclass(frozen=True)
class Result(_files.NewFile):
    """file: the copy, a JPEG, or a PNG where something shows through; name: of the file; width, height: in pixels."""

    width: int
    height: int


def run(request: Request) -> Result:
    """Give a copy of a photo that every browser shows (JPEG, PNG where something is transparent), upright and as large as the photo.

    The pages use it for HEIC and TIFF. It is for looking at: send the photo itself to the other endpoints, so that nothing of it is lost.
    """
    shot = photo.read(images.from_data_uri(request.picture))
    return Result(_copy(shot), "photo", shot.width, shot.height)


def _copy(shot: photo.Photo) -> photo_file.File:
    """JPEG knows no more than 65,500 pixels a side and nothing transparent: then PNG."""
    clear = shot.layout in ("LA", "RGBA") and bool((shot.pixels[..., -1] != shot.full).any())
    if clear or max(shot.width, shot.height) > photo_file.LARGEST["jpeg"]:
        return photo_file.encode_new(shot, "png", QUALITY)
    icc = profiles.fitting(shot.origin.icc, "RGB") or profiles.of_chunks(shot.origin.chunks, "RGB")
    out = io.BytesIO()
    images.to_image(shot.colours(0, 0, shot.height, shot.width)).save(out, "JPEG", quality=QUALITY, icc_profile=icc or None)
    return photo_file.File(out.getvalue(), "jpg")
