"""From Chinese and pinyin to syllables in the tones in which they are said."""

from __future__ import annotations

import pytest

from ganapp.base.errors import UserError
from ganapp.speaking import mandarin, numerals, syllables
from ganapp.speaking.syllables import Syllable


def said(text: str) -> str:
    return " ".join(each.syllable.pinyin for each in mandarin.read(text))


@pytest.mark.parametrize(
    ("pinyin", "bopomofo"),
    [
        ("mao1", "ㄇㄠ1"),
        ("zhi1", "ㄓ1"),
        ("yi1", "ㄧ1"),
        ("ju2", "ㄐㄩ2"),
        ("lü4", "ㄌㄩ4"),
        ("weng1", "ㄨㄥ1"),
        ("zhong1", "ㄓㄨㄥ1"),
        ("er2", "ㄦ2"),
    ],
)
def test_a_syllable_has_two_spellings(pinyin: str, bopomofo: str) -> None:
    held = syllables.of_pinyin(pinyin)
    assert held is not None
    assert (str(held), held.pinyin) == (bopomofo, pinyin)
    assert syllables.of_bopomofo(bopomofo) == held


def test_pinyin_is_read_as_people_write_it() -> None:
    assert syllables.of_pinyin("nǚ") == syllables.of_pinyin("nv3") == syllables.of_pinyin("nu:3") == Syllable("ㄋ", "ㄩ", 3)
    assert syllables.of_pinyin("Māo") == Syllable("ㄇ", "ㄠ", 1)
    assert syllables.of_pinyin("ma") == syllables.of_pinyin("ma0") == Syllable("ㄇ", "ㄚ", 5)
    assert syllables.of_pinyin("māǒ") is syllables.of_pinyin("cat") is syllables.of_bopomofo("ㄇ1") is syllables.of_bopomofo("") is None
    assert said("nǐhǎo, ni3hao3ma5?") == "ni2 hao3 ni2 hao3 ma5"


@pytest.mark.parametrize(
    ("text", "tones"),
    [
        ("我有三只猫", "wo2 you3 san1 zhi1 mao1"),
        ("3只猫", "san1 zhi1 mao1"),
        ("不是，不好，不", "bu2 shi4 bu4 hao3 bu4"),
        ("一个一天一百第一", "yi2 ge4 yi4 tian1 yi4 bai3 di4 yi1"),
        ("十一，2011年", "shi2 yi1 er4 ling2 yi1 yi1 nian2"),
        ("展览馆", "zhan2 lan2 guan3"),
        ("好。好", "hao3 hao3"),
        ("wo3 hen3 hao3", "wo2 hen2 hao3"),
        ("100.5%", "bai3 fen1 zhi1 yi4 bai2 dian2 wu3"),
        ("妈妈", "ma1 ma5"),
    ],
)
def test_tones_change_among_each_other(text: str, tones: str) -> None:
    assert said(text) == tones


def test_third_tones_are_taken_two_by_two() -> None:
    def tones(count: int) -> list[int]:
        return [each.syllable.tone for each in mandarin.read("hao3 " * count)]

    assert [tones(count) for count in (1, 2, 3, 4, 5)] == [[3], [2, 3], [2, 2, 3], [2, 3, 2, 3], [2, 3, 2, 2, 3]]


def test_pauses_and_questions() -> None:
    read = mandarin.read("好，你好吗？好。")
    assert [each.pause for each in read] == [1, 0, 0, 2, 2]
    assert [each.question for each in read] == [True, True, True, True, False]


@pytest.mark.parametrize(
    ("text", "key"), [("ni hao", "say_tone"), ("hello", "say_word"), ("…", "say_nothing"), ("\U00020bb7", "say_sign"), ("д", "say_sign")]
)
def test_what_cannot_be_read_is_named(text: str, key: str) -> None:
    with pytest.raises(UserError) as problem:
        mandarin.read(text)
    assert problem.value.key == key


@pytest.mark.parametrize(
    ("digits", "characters", "words"),
    [
        ("0", "零", "zero"),
        ("12", "十二", "twelve"),
        ("207", "二百零七", "two hundred seven"),
        ("1010", "一千零一十", "one thousand ten"),
        ("10001", "一万零一", "ten thousand one"),
        ("120034005", "一亿二千零三万四千零五", "one hundred twenty million thirty four thousand five"),
    ],
)
def test_numbers_in_words(digits: str, characters: str, words: str) -> None:
    assert numerals.chinese(digits) == characters
    assert numerals.english(digits) == words.split()


def test_numbers_too_long_or_with_a_zero_are_read_digit_by_digit() -> None:
    assert numerals.chinese("1" * 17) == "一" * 17
    assert numerals.english("007") == ["zero", "zero", "seven"]
    assert [" ".join(numerals.ordinal(digits)) for digits in ("1", "12", "20", "21", "100")] == [
        *("first", "twelfth", "twentieth", "twenty first", "one hundredth"),
    ]  # fmt: skip
