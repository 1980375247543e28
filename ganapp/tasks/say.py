"""Say a sentence: Chinese, pinyin or English, as a sound that nobody ever recorded.

Mandarin is said syllable by syllable, joined under one contour of pitch, in tones as they change among each other; a vocoder, or Griffin
and Lim's search, finds the samples of the whole. English is said by the pack voice-en, any sentence; without it numbers alone, digit by
digit.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.base.kinds import Choice, Text
from ganapp.base.validation import about, request_class
from ganapp.models import packs
from ganapp.models.packs.lexicon_en import LEXICON
from ganapp.sounds import measures, shaping
from ganapp.speaking import mandarin, uttering
from ganapp.speaking.uttering import Uttered
from ganapp.tasks import _origin, _phase, _shape, speak
from ganapp.tasks._fields import OptionalName, Seed

NAME = "say"
SYLLABLES, VOICE, DICTIONARY = "speak-syllables", "voice-en", "lexicon-en"
LONGEST = 300
NEEDED = (VOICE, DICTIONARY)  # packs, for any sentence in English


@request_class
class Request:
    """What to say, and how."""

    text: Annotated[str, Text(LONGEST)] = about(
        "Chinese, pinyin with tones (wo3 or wǒ), or English; numbers in figures", default="我有三只猫。"
    )
    language: Annotated[str, Choice(("auto", "zh", "en"))] = about("zh, en, or auto: as it is written", default="auto")
    voice: Annotated[str, Text(40, least=0, signs="plain")] = about("of digits in English whose voice; empty for the first", default="")
    seed: Seed = about("which of its sayings: any whole number from 0 to 4294967295", default=1)
    length: _shape.Length = _shape.length()
    pitch: _shape.Pitch = _shape.pitch()
    loudness: _shape.Loudness = _shape.loudness()
    brightness: _shape.Brightness = _shape.brightness()
    phase: _phase.Way = about(f"of Mandarin and digits: {_phase.SAID}", default=_phase.WAYS[0])
    model: OptionalName = about("who says it: speak-syllables, voice-en or speak-digits; empty for the best that is here", default="")

    def recipe(self) -> dict[str, Any]:
        """All that makes the sound again, as it travels in the file."""
        return {"task": NAME, **dataclasses.asdict(self)}


@dataclass(frozen=True)
class Result(speak.Sounding):
    """sound: a WAV file that carries its recipe; language, model: in which it was said, and by which; said: syllables in pinyin, in the
    tones in which they are said, or phonemes of sentences, or words of digits; unrecorded: syllables that no voice was recorded saying, put
    together from their parts; guessed: English words that no lexicon has, said as they are written; spelled: those said letter by
    letter; length: seconds; provenance: see sample."""

    sound: bytes
    language: str
    model: str
    said: tuple[str, ...]
    unrecorded: tuple[str, ...]
    guessed: tuple[str, ...]
    spelled: tuple[str, ...]
    length: float
    provenance: dict[str, Any] = field(default_factory=dict)


def run(request: Request) -> Result:
    """Say a sentence and return a WAV file (Mandarin, digits: 8,000 samples a second, the English voice: 22,050), and how it was read."""
    if not any(map(str.isalnum, request.text)):
        raise UserError("say_nothing")
    language = language_of(request.text) if request.language == "auto" else request.language
    model = request.model or (SYLLABLES if language == "zh" else VOICE if here() else speak.MODEL)
    uttered, promises = _uttered(request, language, model)
    blob, note = _origin.said(uttered.sound, {**request.recipe(), "language": language, "model": model}, promises)
    length = round(measures.measured(uttered.sound).length, 4)
    return Result(blob, language, model, uttered.said, uttered.unrecorded, uttered.guessed, uttered.spelled, length, note)


def _uttered(request: Request, language: str, model: str) -> tuple[Uttered, tuple[Any, ...]]:
    """What is heard, and the promises that were kept for it."""
    shape = _shape.wanted(request)
    if packs.of_model(model):
        voice = models.load(model, "pronounce")
        lexicon = packs.files(DICTIONARY)[LEXICON]
        return uttering.english_of(voice, lexicon, request.text, request.seed, shape), (voice,)
    speaker = models.load(model, "speak")
    way, others = _phase.chosen(request.phase)
    sounding = partial(shaping.shaped, shape=shape, way=way)
    if language == "zh":
        return uttering.mandarin_of(speaker, request.text, request.seed, sounding), (speaker, *others)
    try:
        return uttering.digits_of(speaker, request.text, request.voice, request.seed, sounding), (speaker, *others)
    except UserError as problem:
        if problem.key != "say_digits_only" or here():
            raise
        raise UserError("say_needs_packs", commands="; ".join(f"python -m ganapp packs add {name}" for name in NEEDED)) from None


def here() -> bool:
    """Whether both packs for English sentences are installed."""
    try:
        for name in NEEDED:
            packs.of_name(name).usable()
    except UserError:
        return False
    return True


def language_of(text: str) -> str:
    """In which language a text is written: Chinese with any Chinese character, or where every word is pinyin with its tone."""
    if mandarin.HAN.search(text):
        return "zh"
    words = [word for word in text.replace("'", " ").split() if any(map(str.isalpha, word))]
    bare = [word.strip(mandarin.SHORT + mandarin.LONG + "\"'()") for word in words]
    return "zh" if bare and all(mandarin.is_pinyin(word) for word in bare) else "en"
