"""How tasks that speak find the samples of a log-mel picture: by a vocoder, which begins from a part of the search, or by the search."""

from __future__ import annotations

from typing import Annotated, Any

from ganapp import models
from ganapp.base.kinds import Choice
from ganapp.sounds import phase, shaping

VOCODER = "vocoder-8k"
WAYS = ("vocoder", "search")
Way = Annotated[str, Choice(WAYS)]
SAID = "what finds the samples: vocoder, or search (Griffin and Lim)"


def chosen(way: str) -> tuple[shaping.Way, tuple[Any, ...]]:
    """What finds the samples, and the promises of models that it takes."""
    if way == "search":
        return phase.griffin_lim, ()
    vocoder = models.load(VOCODER, "vocode")
    return vocoder, (vocoder,)
