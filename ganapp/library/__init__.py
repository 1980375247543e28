"""The tasks on photos and digits as functions of Python: pictures go in as PIL images or as paths, and come out as PIL images.

Whatever else a task can be told goes by its name, as in the shell and the API (docs/api.md). A UserError, whose text is one sentence, says
what cannot be done. Whoever calls owns the machine, so models of the Hub are read with the token that is kept here.
"""

from __future__ import annotations

import importlib
import io
from pathlib import Path
from typing import Any

from PIL import Image

from ganapp.base.errors import UserError
from ganapp.machine import devices
from ganapp.models import hub_access
from ganapp.pictures import images

Picture = Image.Image | str | Path


def upscale(picture: Picture, factor: float = 4.0, **settings: Any) -> Image.Image:
    """A photo made `factor` times as wide and high, 1.1 to 8. settings: model, width, strength, denoise and others of `upscale`."""
    return _opened(_done("upscale", picture=_uri(picture), factor=float(factor), **settings).file.blob)


def repair(picture: Picture, mask: Picture, **settings: Any) -> Image.Image:
    """A photo with what is light in `mask`, a picture of the same shape, filled from its surroundings; no other pixel changes.

    settings: fill, grow, soften, seed and others of the task `repair`."""
    return _opened(_done("repair", picture=_uri(picture), mask=_uri(mask), **settings).file.blob)


def stylize(picture: Picture, style: Picture = "", **settings: Any) -> Image.Image:
    """A photo painted in a style: its name, as `python -m ganapp styles` lists it, or a picture or the path of one to take it from.

    settings: strength, strokes, detail, colours, seed and others of the task `stylize`."""
    if isinstance(style, Image.Image | Path):
        settings |= {"style": "own", "painting": _uri(style)}
    else:
        settings["style"] = style
    sent = {name: _uri(settings[name]) for name in ("mask", "second_painting") if settings.get(name)}
    return _opened(_done("stylize", picture=_uri(picture), **{**settings, **sent}).file.blob)


def sample(digit: int = 3, seed: int = 1, **settings: Any) -> Image.Image:
    """A handwritten digit that nobody wrote. settings: slant, weight, width, truncation, pixels and others of the task `sample`."""
    return _opened(_done("sample", digit=digit, seed=seed, **settings).picture)


def _done(name: str, **fields: Any) -> Any:
    """The result of a task. UserError when it cannot be had."""
    task = importlib.import_module(f"ganapp.tasks.{name}")
    with devices.threads_kept(), hub_access.acting(hub_access.DEPLOYER):
        return task.run(task.Request(**fields))


def _uri(picture: Any) -> str:
    """A picture as tasks take it. A file goes in as it is, with all its levels, its colour profile and the way it is turned."""
    if isinstance(picture, Image.Image):
        return images.data_uri(images.png(picture, icc=picture.info.get("icc_profile")))
    path = Path(picture)
    try:
        return images.data_uri(path.read_bytes())
    except OSError as problem:
        raise UserError("file_unreadable", name=path) from problem


def _opened(blob: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(blob))
    image.load()
    return image
