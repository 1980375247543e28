"""The tasks `stanza`, `nearest_verses` and `article`: as asked for, the same again, and one sentence for what cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganapp.base.errors import UserError
from ganapp.tasks import article, nearest_verses, stanza
from ganapp.tasks.stanza import Request
from tests.support import tinystanzas


@pytest.fixture(autouse=True)
def _pen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    tinystanzas.pen(tmp_path / "models" / "pen")


def request(**fields: object) -> Request:
    return Request(**{"model": "pen", "drafts": 3, "strict": True, **fields})  # type: ignore[arg-type]


def test_a_stanza_with_all_there_is_to_say_of_it(tmp_path: Path) -> None:
    result = stanza.run(request(letters="LO*E", metre="common", scheme="ABAB"))
    assert [line.syllables for line in result.lines] == [8, 6, 8, 6]
    assert [line.rhyme for line in result.lines] == ["A", "B", "A", "B"]
    assert [line.text.lstrip("'")[0] for line in result.lines][:2] == ["L", "O"]
    assert result.kept == {"metre": True, "rhyme": True}
    for line in result.lines:
        assert line.fits
        assert len(line.stresses.replace(" ", "")) == line.syllables
        assert 0 <= line.shared <= line.words
        assert 0 <= (line.real or 0) <= 1
    assert len(result.others) == 2
    fields = {key: value for key, value in result.recipe.items() if key != "task"}
    assert stanza.run(Request(**fields)).report() == result.report()
    result.save(tmp_path / "stanza.txt")
    saved = (tmp_path / "stanza.txt").read_text(encoding="utf-8").splitlines()
    assert saved[:4] == [line.text for line in result.lines]
    assert [bool(line) for line in saved[4:]] == [False, True], "a line says how it was made"
    assert '"model":"pen"' in saved[-1]


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"letters": "LOVES"}, "letters_four"),
        ({"letters": "L0VE"}, "letters_only"),
        ({"first": "The qwertyuiop is here"}, "unknown_words"),
        ({"first": "Night " * 13}, "first_line_syllables"),
        ({"first": "The night is here", "letters": "A"}, "first_line_letter"),
    ],
)
def test_what_cannot_be_is_said(fields: dict[str, object], key: str) -> None:
    with pytest.raises(UserError) as caught:
        stanza.run(request(**fields))
    assert caught.value.key == key


def test_nearest_lines() -> None:
    told = nearest_verses.run(nearest_verses.Request())
    assert all(0 < line.shared <= line.words for line in told.lines)
    with pytest.raises(UserError) as caught:
        nearest_verses.run(nearest_verses.Request(stanza="One line"))
    assert caught.value.key == "stanza_lines"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_paragraph_says_what_is_copied(language: str) -> None:
    one = article.run(article.Request(theme="sea", language=language, seed=4))  # type: ignore[arg-type]
    assert len(one.passages) == 3
    assert one.runs == sum(len(passage) - 4 - 7 for passage in one.passages) if language == "zh" else one.runs > 20
    assert 0 <= one.copied <= 0.2
    assert one.near >= one.chance * 0.9
    again = article.run(article.Request(theme="sea", language=language, seed=4))  # type: ignore[arg-type]
    assert one.report() == again.report()
    assert article.run(article.Request(theme="war", language=language, seed=4)).text != one.text  # type: ignore[arg-type]
