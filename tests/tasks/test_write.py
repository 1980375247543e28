"""The task `write`: a poem as it was asked for, the same again, and one sentence for what cannot be."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from ganapp.base.errors import UserError
from ganapp.tasks import write
from ganapp.tasks.write import Request
from tests.support import tinyverse


@pytest.fixture(autouse=True)
def _pen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    tinyverse.pen(tmp_path / "models" / "pen")


def request(**fields: object) -> Request:
    return Request(**{"model": "pen", "drafts": 4, **fields})  # type: ignore[arg-type]


def test_a_poem_with_all_there_is_to_say_of_it(tmp_path: Path) -> None:
    result = write.run(request())
    assert [len(line.text) for line in result.lines] == [7] * 4
    for line in result.lines:
        assert set(line.tones) <= set("平仄○")
        assert line.score is not None
        assert 0 <= (line.real or 0) <= 1
        assert line.shared == sum(a == b for a, b in zip(line.text, line.nearest, strict=True))
    assert len(result.others) == 3
    result.save(tmp_path / "poem.txt")
    lines = (tmp_path / "poem.txt").read_text(encoding="utf-8").splitlines()
    assert lines[1] == result.lines[1].text + "。"
    assert lines[4] == ""
    assert json.loads(lines[5][lines[5].index("{") :]) == json.loads(json.dumps(result.recipe)), "the last line says how it was made"


def test_its_recipe_writes_it_again() -> None:
    result = write.run(request(seed=7, temperature=1.1))
    fields = {key: value for key, value in result.recipe.items() if key != "task"}
    assert write.run(Request(**fields)).report() == result.report()
    assert write.run(dataclasses.replace(request(seed=8, temperature=1.1))).lines != result.lines


@pytest.mark.parametrize("script", write.SCRIPTS)
def test_first_characters_in_either_script(script: str) -> None:
    lines = write.run(request(heads="云*后山", script=script)).lines
    wanted = "云后山" if script == "simplified" else "云后山"
    assert "".join(lines[number].text[0] for number in (0, 2, 3)) == wanted


def test_a_first_line_may_carry_punctuation() -> None:
    result = write.run(request(first="月落乌啼霜满天，"))
    assert result.lines[0].text == "月落乌啼霜满天"
    assert (result.form in ("oblique", "oblique_rhymed"), len(result.lines)) == (True, 4)


def test_rules_kept_by_force() -> None:
    result = write.run(request(strict=True, rhyme="ang", form="level_rhymed"))
    assert result.kept == {"rhyme": True, "level": True, "adhesion": True, "alternate": True}
    assert (result.form, result.rhyme) == ("level_rhymed", "ang")
    assert [line.rhymes for line in result.lines] == [True, True, False, True]


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"heads": "春夏秋冬梅"}, "heads_four"),
        ({"heads": "abc"}, "unknown_character"),
        ({"first": "春眠不觉晓"}, "first_line_seven"),
        ({"first": "月落乌啼霜满天", "heads": "春"}, "first_line_begins"),
        ({"rhyme": "ing"}, "one_of"),
        ({"form": "round"}, "one_of"),
        ({"temperature": 0.0}, "number_between"),
        ({"drafts": 0}, "whole_between"),
        ({"model": "nobody"}, "unknown_model"),
        ({"model": "digits"}, "wrong_task"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(fields: dict[str, object], key: str) -> None:
    with pytest.raises(UserError) as caught:
        write.run(request(**fields))
    assert caught.value.key == key
    for language in ("en", "zh"):
        assert "{" not in caught.value.sentence(language)
