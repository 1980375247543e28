"""Save a repaired photo: the photo and its patches become one file, with all that came with the photo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from ganapp.base.kinds import Choice
from ganapp.base.validation import about, request_class
from ganapp.pictures import images, photo, photo_file
from ganapp.pictures.photo import Photo
from ganapp.tasks import _patches
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
    """The file, and what changed outside the patches, counted in it (see repair)."""

    file: photo_file.File
    outside: int
    outside_changed: int
    loss: float

    def save(self, path: Path) -> None:
        """Write the photo."""
        path.write_bytes(self.file.blob)

    def report(self) -> dict[str, Any]:
        """All of it, the file as a data URI."""
        counts = {name: getattr(self, name) for name in ("outside", "outside_changed", "loss")}
        return {"picture": self.file.uri, "ending": self.file.ending, "bytes": len(self.file.blob), **counts}


def run(request: Request) -> Result:
    """Write a photo with its repairs as a file: losslessly, or as JPEG with the tables it came with.

    The answer counts the pixels outside the repairs, and how many of them differ from the photo that was sent.
    """
    shot = photo.read(images.from_data_uri(request.picture))
    work = Photo(shot.pixels.copy(), shot.layout, shot.origin)
    touched = _patches.lay(work, request.patches)
    file = photo_file.encode(work, request.form, request.keep_gps)
    proof = photo_file.compare(shot, photo_file.decode(file), touched)
    return Result(file, proof.outside, proof.changed, round(proof.most, 4))
