"""Read a drawn digit aloud, in English or Mandarin, as a sound that nobody ever recorded.

A generator that was trained against a discriminator of pairs goes from the drawing to a log-mel picture, with no word between them: a
thick stroke is said loudly, a digit that leans to the right high. What a judge that met neither hears in the sound is told beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

import torch

from ganapp import models
from ganapp.base.kinds import Choice, Text
from ganapp.base.validation import about, request_class
from ganapp.metrics import attributes
from ganapp.pictures.provenance.making import Making, settings
from ganapp.sounds import files, measures, pictured, shaping
from ganapp.speaking import reading
from ganapp.tasks import _origin, _phase, _subject, speak
from ganapp.tasks._fields import Name, Picture, Seed

NAME, MODEL, JUDGE = "listen", "listen-digits", "speech-judge"


@request_class
class Request:
    """A drawing, and whose voice reads it."""

    picture: Picture = about("a picture of one digit: any size, dark on light or light on dark", kind="picture")
    language: Annotated[str, Choice(("en", "zh"))] = about("English or Mandarin, where no voice is named", default="en")
    voice: Annotated[str, Text(40, least=0, signs="plain")] = about("whose voice; empty for the first of the language", default="")
    seed: Seed = about("which of its sayings: any whole number from 0 to 4294967295", default=1)
    phase: _phase.Way = about(_phase.SAID, default=_phase.WAYS[0])
    model: Name = about("which reader", default=MODEL)


@dataclass(frozen=True)
class Result(speak.Sounding):
    """sound: a WAV file; voice: whose; heard: the word that the judge of speech hears in it, sure: how sure it is, 0 to 1; weight (pixels
    of 32 x 32), slant (degrees to the right): of the drawing; length, pitch, loudness, brightness: as measured, see speak; match: the
    discriminator's score of both together; provenance: see sample."""

    sound: bytes
    voice: str
    heard: str
    sure: float
    weight: float
    slant: float
    length: float
    pitch: float
    loudness: float
    brightness: float
    match: float
    provenance: dict[str, Any] = field(default_factory=dict)


def run(request: Request) -> Result:
    """Read a drawn digit aloud and return a WAV file (8,000 samples a second), with what was measured of the drawing and the sound."""
    reader = models.load(request.model, "listen")
    ink = torch.from_numpy(_subject.drawn(request.picture))[None, None]
    by = reading.voice_of(reader, request.voice, request.language)
    parts = reading.parts(reader, ink, by, request.seed)
    picture = reader.draw(*parts)
    way, others = _phase.chosen(request.phase)
    sound = shaping.shaped(picture, shaping.Shape(), way)
    found = measures.measured(sound).rounded()
    odds = models.load(JUDGE, "classify")(pictured.of_logmel(picture)).softmax(1)[0]
    hand = {"weight": float(attributes.weight(ink)), "slant": float(attributes.slant(ink))}
    making = Making("created", NAME, settings(request), _origin.models(reader, *others))
    blob, note = _origin.sound(files.wav(sound), making)
    return Result(
        blob,
        reader.voices[by],
        reader.words[int(odds.argmax())],
        round(float(odds.max()), 4),
        **{name: round(value, 3) for name, value in hand.items()},
        **found,
        match=round(float(reader.score(picture, *parts[1:])), 3),
        provenance=note,
    )
