"""A paragraph about a theme, put together from verse: passages whose first words are the theme's, chosen by how near their words are to it.

No net here knows what a theme is. Each passage is drafted several times under a word of the theme (English: it ends the first line;
Chinese: it begins lines 1 and 3); of the half that the critic takes for the more real, the one whose words stand oftenest beside the
theme's in the training poems is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from ganapp.models.lexicon import Lexicon
from ganapp.models.versifier import Versifier
from ganapp.models.writer import Writer
from ganapp.writing import compose, corpus, prosody, stanzas, themes, versify

PASSAGES, DRAFTS = 3, 16
APART = 7919  # between the seeds of two passages
TEMPERATURE = 0.8


@dataclass(frozen=True)
class Article:
    """text: the paragraph; passages: its parts; copied, runs: how many runs of eight words (characters in Chinese) inside the passages
    stand in the training poems as they are, of how many; near: mean nearness of its words to the theme, chance: of all drafts."""

    text: str
    passages: tuple[str, ...]
    copied: int
    runs: int
    near: float
    chance: float


def begins(theme: str, count: int, language: str, seed: int) -> list[str]:
    """So many words of the theme, in an order that the seed decides."""
    words = themes.WORDS[theme].split() if language == "en" else list(themes.CHARACTERS[theme])
    order = np.random.default_rng(seed).permutation(len(words))
    return [words[i] for i in order[:count]]


def _words(stanza: stanzas.Stanza) -> list[int]:
    n = len(stanzas.shipped_lexicon())
    return [token for line in stanza.lines for token in line if token < n]


@cache
def _english() -> np.ndarray:
    return themes.read(map(_words, stanzas.poems("train")))


@cache
def _chinese() -> np.ndarray:
    return themes.read(corpus.poems("train"))


@cache
def _near(theme: str, language: str) -> np.ndarray:
    """Nearness of every word of the shipped poems to a theme."""
    if language == "en":
        known = stanzas.shipped_lexicon()
        about = [known.places[word] for word in themes.WORDS[theme].split() if word in known.places]
        return themes.nearness(map(_words, stanzas.poems("train")), about, len(known))
    alphabet = corpus.shipped_alphabet()
    return themes.nearness(corpus.poems("train"), alphabet.tokens(themes.CHARACTERS[theme]), len(alphabet))


def english(writer: Versifier, theme: str, seed: int) -> Article:
    """By a writer of stanzas: unrhymed lines of ten syllables."""
    known, near = writer.lexicon, _near(theme, "en")
    words = [word for word in begins(theme, 99, "en", seed) if word in known.places]
    kept, texts, chance = [], [], []
    for number in range(PASSAGES):
        asked = versify.Wish(
            close=known.places[words[number]], metre=1, scheme=versify.FREE, temperature=TEMPERATURE, drafts=DRAFTS,
            seed=(seed + number * APART) % 2**32, strict=True,
        )  # fmt: skip
        drafts = versify.ranked(writer, versify.drafts(writer, asked))
        spoken = [[token for line in draft.lines for token in line if token < len(known)] for draft in drafts]
        scores = [float(near[row].mean()) for row in spoken]
        best = max(range(DRAFTS // 2), key=lambda i: scores[i])
        chance += scores
        kept.append(spoken[best])
        texts.append(sentence(drafts[best], known))
    return _told(" ".join(texts), tuple(texts), _Counted(kept, near, chance, _english()))


def sentence(draft: versify.Draft, known: Lexicon) -> str:
    """A stanza as running prose: small letters where a line begins inside a sentence, a full stop at its end."""
    joined = [token for line in draft.lines for token in line]
    text = known.text(joined).rstrip(",;:— ")
    return text if text.endswith((".", "!", "?")) else f"{text}."


def chinese(writer: Writer, theme: str, seed: int) -> Article:
    """By a writer of quatrains."""
    known, near = writer.alphabet, _near(theme, "zh")
    signs = known.tokens("".join(begins(theme, 2 * PASSAGES, "zh", seed)))
    kept, texts, chance = [], [], []
    for number in range(PASSAGES):
        heads = (signs[2 * number], None, signs[2 * number + 1], None)
        asked = compose.Wish(heads, temperature=TEMPERATURE, drafts=DRAFTS, seed=(seed + number * APART) % 2**32)
        drafts = compose.ranked(writer, compose.drafts(writer, asked))
        scores = [float(near[list(draft.poem)].mean()) for draft in drafts]
        best = max(range(DRAFTS // 2), key=lambda i: scores[i])
        chance += scores
        kept.append(list(drafts[best].poem))
        lines = [known.text(list(line), "simplified") for line in prosody.lines(drafts[best].poem)]
        texts.append("".join(line + sign for line, sign in zip(lines, "，。，。", strict=True)))
    return _told("".join(texts), tuple(texts), _Counted(kept, near, chance, _chinese()))


@dataclass(frozen=True)
class _Counted:
    """kept: words of the passages; near: of every word; chance: means of all drafts; learned: runs of the training poems."""

    kept: list[list[int]]
    near: np.ndarray
    chance: list[float]
    learned: np.ndarray


def _told(text: str, passages: tuple[str, ...], of: _Counted) -> Article:
    counts = [themes.copied(row, of.learned) for row in of.kept]
    own = [float(of.near[row].mean()) for row in of.kept]
    found, every = (sum(column) for column in zip(*counts, strict=True))
    return Article(text, passages, found, every, sum(own) / len(own), sum(of.chance) / len(of.chance))
