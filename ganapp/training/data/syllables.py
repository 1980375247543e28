"""Recordings of syllables as recipes learn from them: what each is composed of, and how one recording is told in many ways.

The file is one of `spoken`, whose words are syllables as `speaking/syllables.py` writes them; scripts/syllables_pack.py makes it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base.errors import UserError
from ganapp.sounds import mel, raising
from ganapp.speaking import syllables
from ganapp.speaking.syllables import TONES, Syllable
from ganapp.training.data import spoken
from ganapp.training.data.spoken import Spoken
from ganapp.training.run.place import here

FRAMES = 32  # of a picture, 0.4 seconds: a syllable is shorter than a word
SEMITONES, TEMPO = 1.0, 0.12  # a recording is told so much higher or lower at most, so much of its length shorter or longer
MISSING = {
    **{"ㄒ": "ㄧㄥ", "ㄗ": "ㄜ", "ㄋ": "ㄨㄥ ㄡ ㄩ ㄩㄝ ㄣ ㄨㄣ", "ㄌ": "ㄩ ㄩㄝ ㄧㄚ", "ㄑ": "ㄩㄣ"},
    **{"ㄔ": "ㄨㄞ ㄨㄚ", "ㄉ": "ㄣ", "ㄖ": "ㄨㄚ", "": "ㄩㄣ"},
}
OTHERS = tuple(Syllable(initial, final, 1) for initial, finals in MISSING.items() for final in finals.split())  # recorded in no tone


@dataclass(frozen=True)
class Composition:
    """initials, finals: those that occur; table (words, parts): one for the initial, the final and the tone of each word, which stand in
    this order; every: the words as syllables."""

    initials: tuple[str, ...]
    finals: tuple[str, ...]
    table: Tensor
    every: tuple[Syllable, ...]

    @property
    def sizes(self) -> tuple[int, int, int]:
        """How many initials, finals and tones there are."""
        return len(self.initials), len(self.finals), len(TONES)

    def in_all_tones(self) -> Composition:
        """The same with the words that only differ from one of these in their tone, and with `OTHERS`; both come behind them."""
        known, parts = set(self.every), (set(self.initials), set(self.finals))
        bases = [*self.every, *(each for each in OTHERS if each.initial in parts[0] and each.final in parts[1])]
        other = [each.toned(tone) for each in bases for tone in TONES if each.toned(tone) not in known]
        return _composed((*self.every, *dict.fromkeys(other)), self.initials, self.finals)


def composition(data: Spoken) -> Composition:
    """What the words of recordings are composed of. UserError for words that are no syllables."""
    every = [syllables.of_bopomofo(name) for name in data.word_names]
    held = tuple(each for each in every if each is not None)
    if len(held) < len(every):
        raise UserError("bad_value", where="source", problem="its words are no syllables of Mandarin")
    initials, finals = (tuple(sorted({getattr(each, part) for each in held})) for part in ("initial", "final"))
    return _composed(held, initials, finals)


def _composed(every: tuple[Syllable, ...], initials: tuple[str, ...], finals: tuple[str, ...]) -> Composition:
    columns = [(initials.index(each.initial), finals.index(each.final), TONES.index(each.tone)) for each in every]
    sizes = (len(initials), len(finals), len(TONES))
    ones = [functional.one_hot(torch.tensor(column), size) for column, size in zip(zip(*columns), sizes, strict=True)]
    return Composition(initials, finals, torch.cat(ones, dim=1).float(), every)


def retold(pictures: Tensor, semitones: float = SEMITONES, tempo: float = TEMPO) -> Tensor:
    """Log-mel pictures (b, bands, frames), each a little higher or lower, quicker or slower than it was, by torch's random state."""
    place = here()
    n, bands, frames = pictures.shape
    higher, quicker = ((place.rand(n * place.world) * 2 - 1) * most for most in (semitones, tempo))
    raised = raising.said(pictures, torch.zeros_like(higher), higher)
    at = torch.arange(frames, device=pictures.device) * (1 + quicker)[:, None]  # (b, frames)
    whole = at.floor().clamp(max=frames - 2)
    part = (at - whole)[:, None].clamp(max=1)
    index = whole.long()[:, None].expand(n, bands, frames)
    told = raised.gather(2, index) * (1 - part) + raised.gather(2, index + 1) * part
    return torch.where((at > frames - 1)[:, None], spoken.floor(), told)


def framed(pictures: Tensor, frames: int = mel.FRAMES) -> Tensor:
    """Log-mel pictures (b, bands, n) cut, or continued by silence, to so many frames."""
    return functional.pad(pictures[:, :, :frames], (0, max(0, frames - pictures.shape[2])), value=spoken.floor())
