"""What a speaker promises: log-mel pictures of words said by voices, and how real its discriminator finds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.models import about
from ganapp.models.about import UNKNOWN, About
from ganapp.models.catalog import Loaded

Call = Callable[[Tensor, Tensor, Tensor], Tensor]
PROMISED = ("latent", "rate")
ALL = "all"  # in place of pairs: each voice says every word


@dataclass(frozen=True)
class Speaker:
    """id: what it is called; latent: random numbers of a sound; rate: samples in a second of what its pictures stand for; words, voices:
    their names; said: pairs of a word and a voice that it can say; recorded: of its words so many, the first, were
    recorded; draw: log-mel pictures (b, bands, frames) of latents z (b, latent),
    weights of words (b, words) and of voices (b, voices), each summing to 1; score: the discriminator's of such pictures under the same
    weights, (b,), higher is more real."""

    id: str
    latent: int
    rate: int
    words: tuple[str, ...]
    voices: tuple[str, ...]
    said: frozenset[tuple[int, int]]
    draw: Call = field(repr=False)
    score: Call = field(repr=False)
    about: About = field(default=UNKNOWN, repr=False)
    recorded: int = 0


def calls(loaded: Loaded) -> tuple[Call, Call]:
    """What a folder draws, and how its discriminator scores such pictures: both of what is said, words or drawings, and voices."""

    @torch.no_grad()
    def draw(z: Tensor, said: Tensor, voices: Tensor) -> Tensor:
        made: Tensor = loaded.net()(z, said, voices)
        return made

    @torch.no_grad()
    def score(pictures: Tensor, said: Tensor, voices: Tensor) -> Tensor:
        net: Any = loaded.net()
        normalised = (pictures - net.mean[:, None]) / net.scale[:, None]
        verdict: Tensor = loaded.net("discriminator")(normalised, said, voices)
        return verdict

    return draw, score


def of_folder(loaded: Loaded) -> Speaker:
    """The promise of a model folder. UserError for one that does not say what it speaks."""
    promises, values = loaded.description.promises, loaded.description.values
    words, voices, said = (values.get(key) for key in ("words", "voices", "said"))
    if not (all(key in promises for key in PROMISED) and words and voices and (said == ALL or isinstance(said, list))):
        raise UserError("bad_value", where=f"{loaded.id}/config.json", problem="it names no words, voices or what was said")

    names = (tuple(map(str, words)), tuple(map(str, voices)))
    every = ((word, voice) for word in range(len(names[0])) for voice in range(len(names[1])))
    pairs = frozenset(every if said == ALL else ((int(word), int(voice)) for word, voice in said))
    recorded = values.get("recorded")
    held = recorded if isinstance(recorded, int) else len(names[0])
    return Speaker(loaded.id, promises["latent"], promises["rate"], *names, pairs, *calls(loaded), about.of_folder(loaded), held)
