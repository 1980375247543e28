"""Whether the sliders of sounds move what they are called after: each at three places, on sounds of a speaker."""

from __future__ import annotations

from statistics import median
from typing import Any

from torch import Tensor

from ganapp.sounds import shaping
from ganapp.sounds.measures import measured
from ganapp.sounds.shaping import Shape

PLACES = {"length": (0.7, 1.0, 1.4), "pitch": (-4.0, 0.0, 4.0), "loudness": (-12.0, -6.0, 0.0), "brightness": (-4.0, 0.0, 4.0)}


def sliders(pictures: Tensor) -> list[dict[str, Any]]:
    """Of each slider: the middle measure of the pictures (n, bands, frames) at each place, in the slider's unit, and the share of sounds in
    which it rises from place to place; sounds in which no pitch is heard have none."""
    found = []
    for name, places in PLACES.items():
        series = [
            [getattr(measured(shaping.shaped(picture[None], Shape(**{name: place}))), name) for place in places] for picture in pictures
        ]
        heard = [each for each in series if name != "pitch" or min(each) > 0]
        rising = sum(one < two < three for one, two, three in heard) / max(1, len(heard))
        middles = [round(median(column), 4) for column in zip(*heard, strict=True)]
        found.append({"name": name, "places": list(places), "measured": middles, "rising": rising, "sounds": len(heard)})
    return found
