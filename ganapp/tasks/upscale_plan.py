"""What enlarging a photo will take: size, tiles, seconds and memory, told before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ganapp.base.kinds import Number, Share
from ganapp.base.validation import about, request_class
from ganapp.pictures import photo_file
from ganapp.tasks import _files, _result
from ganapp.tasks._fields import Name, within
from ganapp.tasks.upscale import DEFAULT
from ganapp.upscaling import choice, plan, sizes, trial

FETCHES_BEHIND = True  # a model that is away is fetched in the background, and the answer is a guess until then


@request_class
class Request:
    """A photo's size, and the settings of `upscale`."""

    width: Annotated[int, within(1, plan.MOST_SIDE)] = about("width of the photo in pixels, upright")
    height: Annotated[int, within(1, plan.MOST_SIDE)] = about("height of the photo in pixels, upright")
    model: Name = about("photo, fidelity, best where upscale-x4-best is here, or the name of a model for enlarging", default=DEFAULT)
    factor: Annotated[float, Number(sizes.LEAST, sizes.MOST)] = about("how many times as wide and high, 1.1 to 8", default=4.0)
    out_width: Annotated[int, within(0, plan.MOST_SIDE)] = about(
        "width of the result in pixels, instead of a factor; 0 = by factor", default=0
    )
    strength: Share = about("as for upscale; it costs nothing", default=1.0)
    tile: Annotated[int, within(0, plan.MOST_TILE)] = about("side of the tiles in pixels, 16 to 2048; 0 = by the free memory", default=0)
    form: _files.Form = about("the file that comes back: png, jpeg or webp", default="png")


@dataclass(frozen=True)
class Result(_result.Facts):
    """size: width and height of the result; nets: the models that would be used, in their order; engines: the precision of each,
    "float32" or "bfloat16" (the former until that was tried on this processor); tiles, tile: how many, and their side;
    seconds: of work; measured: whether they come from a measurement on this machine (ask again in a second when not); memory_mb: most
    megabytes beside the program; fits: whether they are free."""

    size: tuple[int, int]
    nets: tuple[str, ...]
    engines: tuple[str, ...]
    tiles: int
    tile: int
    seconds: float
    measured: bool
    memory_mb: int
    fits: bool


def run(request: Request) -> Result:
    """Say what enlarging a photo of this size will take on this machine, without doing it.

    The seconds come from a measurement, which the first request starts in the background. A model of another make, or of the Hub, is
    fetched and opened in the background too; until then the answer is a guess (`measured` is false), and what went wrong is the next
    answer.
    """
    size = sizes.sized(request.width, request.height, request.factor, request.out_width)
    factor = sizes.factor_of(request.width, request.factor, request.out_width)
    photo_file.check_side(size, request.form)
    known = trial.opened(request.model)
    names = choice.names(request.model, factor) if known else (request.model,) * sizes.repeats(plan.UNKNOWN.scale, factor)
    measured = known and trial.begin(names)
    made = plan.plan((request.width, request.height), size, names, request.tile)
    return Result(
        size=size,
        nets=made.nets,
        engines=tuple(each.engine for each in made.enlargers),
        tiles=made.tiles(),
        tile=made.tile,
        seconds=round(made.seconds(request.form), 2),
        measured=measured,
        memory_mb=max(1, round(made.memory_mb)),
        fits=plan.fits(made),
    )
