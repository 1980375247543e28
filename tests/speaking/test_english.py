"""From English text to phonemes, with a lexicon of a few words."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganapp.base.errors import UserError
from ganapp.speaking import english
from ganapp.speaking.lexicon import Lexicon
from tests.support import tinysyllables


@pytest.fixture
def lexicon(tmp_path: Path) -> Lexicon:
    return Lexicon(tinysyllables.lexicon(tmp_path / "lexicon.db"))


def test_words_numbers_and_marks(lexicon: Lexicon) -> None:
    read = english.read("Hello, world! 207 cat's", lexicon)
    assert read.sentences == ("həlˈoʊ, wˈɜːld!", "tˈuː hˈʌndɹɪd sˈɛvən kˈæts.")
    assert (read.guessed, read.spelled) == ((), ())


def test_a_word_that_no_lexicon_has_is_read_as_it_is_written(lexicon: Lexicon) -> None:
    read = english.read("cake BCD", lexicon)
    assert read.sentences == ("kˈeɪk bˈiː cˈiː dˈiː.",)  # "ake" as in bake, "c" as in cat
    assert (read.guessed, read.spelled) == (("cake",), ("BCD",))
    assert lexicon.guessed("bat", hidden="bat") == "bˈæt"  # from cat, hat and bake


def test_what_is_no_english_is_told(lexicon: Lexicon) -> None:
    for text, key in (("猫", "say_letter"), ("...", "say_nothing")):
        with pytest.raises(UserError) as problem:
            english.read(text, lexicon)
        assert problem.value.key == key
    assert english.read("h\u00e9llo", lexicon).sentences == ("həlˈoʊ.",)


def test_digits_are_told_from_other_text() -> None:
    assert english.digits("two 07, nine") == ["2", "0", "7", "9"]
    assert english.digits("207") == ["2", "0", "7"]
    assert english.digits("two hundred") == english.digits("3.5") == english.digits("1st") == []


def test_abbreviations_money_and_places(lexicon: Lexicon) -> None:
    words = [word for found in english.TOKEN.finditer("Dr. 21st 3.5%") for word in english._words(found, "")]
    assert words == ["doctor", "twenty", "first", "three", "point", "five", "percent"]
    (found,) = english.TOKEN.finditer("2")
    assert english._words(found, "dollars") == ["two", "dollars"]
