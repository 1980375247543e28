"""What enlarging a photo will take: size, tiles, seconds and memory, told before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from ganapp.base.errors import UserError
from ganapp.base.kinds import Number, Share
from ganapp.base.validation import about, request_class
from ganapp.pictures import photo_file
from ganapp.tasks import _files
from ganapp.tasks._fields import Name, within
from ganapp.tasks.upscale import DEFAULT
from ganapp.upscaling import calibration, layout, models, planning

FETCHES_BEHIND = True  # a model that is away is fetched in the background, and the answer is a guess until then


@request_class
class Request:
    """A photo's size, and the settings of `upscale`."""

    width: Annotated[int, within(1, planning.MOST_SIDE)] = about("width of the photo in pixels, upright")
    height: Annotated[int, within(1, planning.MOST_SIDE)] = about("height of the photo in pixels, upright")
    model: Name = about("photo, fidelity, or the name of a model for enlarging", default=DEFAULT)
    factor: Annotated[float, Number(layout.LEAST, layout.MOST)] = about("how many times as wide and high, 1.1 to 8", default=4.0)
    out_width: Annotated[int, within(0, planning.MOST_SIDE)] = about(
        "width of the result in pixels, instead of a factor; 0 = by factor", default=0
    )
    strength: Share = about("as for upscale; it costs nothing", default=1.0)
    tile: Annotated[int, within(0, planning.MOST_TILE)] = about(
        "side of the tiles in pixels, 16 to 2048; 0 = by the free memory", default=0
    )
    form: _files.Form = about("the file that comes back: png, jpeg or webp", default="png")


@dataclass(frozen=True)
class Result:
    """size: width and height of the result; nets: the models that would be used, in their order; tiles, tile: how many, and their side;
    seconds: of work; measured: whether they come from a measurement on this machine (ask again in a second when not); memory_mb: most
    megabytes beside the program; fits: whether they are free."""

    size: tuple[int, int]
    nets: tuple[str, ...]
    tiles: int
    tile: int
    seconds: float
    measured: bool
    memory_mb: int
    fits: bool

    def save(self, path: Path) -> None:
        """There is no file."""
        raise UserError("shell_nowhere")

    def report(self) -> dict[str, Any]:
        """All of it."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def run(request: Request) -> Result:
    """Say what enlarging a photo of this size will take on this machine, without doing it.

    The seconds come from a measurement, which the first request starts in the background. A model of another make, or of the Hub, is
    fetched and opened in the background too; until then the answer is a guess (`measured` is false), and what went wrong is the next
    answer.
    """
    size = layout.sized(request.width, request.height, request.factor, request.out_width)
    factor = layout.factor_of(request.width, request.factor, request.out_width)
    photo_file.check_side(size, request.form)
    known = calibration.opened(request.model)
    names = models.names(request.model, factor) if known else (request.model,) * layout.repeats(models.UNKNOWN.scale, factor)
    made = planning.plan((request.width, request.height), size, names, request.tile)
    return Result(
        size=size,
        nets=made.nets,
        tiles=made.tiles(),
        tile=made.tile,
        seconds=round(made.seconds(request.form), 2),
        measured=known and calibration.begin(made.nets),
        memory_mb=max(1, round(made.memory_mb)),
        fits=planning.fits(made),
    )
