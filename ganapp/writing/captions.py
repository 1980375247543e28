"""A picture of the closed world in words: sentences that a writer draws, read as scenes and ranked by its discriminator."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.models.captioner import Captioner
from ganapp.writing import grammar
from ganapp.writing.scene import Scene

TEMPERATURE = 0.9  # of the sentences that stand beside the likeliest one


@dataclass(frozen=True)
class Caption:
    """A sentence. text: as people write it; scene: what it speaks of, () for one that breaks the grammar; certainty: the logarithm of its
    probability; score: what the discriminator thinks of it beside the picture, higher is better."""

    text: str
    scene: Scene
    certainty: float
    score: float


def written(writer: Captioner, pictures: Tensor, language: str, temperature: float = 0.0, seed: int = 0) -> list[Caption]:
    """A sentence for each picture (b, 3, size, size) in [0, 1]: the likeliest words, or drawn ones where temperature is above 0."""
    begin = torch.full((len(pictures),), writer.words.index(grammar.BEGIN[language]))
    random = torch.Generator().manual_seed(seed)
    words, certainty = writer.write(pictures, begin, writer.words.index(grammar.END), temperature, random)
    scores = writer.score(pictures, words)
    told = [tuple(writer.words[number] for number in row[1:] if number > 1) for row in words.tolist()]  # 0 fills up, 1 ends
    texts = [(grammar.written(each, language), read(each, language)) for each in told]
    return [Caption(text, scene, float(c), float(s)) for (text, scene), c, s in zip(texts, certainty, scores)]


def read(words: tuple[str, ...], language: str) -> Scene:
    """The scene of a sentence, () for one that breaks the grammar."""
    try:
        return grammar.understood(words, language)
    except UserError:
        return ()


def ranked(writer: Captioner, picture: Tensor, language: str, candidates: int, seed: int) -> list[Caption]:
    """Different sentences for one picture (1, 3, size, size): the likeliest, and drawn ones up to `candidates` in all; the one that the
    discriminator likes best comes first, those that break the grammar last."""
    found = written(writer, picture, language)
    if candidates > 1:
        found += written(writer, picture.expand(candidates - 1, -1, -1, -1), language, TEMPERATURE, seed)
    different = {caption.text: caption for caption in reversed(found)}
    return sorted(different.values(), key=lambda caption: (caption.scene == (), -caption.score))
