"""The dialogues: whole, split so that no turn stands on both sides, and answers that come from them."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
import torch

from ganapp.base import paths
from ganapp.models import catalog, replier
from ganapp.writing import dialogue
from tests.support import tinywriters

PLACE = paths.assets() / "data" / "dialogues"


def plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


def test_the_corpus_is_whole_and_carries_its_licence() -> None:
    facts = json.loads((PLACE / "corpus.json").read_text(encoding="utf-8"))
    assert hashlib.sha256((PLACE / "pairs.xz").read_bytes()).hexdigest() == facts["sha256"]
    for language in dialogue.LANGUAGES:
        for split in dialogue.SPLITS:
            assert len(dialogue.pairs(language, split)) == facts["pairs"][language][split]
        assert len(set(dialogue.pairs(language))) == len(dialogue.pairs(language))
    assert "Gunther Cox" in (PLACE / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", dialogue.LANGUAGES)
def test_no_turn_stands_in_two_splits(language: str) -> None:
    held = [{plain(turn) for pair in dialogue.pairs(language, split) for turn in pair[:2]} for split in dialogue.SPLITS]
    assert not held[0] & held[1]
    assert not held[0] & held[2]
    assert not held[1] & held[2]


def test_grams_and_bags() -> None:
    assert dialogue.grams("What's up", "en") == ["what", "s", "up", "#<wha", "#what", "#hat>", "#<s>", "#<up>"]
    assert dialogue.grams("你好, AI!", "zh") == ["你", "好", "ai", "你好", "好ai"]
    bags = dialogue.bags(["up up up", "", "what's up"], "en", 512)
    assert bags.shape[0] == 3
    assert (bags[0] > 0).sum() == 2
    assert bags[1].eq(0).all()
    assert set(bags[0].tolist()) <= {0, *bags[2].tolist()}
    assert int(bags.max()) < 512


def test_answers_stand_in_the_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path)
    tinywriters.replies(tmp_path / "write-replies")
    ranker = replier.of_folder(catalog.load("write-replies", "reply"))
    for language, said in (("en", "what is ai"), ("zh", "你的爱好是什么")):
        found = dialogue.answers(ranker, said, language, 4)
        assert len({each.pair.reply for each in found}) == 4
        assert {each.pair for each in found} <= set(dialogue.pairs(language))
        assert plain(found[0].pair.said) == said
        assert found[0].alike == pytest.approx(1, abs=1e-4)
