"""Say a digit, in English or Mandarin, as a sound that nobody ever recorded.

A generator draws the sound as a log-mel picture; a vocoder, or Griffin and Lim's search, finds its samples. Length, pitch, loudness and
brightness are changed exactly, and what the sound has of each is measured and told.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from ganapp import models
from ganapp.base.kinds import Number, Text
from ganapp.base.validation import about, request_class
from ganapp.pictures import images
from ganapp.sounds import measures, shaping
from ganapp.speaking import saying
from ganapp.tasks import _origin, _phase, _result, _shape
from ganapp.tasks._fields import Name, Seed

NAME, MODEL = "speak", "speak-digits"


@request_class
class Request:
    """What to say, and how."""

    word: Annotated[str, Text(40, signs="plain")] = about("a digit, 0 to 9, or its word: seven, 七", default="7")
    voice: Annotated[str, Text(40, least=0, signs="plain")] = about("whose voice; empty for the first that says the word", default="")
    seed: Seed = about("which of its sayings: any whole number from 0 to 4294967295", default=1)
    word_to: Annotated[str, Text(40, least=0, signs="plain")] = about("a second word, to morph to; empty for none", default="")
    voice_to: Annotated[str, Text(40, least=0, signs="plain")] = about("the second word's voice", default="")
    seed_to: Seed = about("the second word's seed", default=2)
    blend: Annotated[float, Number(0, 1)] = about("how far to the second word, 0 to 1", default=0.5)
    length: _shape.Length = _shape.length()
    pitch: _shape.Pitch = _shape.pitch()
    loudness: _shape.Loudness = _shape.loudness()
    brightness: _shape.Brightness = _shape.brightness()
    phase: _phase.Way = about(_phase.SAID, default=_phase.WAYS[0])
    model: Name = about("which speaker", default=MODEL)

    def recipe(self) -> dict[str, Any]:
        """All that makes the sound again, as it travels in the file."""
        return {"task": NAME, **dataclasses.asdict(self)}


class Sounding(_result.Facts):
    """A result with a sound, which is its file."""

    sound: bytes

    def save(self, path: Path) -> None:
        """Write the WAV file."""
        path.write_bytes(self.sound)

    def report(self) -> dict[str, Any]:
        """All of it, the sound as a data URI."""
        return {**super().report(), "sound": images.data_uri(self.sound, "audio/wav")}


@dataclass(frozen=True)
class Result(Sounding):
    """sound: a WAV file that carries its recipe; word, voice: what was said, and by whom; length (seconds), pitch (Hz, 0 where none is
    heard), loudness (decibels below full scale), brightness (Hz, centre of the spectrum): as measured; realness: the discriminator's
    score; provenance: see sample."""

    sound: bytes
    word: str
    voice: str
    length: float
    pitch: float
    loudness: float
    brightness: float
    realness: float
    provenance: dict[str, Any] = field(default_factory=dict)


def run(request: Request) -> Result:
    """Say a digit, or what lies between two, and return a WAV file (8,000 samples a second) with what was measured of it."""
    speaker = models.load(request.model, "speak")
    one = saying.wanted(speaker, request.word, request.voice, request.seed)
    picture = saying.pictures(speaker, [one])
    if request.word_to:
        other = saying.wanted(speaker, request.word_to, request.voice_to, request.seed_to)
        picture = saying.between(speaker, one, other, request.blend)
    shape = _shape.wanted(request)
    way, others = _phase.chosen(request.phase)
    sound = shaping.shaped(picture, shape, way)
    found = measures.measured(sound).rounded()
    _, word, voice = saying.parts(speaker, one)
    realness = round(float(speaker.score(picture, word[None], voice[None])), 3)
    blob, note = _origin.said(sound, request.recipe(), (speaker, *others))
    return Result(blob, speaker.words[one.word], speaker.voices[one.voice], **found, realness=realness, provenance=note)
