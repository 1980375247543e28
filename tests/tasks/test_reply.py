"""Answers from the corpus as a task."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganapp.base import paths
from ganapp.tasks import reply
from ganapp.writing import dialogue
from tests.support import tinywriters


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tinywriters.replies(tmp_path / "write-replies")
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path)


def test_the_answer_says_where_it_stands() -> None:
    answered = reply.run(reply.Request(text="Who is Alan Turing?", count=3))
    assert len(answered.replies) == 3
    assert answered.text == answered.replies[0]["reply"]
    assert "chatterbot-corpus" in answered.source
    known = {(pair.said, pair.reply) for pair in dialogue.pairs("en")}
    assert all((row["said"], row["reply"]) in known for row in answered.replies)
    assert answered == reply.run(reply.Request(text="Who is Alan Turing?", count=3))


def test_chinese_is_answered_in_chinese() -> None:
    known = {pair.reply for pair in dialogue.pairs("zh")}
    assert reply.run(reply.Request(text="你喜欢看什么电影？")).text in known


def test_a_line_without_a_word_is_answered_too() -> None:
    assert reply.run(reply.Request(text="?!")).text
