"""Who paints: a style by its name, any picture as a style through a model that takes one, and the mixture of two.

Two painters of one body are mixed into one, stroke by stroke; other pairs are mixed picture by picture.
"""

from __future__ import annotations

from dataclasses import dataclass

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.models import catalog
from ganapp.models.painter import Painter

TASK, PREFIX = "stylize", "stylize-"
FIRST = ("stylize-sand-and-sky", "stylize-great-wave")  # the style where none is named: the first that is here; a face stays a face
OWN, ANY = "own", "stylize-any"  # the style that a visitor's own picture gives, and the model that takes it
STEP = 0.02  # shares of a mixture are rounded to this, so that a slider does not fill the memory


@dataclass(frozen=True)
class Style:
    """What a person asks for. name: a model's id, its name without "stylize-", "own", or a file of another make; painting: the file of a
    picture to take the style from, for "own" and models of any style."""

    name: str
    painting: bytes = b""


def first() -> str:
    """The name of the style for those who name none: of FIRST that is here, else any style there is, else one that says what is missing."""
    here = [entry.id for entry in catalog.listing() if entry.ready and entry.task == TASK and entry.id != ANY]
    return next((name for name in (*FIRST, *here) if name in here), FIRST[0]).removeprefix(PREFIX)


def painter(style: Style) -> Painter:
    """What paints in that style. UserError for a model that is not there or is for another task, and for a style without its painting."""
    model = _model(style.name)
    return model if model.after is None else model.after(style.painting)


def _model(name: str) -> Painter:
    """The model that a style's name stands for. UserError when there is none."""
    if name == OWN:
        return models.load(ANY, "stylize")
    try:
        return models.load(name, "stylize")
    except UserError as problem:
        if problem.key != "unknown_model" or name.startswith(PREFIX) or "/" in name:
            raise
        try:
            return models.load(PREFIX + name, "stylize")
        except UserError as again:
            raise (problem if again.key == "unknown_model" else again) from None


def mixed(one: Style, other: Style | None, share: float) -> tuple[tuple[Painter, float], ...]:
    """Painters and how much each counts, for `share` of the way from one style to another. UserError as `painter`."""
    share = round(round(share / STEP) * STEP, 4)
    if other is None or share <= 0:
        return ((painter(one), 1.0),)
    if share >= 1:
        return ((painter(other), 1.0),)
    first, second = painter(one), painter(other)
    between = first.between(second, share)
    return ((between, 1.0),) if between else ((first, 1 - share), (second, share))
