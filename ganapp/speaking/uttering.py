"""A text as a sound: by a speaker of syllables, by a speaker of digits, or by a pronouncer with its lexicon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.models.pronouncer import Pronouncer
from ganapp.models.speaker import Speaker
from ganapp.sounds.shaping import MIDDLE, Shape
from ganapp.sounds.sound import Samples, Sound, bordered, resampled
from ganapp.speaking import english, mandarin, saying, sentences
from ganapp.speaking.lexicon import Lexicon
from ganapp.speaking.saying import Said
from ganapp.speaking.sentences import Piece

BLOCK = 50  # syllables that a net draws at once
GAP, EDGE = 0.25, 0.02  # seconds between two sentences; over which one is faded in and out
Sounding = Callable[[Tensor], Sound]  # a log-mel picture (1, bands, frames) as a sound, in a shape
WHOLE = (1.25, 1.0)  # times as long a word before a pause is, and a light one, where words and no syllables are joined


@dataclass(frozen=True)
class Uttered:
    """sound: what is heard; said: how it is spoken, syllable by syllable or sentence by sentence; unrecorded: syllables that no voice was
    ever recorded saying; guessed, spelled: words that no lexicon has, see `english.Reading`."""

    sound: Sound
    said: tuple[str, ...]
    unrecorded: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
    spelled: tuple[str, ...] = ()


def mandarin_of(speaker: Speaker, text: str, seed: int, sounding: Sounding) -> Uttered:
    """Chinese or pinyin by a speaker of syllables. UserError as `mandarin.read`, and for syllables that it cannot say."""
    read = mandarin.read(text)
    numbers = {word: i for i, word in enumerate(speaker.words)}
    missing = dict.fromkeys(each.syllable.pinyin for each in read if str(each.syllable) not in numbers)
    if missing:
        raise UserError("say_unknown_syllable", syllables=", ".join(missing))
    said = [Said(numbers[str(each.syllable)], 0, (seed + i) % 2**32) for i, each in enumerate(read)]
    drawn = torch.cat([saying.pictures(speaker, said[i : i + BLOCK]) for i in range(0, len(said), BLOCK)])
    pieces = [Piece(picture, mandarin.light(each.syllable), each.pause, each.question) for picture, each in zip(drawn, read, strict=True)]
    unrecorded = dict.fromkeys(each.syllable.pinyin for each in read if numbers[str(each.syllable)] >= speaker.recorded)
    return Uttered(sounding(sentences.picture(pieces)), tuple(each.syllable.pinyin for each in read), tuple(unrecorded))


def digits_of(speaker: Speaker, text: str, voice: str, seed: int, sounding: Sounding) -> Uttered:
    """An English number, digit by digit, by a speaker of digits. UserError for any other text."""
    digits = english.digits(text)
    if not digits:
        raise UserError("say_digits_only")
    said = saying.number(speaker, "".join(digits), voice, seed)
    drawn = saying.pictures(speaker, said)
    pieces = [Piece(picture, pause=2 * (i + 1 == len(said))) for i, picture in enumerate(drawn)]
    words = tuple(speaker.words[each.word] for each in said)
    return Uttered(sounding(sentences.picture(pieces, WHOLE)), words)


def english_of(voice: Pronouncer, lexicon: Path, text: str, seed: int, shape: Shape) -> Uttered:
    """English by a pronouncer, with the file of a lexicon. UserError as `english.read`."""
    read = english.read(text, Lexicon(lexicon))
    factor = 2.0 ** (shape.pitch / 12.0)
    gap = np.zeros(round(GAP * voice.rate * shape.length * factor), np.float32)
    parts: list[Samples] = []
    for i, phonemes in enumerate(read.sentences):
        parts += [faded(voice.say(phonemes, (seed + i) % 2**32, shape.length * factor), round(EDGE * voice.rate)), gap]
    samples = bright(np.concatenate(parts), voice.rate, shape.brightness)
    sound = resampled(bordered(samples, round(voice.rate * factor / 50) * 50), voice.rate)
    return Uttered(bordered(sound.samples * 10 ** (shape.loudness / 20), voice.rate), read.sentences, (), read.guessed, read.spelled)


def faded(samples: Samples, count: int) -> Samples:
    """Samples (n,) that begin and end with silence, over `count` of them."""
    count = min(count, len(samples) // 2)
    rise = np.linspace(0, 1, count, dtype=np.float32)
    return np.concatenate([samples[:count] * rise, samples[count : len(samples) - count], samples[len(samples) - count :] * rise[::-1]])


def bright(samples: Samples, rate: int, decibels: float) -> Samples:
    """Samples (n,), each octave above MIDDLE so many decibels louder; quieter as a whole where they would be cut."""
    if not decibels or not len(samples):
        return samples
    octaves = np.log2(np.maximum(np.fft.rfftfreq(len(samples), 1 / rate), 40.0) / MIDDLE)
    made = np.fft.irfft(np.fft.rfft(samples.astype(np.float64)) * 10 ** (decibels * octaves / 20), len(samples))
    level: Samples = (made / max(1.0, np.abs(made).max() / 0.99)).astype(np.float32)
    return level
