"""Enlarge a photo: twice, four times, or to any size up to eight times, with detail where there was little."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from ganapp.base.kinds import Number, Share
from ganapp.base.validation import about, request_class
from ganapp.machine import devices
from ganapp.pictures import images, photo, photo_file
from ganapp.tasks import _files
from ganapp.tasks._fields import Name, Picture, within
from ganapp.upscaling import enlarge, forecast, layout, models, planning

HEAVY = True
FORMS = _files.FORMS
DEFAULT, FACTOR = "upscale-x4-photo", 4.0


@request_class
class Request:
    """A photo and how large it is to be."""

    picture: Picture = about("the photo: PNG, JPEG, WebP or GIF", kind="picture")
    model: Name = about("photo, fidelity, or the name of a model for enlarging", default=DEFAULT)
    factor: Annotated[float, Number(layout.LEAST, layout.MOST)] = about("how many times as wide and high, 1.1 to 8", default=FACTOR)
    width: Annotated[int, within(0, planning.MOST_SIDE)] = about(
        "width of the result in pixels, instead of a factor; 0 = by factor", default=0
    )
    strength: Share = about("0 = nothing made up to 1 = as sharp as a photo; for models that have both", default=1.0)
    denoise: Share = about("0 = keep noise to 1 = clean it well; for models that can", default=0.25)
    form: _files.Form = about("the file that comes back: png, jpeg or webp", default="png")
    quality: _files.Quality = about("of JPEG and WebP, 1 to 100", default=92)
    tile: Annotated[int, within(0, planning.MOST_TILE)] = about(
        "side of the tiles in pixels, 16 to 2048; 0 = by the free memory", default=0
    )
    name: _files.Name = about("name of the photo's file, which the result's name is made from", default="")
    keep_gps: bool = about("whether the file still says where the photo was taken", default=False)


@dataclass(frozen=True)
class Result:
    """file: the enlarged photo; name: what its file is called; size: width and height; scale: how many times as wide it is; nets: models
    that were used, in their order; tiles: how many; tile: their side in the end; halved: how often it was halved for want of memory;
    seconds: of work; memory_mb: most megabytes that the work took beside the program."""

    file: photo_file.File
    name: str
    size: tuple[int, int]
    scale: float
    model: str
    nets: tuple[str, ...]
    tiles: int
    tile: int
    halved: int
    seconds: float
    memory_mb: int

    def save(self, path: Path) -> None:
        """Write the photo."""
        path.write_bytes(self.file.blob)

    def facts(self) -> dict[str, Any]:
        """All but the picture."""
        names = ("name", "size", "scale", "model", "nets", "tiles", "tile", "halved", "seconds", "memory_mb")
        return {**{name: getattr(self, name) for name in names}, "ending": self.file.ending, "bytes": len(self.file.blob)}

    def report(self) -> dict[str, Any]:
        """All of it: the picture as a data URI, or, where it is large, the address it can be fetched from within an hour."""
        return {**_files.answered(self.file, self.name), **self.facts()}


def run(request: Request) -> Result:
    """Enlarge a photo, to exactly the size asked for. Depth, transparency, colour profile and tags stay; it comes back upright, and where
    it was taken is told only on request.

    Send the photo, and a factor or a width. A large result is not in the answer: it is fetched from `address`.
    """
    devices.settle()
    started = time.monotonic()
    shot = photo.read(images.from_data_uri(request.picture))
    size = layout.sized(shot.width, shot.height, request.factor, request.width)
    factor = layout.factor_of(shot.width, request.factor, request.width)
    photo_file.check(shot, size, request.form)
    if models.far(request.model):
        models.open_(request.model)
    plan = planning.plan((shot.width, shot.height), size, models.names(request.model, factor), request.tile)
    planning.check(plan, shot)
    manner = models.Manner(request.strength, request.denoise)
    nets = tuple(models.load(name, manner) for name in plan.nets)
    try:
        with devices.hurrying():
            done = enlarge.enlarge(shot, nets, size, plan.tile)
        written = time.perf_counter()
        file = photo_file.encode_new(done.photo, request.form, request.quality, request.keep_gps)
    except MemoryError as problem:
        raise planning.too_large(plan, plan.memory_mb) from problem
    forecast.learn(request.form, size[0] * size[1], time.perf_counter() - written)
    done.work.measure()
    return Result(
        file=file,
        name=named(_files.stem(request.name), request.factor, request.width, file.ending),
        size=size,
        scale=round(factor, 4),
        model=request.model,
        nets=plan.nets,
        tiles=done.work.done,
        tile=done.work.tile,
        halved=done.work.halved,
        seconds=round(time.monotonic() - started, 2),
        memory_mb=max(1, round(done.work.peak)),
    )


def named(stem: str, factor: float, width: int, ending: str) -> str:
    """What the result's file is called: the photo's own name and how large it was made, "stem-x4.png" or "stem-3840w.png"."""
    return f"{stem}-{width}w.{ending}" if width else f"{stem}-x{factor:g}.{ending}"
