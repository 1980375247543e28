"""Scenes of the captions' closed world as recipes learn from them: drawn anew for every batch, with sentences that are right or wrong."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ganapp.training.run.randomness import mixed
from ganapp.writing import drawing, grammar, reading, scene
from ganapp.writing.scene import Scene


@dataclass(frozen=True)
class Batch:
    """pictures (b, 3, 48, 48) in [-1, 1] of `scenes`; targets (b, 9, 4), see `reading`; words (b, n) of sentences that are right, wrong
    (b, n) of sentences that are not; told: the scenes as the right sentences have them; hands: by
    which they are drawn."""

    pictures: Tensor
    targets: Tensor
    words: Tensor
    wrong: Tensor
    scenes: tuple[Scene, ...]
    told: tuple[Scene, ...]
    languages: tuple[str, ...]
    hands: drawing.Hands


class Scenes:
    """Batches of `size` scenes, each a function of seed and step. split: whose digits, "train" or "test"; loose: whether half of the
    sentences leave things open and have their things in any order; shuffled: whether half of them have their things in any order."""

    def __init__(self, size: int, seed: int, split: str = "train", loose: bool = False, shuffled: bool = False) -> None:
        self.size, self.seed = size, seed
        self.open = 0.3 if loose else 0.0 if shuffled else None  # the share that is left open
        self.glyphs = drawing.glyphs(split)

    def at(self, step: int) -> Batch:
        """The batch of a step."""
        chance = random.Random(mixed(self.seed, step))
        scenes = tuple(scene.drawn(chance) for _ in range(self.size))
        told = tuple(
            scene.loosened(each, chance, self.open) if self.open is not None and chance.random() < 0.5 else each for each in scenes
        )
        languages = tuple(chance.choice(grammar.LANGUAGES) for _ in scenes)
        wrong = [self._wrong(i, told, chance) for i in range(self.size)]
        hands = drawing.hands(scenes, self.glyphs, torch.Generator().manual_seed(mixed(self.seed, step)))
        pictures = drawing.drawn(scenes, self.glyphs, hands)
        right = encoded([(each, language) for each, language in zip(told, languages)], chance)
        return Batch(
            pictures * 2 - 1, reading.targets(scenes), right, encoded(list(zip(wrong, languages)), chance), scenes, told, languages, hands
        )

    def _wrong(self, i: int, told: Sequence[Scene], chance: random.Random) -> Scene:
        """A scene that is not picture i's: mostly the same but for one attribute, else another picture's."""
        return scene.altered(told[i], chance) if chance.random() < 0.7 or self.size < 2 else told[(i + 1) % self.size]


def encoded(told: Sequence[tuple[Scene, str]], chance: random.Random) -> Tensor:
    """Words (b, n) of a sentence for each scene in its language, cut where the longest ends."""
    rows = [grammar.encoded(grammar.phrased(each, language, chance), language) for each, language in told]
    return trimmed(torch.tensor(rows))


def trimmed(words: Tensor) -> Tensor:
    """Words (b, n) without the columns that only fill up."""
    return words[:, : max(2, int((words != 0).sum(1).max()))]
