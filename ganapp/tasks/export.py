"""Save a repaired photo: the photo and its patches become one file, with all that came with the photo."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganapp.pictures import images, photo, photo_file
from ganapp.pictures.photo import Photo
from ganapp.tasks import _checks, _patches

HEAVY = True


@dataclass(frozen=True)
class Request:
    """A photo and the patches that its repairs gave."""

    picture: str = field(metadata={"help": "the photo, as it was before its repairs", "kind": "picture"})
    patches: tuple[dict[str, Any], ...] = field(default=(), metadata={"help": "the patches that the repairs gave, the first one first"})
    form: str = field(default="lossless", metadata={"help": "the file that comes back: lossless or jpeg"})
    keep_gps: bool = field(default=False, metadata={"help": "whether the file still says where the photo was taken"})

    def __post_init__(self) -> None:
        _checks.picture(self)
        _checks.choice(self, "form", photo_file.FORMS)
        _checks.flag(self, "keep_gps")
        _checks.keep(self, "patches", _patches.checked(self.patches))


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
