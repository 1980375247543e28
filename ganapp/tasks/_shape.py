"""How tasks that speak take the shape of a sound: four sliders. Each task says where they stand among its fields, since callers may send
fields in their order."""

from __future__ import annotations

from typing import Annotated, Any, Protocol

from ganapp.base.kinds import Number
from ganapp.base.validation import about
from ganapp.sounds import shaping

Length = Annotated[float, Number(*shaping.LENGTHS)]
Pitch = Annotated[float, Number(*shaping.PITCHES)]
Loudness = Annotated[float, Number(*shaping.LOUDNESSES)]
Brightness = Annotated[float, Number(*shaping.BRIGHTNESSES)]


def length() -> Any:
    """The field of a Length."""
    return about("times as long, 0.5 to 2", default=1.0)


def pitch() -> Any:
    """The field of a Pitch."""
    return about("semitones higher, -12 to 12", default=0.0)


def loudness() -> Any:
    """The field of a Loudness."""
    return about("decibels louder, -24 to 6", default=0.0)


def brightness() -> Any:
    """The field of a Brightness."""
    return about("decibels brighter for each octave, -6 to 6", default=0.0)


class Shaped(Protocol):
    """A request with the four fields."""

    @property
    def length(self) -> float: ...
    @property
    def pitch(self) -> float: ...
    @property
    def loudness(self) -> float: ...
    @property
    def brightness(self) -> float: ...


def wanted(request: Shaped) -> shaping.Shape:
    """The shape that a request asks for."""
    return shaping.Shape(request.length, request.pitch, request.loudness, request.brightness)
