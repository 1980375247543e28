"""Save a repaired photo: the photo and its patches become one file, with all that came with the photo."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from ganapp.base.kinds import Choice
from ganapp.base.validation import about, request_class
from ganapp.pictures import images, photo, photo_file
from ganapp.pictures.photo import Photo
from ganapp.pictures.provenance.making import Making, Model
from ganapp.tasks import _origin, _patches
from ganapp.tasks._fields import Picture

HEAVY = True


@request_class
class Request:
    """A photo and the patches that its repairs gave."""

    picture: Picture = about("the photo, as it was before its repairs", kind="picture")
    patches: _patches.Patches = about("the patches that the repairs gave, the first one first", default=())
    form: Annotated[str, Choice(photo_file.FORMS)] = about("the file that comes back: lossless or jpeg", default="lossless")
    keep_gps: bool = about("whether the file still says where the photo was taken", default=False)


@dataclass(frozen=True)
class Result:
    """The file, and what changed outside the patches, counted in it (see repair); provenance: what was put into it, see
    manifest.Note."""

    file: photo_file.File
    outside: int
    outside_changed: int
    loss: float
    provenance: dict[str, Any]

    def save(self, path: Path) -> None:
        """Write the photo."""
        path.write_bytes(self.file.blob)

    def report(self) -> dict[str, Any]:
        """All of it, the file as a data URI."""
        counts = {name: getattr(self, name) for name in ("outside", "outside_changed", "loss", "provenance")}
        return {"picture": self.file.uri, "ending": self.file.ending, "bytes": len(self.file.blob), **counts}


def run(request: Request) -> Result:
    """Write a photo with its repairs as a file: losslessly, or as JPEG with the tables it came with.

    The answer counts the pixels outside the repairs, and how many of them differ from the photo that was sent.
    """
    blob = images.from_data_uri(request.picture)
    shot = photo.read(blob)
    work = Photo(shot.pixels.copy(), shot.layout, shot.origin)
    laid = _patches.lay(work, request.patches)
    making = _making(request, blob, tuple(map(_origin.region, laid.boxes)))
    file, note = _origin.written(work, making, lambda shot: photo_file.encode(shot, request.form, request.keep_gps), laid.touched)
    proof = photo_file.compare(shot, photo_file.decode(file), laid.touched)
    return Result(file, proof.outside, proof.changed, round(proof.most, 4), note)


def _making(request: Request, blob: bytes, regions: tuple[tuple[int, int, int, int], ...]) -> Making:
    """All repairs together, by what their patches say of themselves."""
    repairs = [json.loads(line) if line else None for line in _patches.makings(request.patches)]
    models = tuple(Model(**model) for each in repairs if each for model in each["models"])
    told = [each and {"models": [model["id"] for model in each["models"]], **each["settings"]} for each in repairs]
    return Making("edited", "repair", {"repairs": told}, tuple(dict.fromkeys(models)), blob, regions)
