"""Draw a scene of the captions' closed world: one to three digits or shapes, with what there is to say of it in both languages.

The digits are handwritten ones that no net has learnt from. The same seed draws the same scene.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Annotated, Any

import torch

from ganapp.base.validation import about, request_class
from ganapp.machine import devices
from ganapp.tasks import _origin, _result
from ganapp.tasks._fields import Seed, within
from ganapp.writing import drawing, grammar, scene

NAME = "scene"


@request_class
class Request:
    """Which of them."""

    seed: Seed = about("which scene: any whole number from 0 to 4294967295", default=1)
    pixels: Annotated[int, within(48, 768)] = about("side of the picture, 48 to 768", default=288)

    def recipe(self) -> dict[str, Any]:
        """All that makes the picture again."""
        return {"task": NAME, "seed": self.seed, "pixels": self.pixels}


@dataclass(frozen=True)
class Result(_result.Drawn):
    """picture: a PNG; things: kind, colour, size, slant and place of each; en, zh: a sentence that is true of it; provenance: see
    sample."""

    picture: bytes
    things: tuple[dict[str, str], ...]
    en: str
    zh: str
    provenance: dict[str, Any] = field(default_factory=dict)


def run(request: Request) -> Result:
    """Draw a scene by code, from test digits of MNIST and from shapes, and return the PNG, what stands in it, and a true sentence in each
    language."""
    devices.limit_threads()
    chance = random.Random(request.seed)
    drawn = scene.drawn(chance)
    picture = drawing.draw([drawn], drawing.glyphs("test"), torch.Generator().manual_seed(request.seed))[0]
    sentences = {language: grammar.written(grammar.phrased(drawn, language, chance), language) for language in grammar.LANGUAGES}
    file, note = _origin.drawn(drawing.shown(picture, request.pixels), request.recipe(), kind="composed")
    return Result(file, tuple(grammar.told(drawn)), **sentences, provenance=note)
