"""Say a number digit by digit, in English or Mandarin, each digit a sound that nobody ever recorded, one fading into the next."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field
from typing import Annotated, Any

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.base.kinds import Text
from ganapp.base.validation import about, request_class
from ganapp.sounds import measures, shaping
from ganapp.sounds.sound import joined
from ganapp.speaking import saying
from ganapp.tasks import _origin, _phase, _shape, speak
from ganapp.tasks._fields import Name, Seed

NAME = "speak_number"
DIGITS = re.compile(r"[0-9]{1,12}")


@request_class
class Request:
    """What to say, and how."""

    number: Annotated[str, Text(40, signs="plain")] = about("1 to 12 digits", default="2026")
    voice: Annotated[str, Text(40, least=0, signs="plain")] = about("whose voice; empty for the first that says the digits", default="")
    seed: Seed = about("which of its sayings: any whole number from 0 to 4294967295", default=1)
    length: _shape.Length = _shape.length()
    pitch: _shape.Pitch = _shape.pitch()
    loudness: _shape.Loudness = _shape.loudness()
    brightness: _shape.Brightness = _shape.brightness()
    phase: _phase.Way = about(_phase.SAID, default=_phase.WAYS[0])
    model: Name = about("which speaker", default=speak.MODEL)

    def recipe(self) -> dict[str, Any]:
        """All that makes the sound again, as it travels in the file."""
        return {"task": NAME, **dataclasses.asdict(self)}


@dataclass(frozen=True)
class Result(speak.Sounding):
    """sound: a WAV file that carries its recipe; words: what was said; voice: by whom; length: seconds; provenance: see sample."""

    sound: bytes
    words: tuple[str, ...]
    voice: str
    length: float
    provenance: dict[str, Any] = field(default_factory=dict)


def run(request: Request) -> Result:
    """Say a number digit by digit and return a WAV file (8,000 samples a second)."""
    digits = request.number.strip()
    if not DIGITS.fullmatch(digits):
        raise UserError("speak_number", number=digits)
    speaker = models.load(request.model, "speak")
    said = saying.number(speaker, digits, request.voice, request.seed)
    shape = _shape.wanted(request)
    way, others = _phase.chosen(request.phase)
    sound = joined([shaping.shaped(picture[None], shape, way) for picture in saying.pictures(speaker, said)])
    blob, note = _origin.said(sound, request.recipe(), (speaker, *others))
    length = round(measures.measured(sound).length, 4)
    return Result(blob, tuple(speaker.words[each.word] for each in said), speaker.voices[said[0].voice], length, note)
