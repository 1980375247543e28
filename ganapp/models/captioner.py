"""What a writer of captions promises: words for a picture, and how well a picture and a sentence go together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from ganapp.models import about
from ganapp.models.about import UNKNOWN, About
from ganapp.models.catalog import Loaded


@dataclass(frozen=True)
class Captioner:
    """id: what it is called; size: side of its pictures in pixels; length: words of a sentence at most; words: its vocabulary, in which
    sentences are numbers, 0 for what fills up; score: how well each of the pictures (b, 3, size, size) in [0, 1] goes with words (b, n),
    (b,), higher is better."""

    id: str
    size: int
    length: int
    words: tuple[str, ...]
    score: Callable[[Tensor, Tensor], Tensor] = field(repr=False)
    _net: Any = field(repr=False)
    about: About = field(default=UNKNOWN, repr=False)

    @torch.no_grad()
    def write(self, pictures: Tensor, begin: Tensor, end: int, temperature: float, random: torch.Generator) -> tuple[Tensor, Tensor]:
        """Sentences (b, length) and the logarithm of each one's probability (b,) for pictures (b, 3, size, size) in [0, 1].

        begin: first words (b,); end: the number of the last word. With temperature 0 every word is the likeliest, else words are drawn.
        """
        seen, _ = self._net.see(pictures * 2 - 1)
        words = begin[:, None]  # (b, 1)
        certainty, open_ = torch.zeros(len(pictures)), torch.ones(len(pictures), dtype=torch.bool)
        while words.shape[1] < self.length and bool(open_.any()):
            logits = self._net.speak(seen, words)[:, -1]  # (b, vocabulary)
            logits[:, 0] = -torch.inf  # what fills up is no word
            odds = (logits / temperature).softmax(1) if temperature > 0 else logits
            chosen = torch.multinomial(odds, 1, generator=random).squeeze(1) if temperature > 0 else odds.argmax(1)
            certainty += torch.where(open_, logits.log_softmax(1).gather(1, chosen[:, None]).squeeze(1), 0.0)
            words = torch.cat([words, torch.where(open_, chosen, 0)[:, None]], dim=1)
            open_ &= chosen != end
        return torch.nn.functional.pad(words, (0, self.length - words.shape[1])), certainty


def of_folder(loaded: Loaded) -> Captioner:
    """The promise of a model folder."""
    promises = loaded.description.promises

    @torch.no_grad()
    def score(pictures: Tensor, words: Tensor) -> Tensor:
        verdict: Tensor = loaded.net("discriminator")(pictures * 2 - 1, words)
        return verdict

    words = tuple(str(word) for word in loaded.description.values["words"])
    return Captioner(loaded.id, promises["size"], promises["length"], words, score, loaded.net(), about.of_folder(loaded))
