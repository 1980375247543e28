"""Characters and tokens, in both scripts."""

from __future__ import annotations

import pytest

from ganapp.base.errors import UserError
from ganapp.models import alphabet

TABLE = {"characters": "雲云後后山", "tones": "平平仄仄平", "rhymes": ["en", "ou", "an"], "rhyme": "00112", "simplified": "云云后后山"}


def test_a_table_comes_back_as_it_was() -> None:
    assert alphabet.of(TABLE, "test").table() == TABLE


def test_the_script_decides_what_a_character_means() -> None:
    known = alphabet.of(TABLE, "test")
    assert known.tokens("云后", "simplified") == [0, 2]
    assert known.tokens("云后", "traditional") == [1, 3]
    assert known.tokens("雲後", "simplified") == [0, 2]
    assert known.text([0, 2, 4], "simplified") == "云后山"
    assert known.text([0, 2, 4]) == "雲後山"


def test_tokens_of_forms_and_rhymes_follow_those_of_characters() -> None:
    known = alphabet.of(TABLE, "test")
    assert (known.any, known.form(0), known.form(3), known.rhyme_token(0), known.rhyme_token(2)) == (5, 6, 9, 10, 12)


def test_an_unknown_character_is_named() -> None:
    with pytest.raises(UserError) as caught:
        alphabet.of(TABLE, "test").tokens("山A猫")
    assert caught.value.key == "unknown_character"
    assert caught.value.values["characters"] == "A猫"


@pytest.mark.parametrize(
    "change", [{"tones": "平平"}, {"characters": "雲雲後后山"}, {"rhyme": "00113"}, {"tones": "平平仄仄x"}, {"simplified": "云"}]
)
def test_rows_that_do_not_fit_are_refused(change: dict[str, str]) -> None:
    with pytest.raises(UserError) as caught:
        alphabet.of({**TABLE, **change}, "test")
    assert caught.value.key == "bad_value"
