"""From a word and a voice to a log-mel picture: which of the speaker's they are, and what lies between two of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.digits import latent
from ganapp.models.speaker import Speaker

ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
COUNTED = (ENGLISH, tuple("零一二三四五六七八九"), tuple("0123456789"))  # the digits' words


@dataclass(frozen=True)
class Said:
    """word, voice: their numbers; seed: of the latent."""

    word: int
    voice: int
    seed: int


def wanted(speaker: Speaker, word: str, voice: str, seed: int) -> Said:
    """What `word` and `voice` are for a speaker: names of its own, a digit for the word in the language of the voice; "" is the first voice
    that was recorded saying it. UserError for what it does not know, and for a word that the voice was never recorded saying."""
    found = _word(speaker, word.strip(), voice)
    by = speaker.voices.index(voice) if voice in speaker.voices else -1
    if voice and by < 0:
        raise UserError("speak_voice", voice=voice, known=", ".join(speaker.voices))
    if by < 0:
        by = min(each for said, each in speaker.said if said == found)
    if (found, by) not in speaker.said:
        able = ", ".join(speaker.voices[each] for each in sorted(each for said, each in speaker.said if said == found))
        raise UserError("speak_never_said", word=speaker.words[found], voice=voice, known=able)
    return Said(found, by, seed)


def _word(speaker: Speaker, word: str, voice: str) -> int:
    for each in (word, word.lower()):
        if each in speaker.words:
            return speaker.words.index(each)
    if word.isdigit() and len(word) == 1 and _counted(speaker.words):  # the digit's word, ten by ten in each language
        by = speaker.voices.index(voice) if voice in speaker.voices else -1
        for number in range(int(word), len(speaker.words), 10):
            if by < 0 or (number, by) in speaker.said:
                return number
    raise UserError("speak_word", word=word[:40], known=", ".join(speaker.words))


def _counted(words: tuple[str, ...]) -> bool:
    """Whether words are digits, ten by ten."""
    return all(any(word == digits[i % 10] for digits in COUNTED) for i, word in enumerate(words))


def number(speaker: Speaker, digits: str, voice: str, seed: int) -> list[Said]:
    """What a number is for a speaker, digit by digit; each digit has a seed of its own, the next after the one before."""
    return [wanted(speaker, digit, voice, (seed + i) % 2**32) for i, digit in enumerate(digits)]


def pictures(speaker: Speaker, said: list[Said]) -> Tensor:
    """Log-mel pictures (b, bands, frames)."""
    return speaker.draw(*(torch.stack(each) for each in zip(*(parts(speaker, each) for each in said), strict=True)))


def between(speaker: Speaker, one: Said, other: Said, blend: float) -> Tensor:
    """The picture (1, bands, frames) so far, 0 to 1, on the way from one to the other: their latents on a great circle, their words and
    voices mixed."""
    (z, word, voice), (z_to, word_to, voice_to) = parts(speaker, one), parts(speaker, other)
    way = torch.from_numpy(latent.slerp(z.numpy(), z_to.numpy(), blend))
    return speaker.draw(way[None], torch.lerp(word, word_to, blend)[None], torch.lerp(voice, voice_to, blend)[None])


def parts(speaker: Speaker, said: Said) -> tuple[Tensor, Tensor, Tensor]:
    """Latent (latent,), weights of words (words,) and of voices (voices,)."""
    z = torch.from_numpy(latent.from_seed(said.seed, speaker.latent))
    word, voice = np.zeros(len(speaker.words), np.float32), np.zeros(len(speaker.voices), np.float32)
    word[said.word] = voice[said.voice] = 1.0
    return z, torch.from_numpy(word), torch.from_numpy(voice)
