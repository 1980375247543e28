"""What is copied, and what is near a theme: by hand."""

from __future__ import annotations

import math

from ganapp.models.alphabet import Alphabet
from ganapp.writing import corpus, stanzas, themes


def test_runs_that_stand_in_what_was_read() -> None:
    learned = themes.read([list(range(20)), list(range(100, 112))])
    assert themes.copied(list(range(5, 15)), learned) == (3, 3)
    assert themes.copied([*range(5, 13), 99], learned) == (1, 2)
    assert themes.copied(list(reversed(range(20))), learned) == (0, 13)
    assert themes.copied([1, 2, 3], learned) == (0, 0)
    real = stanzas.poems("train")[7]
    words = [token for line in real.lines for token in line if token < len(stanzas.shipped_lexicon())]
    found, every = themes.copied(words, themes.read([words]))
    assert found == every == len(words) - 7


def test_nearness_counts_what_stands_beside_a_theme() -> None:
    texts = [[0, 1, 2]] * 6 + [[3, 4, 2]] * 6
    near = themes.nearness(texts, [0], 6)
    assert near[1] > 0 > near[3]
    assert abs(near[2] - math.log(6.5 / 18 * 36 / 12.5)) < 1e-12
    assert near[5] == 0


def test_every_theme_has_words_that_the_writers_know() -> None:
    known, alphabet = stanzas.shipped_lexicon(), corpus.shipped_alphabet()
    assert set(themes.WORDS) == set(themes.CHARACTERS)
    for theme in themes.THEMES:
        assert sum(word in known.places for word in themes.WORDS[theme].split()) >= 8
        assert isinstance(alphabet, Alphabet)
        assert len(alphabet.tokens(themes.CHARACTERS[theme])) >= 8
