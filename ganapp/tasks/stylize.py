"""Stylize a photo: repainted in the style of a painting, at its full size, as strong and where you like, in its own colours if wished."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated, Any

from ganapp import models
from ganapp.base.validation import about, request_class
from ganapp.machine import devices, lending
from ganapp.models import catalog
from ganapp.pictures import decoding, images, photo, photo_file
from ganapp.pictures.provenance.making import Making, settings
from ganapp.stylizing import mixture, restyle, room, stroke_size
from ganapp.tasks import _files, _origin, _style
from ganapp.tasks._fields import within

HEAVY = True
FORMS = _files.FORMS
FILES = 0.2  # seconds of a processor for a million pixels of reading, laying and writing a photo


@request_class
class Request(_style.Wish):
    """A photo, a style, and the file that is to come back."""

    form: _files.Form = about("the file that comes back: png, jpeg or webp", default="png")
    quality: _files.Quality = about("of JPEG and WebP, 1 to 100", default=92)
    name: _files.Name = about("name of the photo's file, which the result's name is made from", default="")
    keep_gps: bool = about("whether the file still says where the photo was taken", default=False)
    tile: Annotated[int, within(0, room.MOST_TILE)] = about("side of the tiles in pixels, 16 to 4096; 0 = by the free memory", default=0)


@dataclass(frozen=True)
class Result(_files.NewFile):
    """file: the repainted photo; name: what its file is called; size: width and height; style: the model that painted, or both, joined by
    "+"; painted: width and height of the copy that was painted; tiles: how many were painted; tile: their side in the end; halved: how
    often it was halved for want of memory; seconds: of work; memory_mb: most megabytes that the work took beside the program;
    provenance: what was put into the file, see manifest.Note."""

    size: tuple[int, int]
    style: str
    painted: tuple[int, int]
    tiles: int
    tile: int
    halved: int
    seconds: float
    memory_mb: int
    provenance: dict[str, Any]


def run(request: Request) -> Result:
    """Repaint a photo in a style, at exactly its size. Depth, transparency, colour profile and tags stay; it comes back upright, and where
    it was taken is told only on request. A grey photo gets colours, unless they are to stay the photo's.

    Send the photo and a style, or the style own and a painting. A large result is not in the answer: it is fetched from `address`.
    """
    devices.limit_threads()
    started = time.monotonic()
    blob = images.from_data_uri(request.picture)
    shot = photo.read(blob)
    photo_file.check(shot, (shot.width, shot.height), request.form)
    with devices.several_threads():
        order = _style.order(request, shot, blob, request.tile)
        try:
            done = restyle.restyle(shot, order)
            making = Making("filtered", "stylize", settings(request), _origin.models(*(painter for painter, _ in order.mixture)), blob)
            file, note = _origin.written(
                done.photo,
                making,
                lambda shot: photo_file.encode_new(shot, request.form, request.quality, request.keep_gps),
                _style.painted(order, shot),
            )
        except MemoryError as problem:
            raise room.too_large(shot, room.need_mb(shot, order.size(shot), order.tile, order.look)) from problem
    done.work.measure()
    return Result(
        file=file,
        name=named(request.name, request, file.ending),
        size=(shot.width, shot.height),
        style="+".join(painter.id for painter, _ in order.mixture),
        painted=done.size,
        tiles=done.tiles,
        tile=done.work.tile,
        halved=done.work.halved,
        seconds=round(time.monotonic() - started, 2),
        memory_mb=max(1, round(done.work.peak)),
        provenance=note,
    )


def card(request: Request) -> float:
    """Seconds that a request is to have a lent card, 0 for none; see machine/lending.py. Only nets compute there."""
    most = decoding.most_pixels()
    with decoding.refusing(most):
        width, height = decoding.opened(images.from_data_uri(request.picture), most).image.size
    painters = mixture.mixed(*request.styles(), request.blend)
    side = sum(painter.side * share for painter, share in painters)
    wide, high = stroke_size.painted((width, height), side, request.strokes)
    seconds = sum(painter.pace for painter, _ in painters) * wide * high / 1e6
    return lending.wish(seconds, width * height / 1e6 * FILES)


def ready() -> None:
    """Read the nets that are shipped, so that whoever gets a lent card finds them in memory."""
    for entry in catalog.listing():
        if entry.ready and entry.task == "stylize" and entry.source == "shipped":
            models.load(entry.id, "stylize")


def named(name: str, request: _style.Wish, ending: str) -> str:
    """What the result's file is called: the photo's own name and its style's, or both styles', "stem-great-wave.png"."""
    names = [_called(style.name) for style in request.styles() if style is not None]
    return f"{_files.stem(name)}-{'-'.join(names if request.blend > 0 else names[:1])}.{ending}"


def _called(style: str) -> str:
    """A style in a file's name: without the part that all of them share, without an owner, a revision or an ending."""
    own = style.partition("@")[0].replace(":", "/").rpartition("/")[2]
    return _files.stem(f"{own.removesuffix('.onnx').removeprefix(mixture.PREFIX)}.x")
