"""Train a style from a painting: the painting is kept as an upload of the visitor, and the recipe `stylize` learns to paint as it.

The run is a job as any other. It goes on from a net for any picture, the best that is here, which is why minutes do.
"""

from __future__ import annotations

import io
import secrets
from typing import Annotated

from PIL import Image

from ganapp.base import locales, paths
from ganapp.base.errors import UserError
from ganapp.base.kinds import Choice
from ganapp.base.validation import about, request_class
from ganapp.jobs import actions, uploads
from ganapp.jobs.incoming import Incoming
from ganapp.jobs.requests import _fields, _rows
from ganapp.jobs.requests._rows import OneJob as Result
from ganapp.metrics import vgg_weights
from ganapp.models import catalog
from ganapp.pictures import images
from ganapp.tasks._fields import Picture

STEPS = {"quick": 150, "good": 450, "fine": 2000}  # about 3, 10 and 45 minutes on two cores
LEAST, MOST = 96, 1024  # pixels of the painting's shorter side: what it must have, what of it is kept
ANY = "stylize-any"
GENTLE = 3e-4  # learning rate of a net that has learnt to paint before


@request_class
class Request:
    """A painting, what the style is to be called, and how long it may take."""

    key: _fields.Line = about(_fields.KEY)
    painting: Picture = about("the painting, as a data URI")
    name: _fields.Line = about("what the style is called", default="")
    quality: Annotated[str, Choice(tuple(STEPS))] = about("how long it learns: quick, good or fine", default="good")
    shared: bool = about("whether others may watch it", default=False)
    password: _fields.Line = about(_fields.PASSWORD, default="")


def run(request: Request) -> Result:
    """Start the training of a style from a painting, and return its job, which is watched as any other on the training page.

    Its result is a style of this server once it is used (`job_use`). The features of VGG16 must be there (`GANAPP_FEATURES`).
    """
    visitor = _fields.who(request)
    vgg_weights.check("stylize", {})
    blob = _kept(images.read(images.from_data_uri(request.painting)))
    number = secrets.token_urlsafe(16)
    with Incoming(visitor, number, "painting.webp") as incoming:
        incoming.write(blob)
    name = " ".join(request.name.split()) or locales.text("train.style.unnamed", paths.language())
    steps = STEPS[request.quality]
    settings = {"style": f"{paths.UPLOAD}{uploads.name(visitor, number)}", "name": name, **_start()}
    order = {"recipe": "stylize", "steps": steps, "every": max(10, steps // 15), "settings": settings}
    return Result(_rows.one(visitor, actions.submit(visitor, order, name, request.shared).id))


def _kept(picture: images.Picture) -> bytes:
    """The painting as a WebP file without any tags, its shorter side at most 1024 pixels. UserError for one that is too small."""
    image = images.to_image(picture.colours)
    short = min(image.size)
    if short < LEAST:
        raise UserError("painting_small", least=LEAST)
    if short > MOST:
        image = image.resize([max(1, round(side * MOST / short)) for side in image.size], Image.Resampling.LANCZOS)
    data = io.BytesIO()
    image.save(data, "WEBP", quality=92)
    return data.getvalue()


def _start() -> dict[str, object]:
    """What the training goes on from: the pack's painter of any picture, our own where the pack is not here, "" without either. The pack's
    already paints well, and at the recipe's own rate it forgets faces first."""
    sources = {entry.source for entry in catalog.listing() if entry.id == ANY and entry.ready}
    if "pack" in sources:
        return {"start": f"pack:{ANY}", "rate": GENTLE, "early": 0.0}
    return {"start": ANY if sources else ""}
