"""Themes of an article: the words that begin its sentences, and how near other words are to them, by counting alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

RUN = 8  # tokens of a run that counts as copied where it stands in training
WORDS = {  # of the English writer, by theme
    "spring": "spring flower flowers bloom green may buds garden rain birds sing leaves blossom fields dew",
    "autumn": "autumn leaves fall winds cold grey gold harvest mist fading yellow bare brown dying year",
    "night": "night stars moon dark sleep dreams shadows silence dawn silver gloom sky dim midnight still",
    "sea": "sea waves shore ship sail deep foam tide winds storm sand ocean harbor wave blue",
    "love": "love heart kiss lips eyes bride sweet maid dear bosom fond vow tender beauty tears",
    "war": "war sword battle blood field brave slain shield fight foe steel death banner king host",
    "home": "home hearth door mother child fire cottage father roof friends village table smoke rest dwell",
    "time": "time years days hours past old age youth ago memory passing clock forgotten gone ancient",
}
CHARACTERS = {  # of the Chinese writer, in traditional script
    "spring": "春花柳鶯桃綠芳草風雨",
    "autumn": "秋霜菊葉雁涼寒落蕭月",
    "night": "夜月燈星夢眠更寂影燭",
    "sea": "海潮波浪舟帆濤島鷗天",
    "love": "情思君恨淚眉夢相憶妾",
    "war": "戰兵劍馬胡軍塞弓將城",
    "home": "家鄉門歸村屋親田故籬",
    "time": "年老古昔歲今舊時去往",
}
THEMES = tuple(WORDS)


def nearness(texts: Iterable[Sequence[int]], about: Sequence[int], size: int) -> np.ndarray:
    """For each of `size` words the logarithm of how much oftener it stands in texts that hold one of the words `about` than in all,
    (size,); 0 for words too rare to tell."""
    near, every, chosen = Counter[int](), Counter[int](), set(about)
    for text in texts:
        words = set(text)
        every.update(words)
        if words & chosen:
            near.update(words)
    total, part = sum(every.values()), max(1, sum(near.values()))
    found = np.zeros(size)
    for word, count in every.items():
        if count >= 5 and word < size:
            found[word] = math.log((near[word] + 0.5) / part * total / (count + 0.5))
    return found


def runs(text: Sequence[int]) -> np.ndarray:
    """A number for each run of RUN tokens, (n - RUN + 1,), of a text of n; none for a shorter one (a polynomial modulo 2^64)."""
    if len(text) < RUN:
        return np.zeros(0, np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(np.array(text, np.uint64) + np.uint64(1), RUN)
    with np.errstate(over="ignore"):
        powers = np.array([pow(0x9E3779B97F4A7C15, k, 2**64) for k in range(RUN)], np.uint64)
        numbers: np.ndarray = (windows * powers).sum(1, dtype=np.uint64)
    return numbers


def read(texts: Iterable[Sequence[int]]) -> np.ndarray:
    """The numbers of all runs of many texts, sorted."""
    return np.unique(np.concatenate([runs(text) for text in texts]))


def copied(text: Sequence[int], learned: np.ndarray) -> tuple[int, int]:
    """How many runs of a text stand in what was read, and how many it has."""
    own = runs(text)
    at = np.minimum(np.searchsorted(learned, own), len(learned) - 1)
    return int((learned[at] == own).sum()), len(own)
