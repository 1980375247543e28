"""Reverse perplexity by arithmetic: bad samples cost, missing ones too."""

from __future__ import annotations

import math

import pytest

from ganapp.metrics.reverse_perplexity import Counts, reverse_perplexity


def test_by_hand() -> None:
    counts = Counts([[0, 1]], 4)
    # no context: 0 and 1 once each, two kinds: (1 + 2/4) / (2 + 2)
    assert counts.odds((), 0) == pytest.approx(0.375)
    assert counts.odds((), 3) == pytest.approx(0.125)
    # after 0: 1 once, one kind: (1 + 0.375) / 2
    assert counts.odds((0,), 1) == pytest.approx(0.6875)
    assert reverse_perplexity([[0, 1]], [[0, 1]], 4) == pytest.approx(math.exp(-(math.log(0.375) + math.log(0.6875)) / 2))


def test_odds_of_all_that_may_follow_are_one() -> None:
    counts = Counts([[0, 1, 2, 0, 1, 3], [2, 2, 1]], 5)
    for before in ((), (0,), (0, 1), (4,), (1, 1)):
        assert sum(counts.odds(before, item) for item in range(5)) == pytest.approx(1.0)


def test_samples_that_miss_half_are_worse() -> None:
    real = [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert reverse_perplexity(real, real, 8) < reverse_perplexity(real[:1] * 2, real, 8)
