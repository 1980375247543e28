"""What a painter of sentences promises: pictures for words, and how well the two go together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ganapp.models import about
from ganapp.models.about import UNKNOWN, About
from ganapp.models.catalog import Loaded

Call = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Illustrator:
    """id: what it is called; size: side of its pictures in pixels; latent: random numbers of a picture; length: words of a sentence at
    most; words: its vocabulary, in which sentences are numbers, 0 for what fills up; draw: pictures (b, 3, size, size) in [0, 1] of latents
    z (b, latent) and words (b, n); score: how well each picture goes with its words, (b,), higher is better."""

    id: str
    size: int
    latent: int
    length: int
    words: tuple[str, ...]
    draw: Call = field(repr=False)
    score: Call = field(repr=False)
    about: About = field(default=UNKNOWN, repr=False)


def of_folder(loaded: Loaded) -> Illustrator:
    """The promise of a model folder."""
    promises = loaded.description.promises

    @torch.no_grad()
    def draw(z: Tensor, words: Tensor) -> Tensor:
        made: Tensor = loaded.net()(z, words)
        return (made + 1) / 2

    @torch.no_grad()
    def score(pictures: Tensor, words: Tensor) -> Tensor:
        verdict: Tensor = loaded.net("discriminator")(pictures * 2 - 1, words)
        return verdict

    words = tuple(str(word) for word in loaded.description.values["words"])
    facts = (promises["size"], promises["latent"], promises["length"], words)
    return Illustrator(loaded.id, *facts, draw, score, about.of_folder(loaded))
