"""What a reader promises: log-mel pictures of drawn digits read aloud by voices, and how well its discriminator finds both to match."""

from __future__ import annotations

from dataclasses import dataclass, field

from ganapp.base.errors import UserError
from ganapp.models import about, speaker
from ganapp.models.about import UNKNOWN, About
from ganapp.models.catalog import Loaded
from ganapp.models.speaker import Call

PROMISED = ("latent", "rate", "side")


@dataclass(frozen=True)
class Reader:
    """id: what it is called; latent: random numbers of a sound; rate: samples in a second of what its pictures stand for; side: of a
    drawing; words, voices: their names, the words ten by ten in each language; languages: of each voice the ten that it says, from 0; draw:
    log-mel pictures (b, bands, frames) of latents z (b, latent), drawings (b, 1, side, side) in [-1, 1], 1 = ink, and weights of voices (b,
    voices) that sum to 1; score: the discriminator's of such pictures beside drawings and voices, (b,), higher is a better match."""

    id: str
    latent: int
    rate: int
    side: int
    words: tuple[str, ...]
    voices: tuple[str, ...]
    languages: tuple[int, ...]
    draw: Call = field(repr=False)
    score: Call = field(repr=False)
    about: About = field(default=UNKNOWN, repr=False)


def of_folder(loaded: Loaded) -> Reader:
    """The promise of a model folder. UserError for one that does not say what it reads."""
    promises, values = loaded.description.promises, loaded.description.values
    words, voices, languages = (list(values.get(key) or ()) for key in ("words", "voices", "languages"))
    whole = all(key in promises for key in PROMISED) and words and voices and len(languages) == len(voices)
    if not whole or any(10 * language + 10 > len(words) for language in languages):
        raise UserError("bad_value", where=f"{loaded.id}/config.json", problem="it names no words, voices or languages")

    latent, rate, side = (int(promises[key]) for key in PROMISED)
    names = (tuple(map(str, words)), tuple(map(str, voices)), tuple(map(int, languages)))
    return Reader(loaded.id, latent, rate, side, *names, *speaker.calls(loaded), about.of_folder(loaded))
