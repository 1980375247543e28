"""Recall among ten, by hand; cases that are fair; BM25 as its authors have it; a quick run."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from ganapp.base import paths
from ganapp.evaluation import __main__ as evaluation
from ganapp.evaluation import replies
from ganapp.evaluation.subject import Options, find
from ganapp.writing import dialogue
from tests.support import tinywriters


def test_recall_by_hand() -> None:
    assert replies.recall([[2.0, 1.0], [1.0, 2.0], [1.0, 1.0]]) == pytest.approx((1 + 0 + 0.5) / 3)


def test_no_other_reply_of_a_case_is_true() -> None:
    for language in dialogue.LANGUAGES:
        true = {(pair.said, pair.reply) for pair in dialogue.pairs(language)}
        for case in replies.drawn(language, "test", 1):
            assert len(set(case.replies)) == replies.AMONG
            assert (case.said, case.replies[0]) in true
            assert not {(case.said, other) for other in case.replies[1:]} & true


def test_bm25_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"en": ["the cat sat", "a dog"], "zh": ["好"]}
    pairs = {language: tuple(dialogue.Pair("", reply, "") for reply in told) for language, told in known.items()}
    monkeypatch.setattr(dialogue, "pairs", lambda language, *_: pairs[language])
    [cat, dog] = replies._bm25(dialogue.words)("The cat?", ["a cat", "a dog"], "en")
    rare = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    assert cat == pytest.approx(rare * 2.5 / (1 + 1.5 * (0.25 + 0.75 * 2 / 2.5)))
    assert dog == 0


def test_a_quick_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path)
    tinywriters.replies(tmp_path / "write-replies")
    tinywriters.replies(tmp_path / "other" / "likelihood", seed=1)
    subject = find("write-replies")
    report = evaluation.fitting(subject.description).evaluate(subject, Options(quick=True, beside=(tmp_path / "other" / "likelihood",)))
    assert [row["method"] for row in report.details["methods"]] == ["bm25_words", "bm25_grams", "likelihood", "generator", "this"]
    assert all(0.1 < row["en"] < 0.6 for row in report.details["methods"])
    assert report.table("zh")
    sweep = report.details["sweep"]
    assert {row["method"] for row in sweep} == {"upper_half", "generator", "write-replies"}
    for name in ("upper_half", "generator", "write-replies"):
        rights = [row["right"] for row in sweep if row["method"] == name]
        assert rights[-1] < rights[0] + 0.05
        assert rights[-1] > 0.09  # as by chance where it is hot


def test_odds_by_hand() -> None:
    assert replies._odds([1.0, 1.0 - math.log(3)], 1.0) == pytest.approx([0.75, 0.25])
