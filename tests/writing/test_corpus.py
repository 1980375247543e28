"""The shipped quatrains, and poems in a reader's own file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from ganapp.base.errors import UserError
from ganapp.writing import corpus, prosody


def test_the_files_are_those_that_are_described() -> None:
    described = json.loads((corpus.folder() / "corpus.json").read_text(encoding="utf-8"))
    for name, digest in described["sha256"].items():
        assert hashlib.sha256((corpus.folder() / name).read_bytes()).hexdigest() == digest
    assert described["poems"] == {split: len(corpus.poems(split)) for split in corpus.SPLITS}


def test_poems_to_measure_by_share_no_line_with_those_to_learn_from() -> None:
    learned = {tuple(line) for poem in corpus.poems("train") for line in prosody.lines(poem)}
    for split in ("dev", "test"):
        assert not any(tuple(line) in learned for poem in corpus.poems(split) for line in prosody.lines(poem))


def test_a_readers_file_in_either_script(tmp_path: Path) -> None:
    known = corpus.shipped_alphabet()
    poem = "月落乌啼霜满天，江枫渔火对愁眠。\n姑苏城外寒山寺，夜半钟声到客船。\n\n"
    file = tmp_path / "poems.txt"
    file.write_text("题目\n" + poem * 50 + "白日依山尽，黄河入海流。", encoding="utf-8")
    found = corpus.of_file(file)
    assert len(found) == 50
    assert known.text(found[0][:7]) == "月落烏啼霜滿天"


@pytest.mark.parametrize(("content", "key"), [(b"\xff\xfe\x00\xd8", "poems_unreadable"), ("春眠不觉晓".encode(), "too_few_poems")])
def test_a_file_that_cannot_be_learnt_from_says_so(tmp_path: Path, content: bytes, key: str) -> None:
    (tmp_path / "poems.txt").write_bytes(content)
    with pytest.raises(UserError) as caught:
        corpus.of_file(tmp_path / "poems.txt")
    assert caught.value.key == key
