"""A sentence of the closed world as a picture: told whole, drawn from a latent, scored by the discriminator, read again by the judge."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ganapp.digits import latent
from ganapp.models.classifier import Classifier
from ganapp.models.illustrator import Illustrator
from ganapp.writing import grammar, reading, scene
from ganapp.writing.grammar import Words
from ganapp.writing.scene import Scene


def told(words: Words, language: str, seed: int) -> Words:
    """What the painter is told: the sentence itself where it says everything, else one of a scene in which what it leaves open is drawn by
    lot from the seed."""
    asked = grammar.understood(words, language)
    if scene.whole(asked) and len(words) + 2 <= grammar.LENGTH:  # with its begin and end
        return words
    chance = random.Random(seed)
    return grammar.phrased(scene.completed(asked, chance), language, chance)


def drawn(painter: Illustrator, sentences: Sequence[Words], language: str, seeds: Sequence[int]) -> tuple[Tensor, Tensor]:
    """A picture of each sentence by its seed, (n, 3, size, size) in [0, 1], and the discriminator's scores (n,)."""
    ids = torch.tensor([grammar.encoded(words, language) for words in sentences])
    ids = ids[:, : int((ids != 0).sum(1).max())]  # (n, words)
    z = torch.from_numpy(np.stack([latent.from_seed(seed, painter.latent) for seed in seeds]))
    pictures = painter.draw(z, ids)
    return pictures, painter.score(pictures, ids)


def seen(judge: Classifier, pictures: Tensor) -> list[Scene]:
    """What the judge sees in pictures (n, 3, size, size) in [0, 1]."""
    with torch.no_grad():
        return reading.scenes(judge(pictures * 2 - 1))
