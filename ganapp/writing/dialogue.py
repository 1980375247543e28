"""The dialogues that ship with the project, as pairs of what was said and a reply, and as n-grams; and answers chosen among them."""

from __future__ import annotations

import json
import lzma
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from ganapp.base import paths
from ganapp.models.replier import Replier

SOURCE = "chatterbot-corpus 1.3.3 (BSD-3-Clause)"
SPLITS = ("train", "dev", "test")
LANGUAGES = ("en", "zh")
GRAM = 4  # letters of a word's parts
LIKENESS = 10.0  # what a turn that is alike counts beside the ranker's score
WORD = re.compile(r"[\u4e00-\u9fff]|[a-z0-9]+")


class Pair(NamedTuple):
    """One turn, the next, and the topic of the file that they come from."""

    said: str
    reply: str
    topic: str


@cache
def _whole() -> dict[str, dict[str, list[list[str]]]]:
    packed = (paths.assets() / "data" / "dialogues" / "pairs.xz").read_bytes()
    whole: dict[str, dict[str, list[list[str]]]] = json.loads(lzma.decompress(packed))
    return whole


@cache
def pairs(language: str, *splits: str) -> tuple[Pair, ...]:
    """The pairs of a language, "en" or "zh", of these SPLITS; of all without any."""
    return tuple(Pair(*row) for split in splits or SPLITS for row in _whole()[language][split])


@cache
def topics() -> tuple[str, ...]:
    """Every topic, by name."""
    return tuple(sorted({pair.topic for language in LANGUAGES for pair in pairs(language)}))


def words(text: str) -> list[str]:
    """The words of a text, Chinese ones a character each."""
    return WORD.findall(text.lower())


def grams(text: str, language: str) -> list[str]:
    """What a text is compared by: its words, and their parts of four letters; in Chinese its characters and pairs of them."""
    told = words(text)
    if language == "zh":
        return told + [one + another for one, another in zip(told, told[1:])]
    framed = [f"<{word}>" for word in told]
    return told + [f"#{word[i : i + GRAM]}" for word in framed for i in range(max(1, len(word) - GRAM + 1))]


def bags(texts: Sequence[str], language: str, buckets: int) -> Tensor:
    """The different grams of each text by their numbers from 1 to buckets - 1, (n, most) int64, 0 for what fills up."""
    rows = [sorted({zlib.crc32(f"{language} {gram}".encode()) % (buckets - 1) + 1 for gram in grams(text, language)}) for text in texts]
    found = torch.zeros(len(rows), max(1, *map(len, rows)), dtype=torch.int64)
    for i, row in enumerate(rows):
        found[i, : len(row)] = torch.tensor(row, dtype=torch.int64)
    return found


@dataclass(frozen=True)
class Answer:
    """A pair of the corpus in answer to what somebody said. alike: how like that is to the turn of the pair, 0 to 1; score: the ranker's,
    of the reply."""

    pair: Pair
    alike: float
    score: float


def answers(ranker: Replier, said: str, language: str, count: int = 5) -> list[Answer]:
    """The best pairs of the corpus for what somebody said, each reply once; how alike the turns are counts beside the ranker's score."""
    known = pairs(language)
    told = bags([said], language, ranker.buckets)
    scores = ranker.score(told, bags([pair.reply for pair in known], language, ranker.buckets))[0]
    alike = ranker.alike(told, bags([pair.said for pair in known], language, ranker.buckets))[0]
    order = (scores + LIKENESS * alike).argsort(descending=True, stable=True).tolist()
    found: dict[str, Answer] = {}
    for i in order:
        found.setdefault(known[i].reply, Answer(known[i], float(alike[i]), float(scores[i])))
        if len(found) == count:
            break
    return list(found.values())
