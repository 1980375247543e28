"""Self-BLEU by arithmetic."""

from __future__ import annotations

import pytest

from ganapp.metrics.self_bleu import self_bleu


def test_copies_repeat_all_and_strangers_nothing() -> None:
    assert self_bleu(["abcd", "abcd", "abcd"]) == pytest.approx(1.0)
    assert self_bleu(["abcd", "efgh"], order=1) == pytest.approx(1 / 8)  # no match counts as one in twice as many


def test_by_hand() -> None:
    # "aab" against "abc": a once of two, b: 2 of 3; runs of two: ab of aa, ab: 1 of 2. "abc" against "aab": a, b: 2 of 3; ab: 1 of 2
    assert self_bleu(["aab", "abc"], order=2) == pytest.approx((2 / 3 * 1 / 2) ** 0.5)


def test_the_best_other_text_counts_for_each_run() -> None:
    assert self_bleu(["ab", "ac", "bd"], order=1) == pytest.approx((1 + 1 / 2 + 1 / 2) / 3)
