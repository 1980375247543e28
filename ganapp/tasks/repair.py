"""Repair a photo: what is marked is filled from its surroundings, and not one pixel outside the marks changes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.base.kinds import Choice
from ganapp.base.validation import about, request_class
from ganapp.machine import devices, lending
from ganapp.models import catalog
from ganapp.models.filler import Filler
from ganapp.pictures import decoding, images, masks, photo, photo_file
from ganapp.pictures.box import Box
from ganapp.pictures.provenance.making import Making, settings
from ganapp.repairing import holes, mend
from ganapp.repairing.filling import Filling
from ganapp.tasks import _origin, _patches
from ganapp.tasks._fields import Name, Picture, Seed, within

HEAVY = True
PATCHES, FILES = 15.0, 0.2  # seconds of a processor for a million pixels: of detail laid into holes; of reading and writing a photo
TURNED = 4  # orientations of EXIF above which a picture lies on its side
FILLS = ("around", "smooth")
MOST_GROWN = 64


@request_class
class Request:
    """A photo and its marks."""

    picture: Picture = about("the photo: PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC or AVIF", kind="picture")
    mask: Picture = about("a picture of the photo's shape, light or not transparent where to fill", kind="picture")
    fill: Annotated[str, Choice(FILLS)] = about("around: continue what is around it; smooth: mend a scratch or fold", default="around")
    grow: Annotated[int, within(0, MOST_GROWN)] = about("pixels that the marks are grown by, 0 to 64", default=4)
    soften: Annotated[int, within(0, MOST_GROWN)] = about(
        "pixels over which the repair fades out inside the grown marks, 0 to 64", default=6
    )
    seed: Seed = about("which of several good fills", default=0)
    model: Name = about("which model fills", default="repair")
    form: Annotated[str, Choice(photo_file.FORMS)] = about("the file that comes back: lossless or jpeg", default="lossless")
    keep_gps: bool = about("whether the file still says where the photo was taken", default=False)
    patches: _patches.Patches = about("patches of earlier repairs of this photo, in their order", default=())
    whole: bool = about("whether the answer holds the whole file, or only the new patches", default=True)


@dataclass(frozen=True)
class Result:
    """file: the mended photo, None where only patches were asked for; patches: the new pixels; size: width and height; marked,
    changed: how many pixels were marked, and how many were allowed to change; outside: how many were not; outside_changed: how many
    of those did, counted in the file that comes back; loss: their largest change, as a share of the full scale; parts: crops;
    seconds: of work; asked: how a model of another make wants its mask and colours, as found out on a test picture
    (foreign_filler.Way.report); provenance: what was put into the file, see manifest.Note."""

    file: photo_file.File | None
    patches: tuple[dict[str, Any], ...]
    size: tuple[int, int]
    marked: int
    changed: int
    outside: int
    outside_changed: int
    loss: float
    parts: int
    seconds: float
    asked: dict[str, Any] | None = None
    provenance: dict[str, Any] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write the photo."""
        if self.file is not None:
            path.write_bytes(self.file.blob)

    def report(self) -> dict[str, Any]:
        """All of it, pictures as data URIs."""
        names = ("size", "marked", "changed", "outside", "outside_changed", "loss", "parts", "seconds", "asked", "provenance")
        file = {"picture": self.file.uri if self.file else None, "ending": self.file.ending if self.file else None}
        return {**file, "patches": list(self.patches), **{name: getattr(self, name) for name in names}}


def run(request: Request) -> Result:
    """Fill what is marked in a photo from its surroundings. Everything else stays as it was, pixel by pixel, and so do its size,
    transparency, colour profile and tags; where it was taken is told only on request.

    Send the photo and a mask of the same shape. The answer counts the pixels outside the marks and how many of them changed.
    """
    with devices.several_threads():
        return _mended(request)


def card(request: Request) -> float:
    """Seconds that a request is to have a lent card, 0 for none; see machine/lending.py. Only the net computes there: where detail is laid
    into the holes, that takes the processor far longer than the net."""
    model = models.load(request.model, "repair")
    if not model.pace:
        return 0.0
    most = decoding.most_pixels()
    with decoding.refusing(most):
        held = decoding.opened(images.from_data_uri(request.picture), most)
    width, height = held.image.size[:: -1 if held.tags.orientation > TURNED else 1]
    marks = masks.read(images.from_data_uri(request.mask), width, height)
    seen = sum(part.view.height * part.view.width for part in holes.plan(marks, request.grow, model.side)) / 1e6
    detail = seen * PATCHES if request.fill == "around" and not model.finished else 0.0
    return lending.wish(seen * model.pace, detail + width * height / 1e6 * FILES)


def ready() -> None:
    """Read the nets that are shipped, so that whoever gets a lent card finds them in memory."""
    for entry in catalog.listing():
        if entry.ready and entry.task == "repair" and entry.source == "shipped":
            models.load(entry.id, "repair").fill(np.zeros((16, 16, 3), np.float32), np.eye(16, dtype=np.bool_))


def _mended(request: Request) -> Result:
    """The repair, by whatever threads there are."""
    started = time.monotonic()
    model = models.load(request.model, "repair")
    blob = images.from_data_uri(request.picture)
    shot = photo.read(blob)
    before = _patches.lay(shot, request.patches)
    marks = masks.read(images.from_data_uri(request.mask), shot.width, shot.height)
    if not marks.any():
        raise UserError("nothing_marked")
    done = mend.mend(shot, marks, Filling(model, request.fill == "around"), mend.Settings(request.grow, request.soften, request.seed))
    making = _making(request, model, blob, done.parts)
    proof, file = done.proof, None
    note: dict[str, Any] = {}
    if request.whole:
        whole = replace(making, regions=(*making.regions, *map(_origin.region, before.boxes)))
        file, note = _origin.written(done.photo, whole, lambda shot: photo_file.encode(shot, request.form, request.keep_gps), done.grown)
        proof = photo_file.compare(shot, photo_file.decode(file), done.grown)  # counted in the written file
    return Result(
        file=file,
        patches=tuple(_patches.cut(done.photo, done.grown, done.parts, making.recipe)) if not request.whole or before.boxes else (),
        size=(shot.width, shot.height),
        marked=int(marks.sum()),
        changed=int(done.grown.sum()),
        outside=proof.outside,
        outside_changed=proof.changed,
        loss=round(proof.most, 4),
        parts=len(done.parts),
        seconds=round(time.monotonic() - started, 2),
        asked=model.asks,
        provenance=note,
    )


def _making(request: Request, model: Filler, blob: bytes, parts: tuple[Box, ...]) -> Making:
    return Making("edited", "repair", settings(request), _origin.models(model), blob, tuple(map(_origin.region, parts)))
