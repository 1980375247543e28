"""Which models enlarge, and how often: the shipped ones by kind and factor, any other by its name."""

from __future__ import annotations

import re

from ganapp import models
from ganapp.models import catalog, foreign
from ganapp.models.enlarger import Enlarger
from ganapp.upscaling import sizes

PHOTO, BEST = "photo", "best"
KINDS = (PHOTO, "fidelity", BEST)
SHIPPED = re.compile(r"upscale-x[24]-(photo|fidelity|best)")


def names(model: str, factor: float) -> tuple[str, ...]:
    """Names of the models that enlarge a picture `factor` times, in their order: a kind or a shipped model's name stands for the shipped
    ones of that kind at the scale that fits; any other model is applied until the picture is large enough."""
    shipped = SHIPPED.fullmatch(model)
    kind = shipped[1] if shipped else model
    if kind in KINDS:
        scales = (2,) if factor <= 2 else (4,) if factor <= 4 else (4, 2)
        return tuple(_name(kind, scale) for scale in scales)
    return (model,) * sizes.repeats(models.load(model, "upscale").scale, factor)


def _name(kind: str, scale: int) -> str:
    """The shipped model of that kind and scale; `photo` stands in for `best` at a scale of which there is no best one. There may be none of
    any scale: then its own name is for `models.load` to refuse."""
    name, largest = f"upscale-x{scale}-{kind}", f"upscale-x4-{kind}"
    if kind != BEST or catalog.local(name):
        return name
    return f"upscale-x{scale}-{PHOTO}" if catalog.local(largest) else largest


def closed(model: str) -> bool:
    """Whether a model must be fetched or opened before anything is known of it, which may take a while."""
    return model not in KINDS and foreign.closed(model, "upscale")


def opened(model: str) -> Enlarger:
    """The model, fetched and opened; a kind stands for its model of the larger scale. UserError as `models.load`."""
    return models.load(f"upscale-x4-{model}" if model in KINDS else model, "upscale")
