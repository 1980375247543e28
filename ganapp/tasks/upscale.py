"""Enlarge a photo: twice, four times, or to any size up to eight times, with detail where there was little."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from ganapp import models
from ganapp.base.kinds import Number, Share
from ganapp.base.validation import about, request_class
from ganapp.machine import devices, lending
from ganapp.models import catalog
from ganapp.pictures import decoding, images, photo, photo_file
from ganapp.pictures.provenance.making import Making, settings
from ganapp.tasks import _files, _origin
from ganapp.tasks._fields import Name, Picture, within
from ganapp.upscaling import choice, enlarge, forecast, plan, sizes

HEAVY = True
FORMS = _files.FORMS
DEFAULT, FACTOR = "upscale-x4-photo", 4.0


@request_class
class Request:
    """A photo and how large it is to be."""

    picture: Picture = about("the photo: PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC or AVIF", kind="picture")
    model: Name = about("photo, fidelity, best where upscale-x4-best is here, or the name of a model for enlarging", default=DEFAULT)
    factor: Annotated[float, Number(sizes.LEAST, sizes.MOST)] = about("how many times as wide and high, 1.1 to 8", default=FACTOR)
    width: Annotated[int, within(0, plan.MOST_SIDE)] = about("width of the result in pixels, instead of a factor; 0 = by factor", default=0)
    strength: Share = about("0 = nothing made up to 1 = as sharp as a photo; for models that have both", default=1.0)
    denoise: Share = about("0 = keep noise to 1 = clean it well; for models that can", default=0.25)
    form: _files.Form = about("the file that comes back: png, jpeg or webp", default="png")
    quality: _files.Quality = about("of JPEG and WebP, 1 to 100", default=92)
    tile: Annotated[int, within(0, plan.MOST_TILE)] = about("side of the tiles in pixels, 16 to 2048; 0 = by the free memory", default=0)
    name: _files.Name = about("name of the photo's file, which the result's name is made from", default="")
    keep_gps: bool = about("whether the file still says where the photo was taken", default=False)


@dataclass(frozen=True)
class Result(_files.NewFile):
    """file: the enlarged photo; name: what its file is called; size: width and height; scale: how many times as wide it is; nets: models
    that were used, in their order; tiles: how many; tile: their side in the end; halved: how often it was halved for want of memory;
    seconds: of work; memory_mb: most megabytes that the work took beside the program; provenance: what was put into the
    file, see manifest.Note."""

    size: tuple[int, int]
    scale: float
    model: str
    nets: tuple[str, ...]
    tiles: int
    tile: int
    halved: int
    seconds: float
    memory_mb: int
    provenance: dict[str, Any]


def run(request: Request) -> Result:
    """Enlarge a photo, to exactly the size asked for. Depth, transparency, colour profile and tags stay; it comes back upright, and where
    it was taken is told only on request.

    Send the photo, and a factor or a width. A large result is not in the answer: it is fetched from `address`.
    """
    devices.limit_threads()
    started = time.monotonic()
    blob = images.from_data_uri(request.picture)
    shot = photo.read(blob)
    size = sizes.sized(shot.width, shot.height, request.factor, request.width)
    factor = sizes.factor_of(shot.width, request.factor, request.width)
    photo_file.check(shot, size, request.form)
    choice.opened(request.model)
    planned = plan.plan((shot.width, shot.height), size, choice.names(request.model, factor), request.tile)
    plan.check(planned, shot)
    enlargers = tuple(each.at(request.strength, request.denoise) for each in planned.enlargers)
    try:
        with devices.several_threads():
            done = enlarge.enlarge(shot, enlargers, size, planned.tile)
        written = time.perf_counter()
        making = Making("filtered", "upscale", settings(request), _origin.models(*enlargers), blob)
        file, note = _origin.written(
            done.photo, making, lambda shot: photo_file.encode_new(shot, request.form, request.quality, request.keep_gps)
        )
    except MemoryError as problem:
        raise plan.too_large(planned, planned.memory_mb) from problem
    forecast.learn(request.form, size[0] * size[1], time.perf_counter() - written)
    done.work.measure()
    return Result(
        file=file,
        name=named(_files.stem(request.name), request.factor, request.width, file.ending),
        size=size,
        scale=round(factor, 4),
        model=request.model,
        nets=planned.nets,
        tiles=done.work.done,
        tile=done.work.tile,
        halved=done.work.halved,
        seconds=round(time.monotonic() - started, 2),
        memory_mb=max(1, round(done.work.peak)),
        provenance=note,
    )


def card(request: Request) -> float:
    """Seconds that a request is to have a lent card: to be copied there, to compute, and to write the file; see machine/lending.py."""
    most = decoding.most_pixels()
    with decoding.refusing(most):
        width, height = decoding.opened(images.from_data_uri(request.picture), most).image.size
    size = sizes.sized(width, height, request.factor, request.width)
    choice.opened(request.model)
    names = choice.names(request.model, sizes.factor_of(width, request.factor, request.width))
    planned = plan.plan((width, height), size, names, request.tile)
    return lending.START + planned.seconds(request.form) / lending.FASTER


def ready() -> None:
    """Read the nets that are shipped, so that whoever gets a lent card finds them in memory."""
    for entry in catalog.listing():
        if entry.ready and entry.task == "upscale" and entry.source == "shipped":
            models.load(entry.id, "upscale").enlarge(np.zeros((16, 16, 3), np.float32))


def named(stem: str, factor: float, width: int, ending: str) -> str:
    """What the result's file is called: the photo's own name and how large it was made, "stem-x4.png" or "stem-3840w.png"."""
    return f"{stem}-{width}w.{ending}" if width else f"{stem}-x{factor:g}.{ending}"
