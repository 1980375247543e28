"""Sentences: every one that is made can be read again as what it was made of, and what people write is understood or named."""

from __future__ import annotations

import random

import pytest

from ganapp.base.errors import UserError
from ganapp.writing import grammar, scene
from ganapp.writing.scene import Thing


@pytest.mark.parametrize("language", grammar.LANGUAGES)
def test_from_scene_to_text_and_back(language: str) -> None:
    chance = random.Random(3)
    longest = 0
    for i in range(2000):
        drawn = scene.drawn(chance)
        told = scene.loosened(drawn, chance) if i % 2 else drawn
        words = grammar.phrased(told, language, chance)
        text = grammar.written(words, language)
        assert grammar.language_of(text) == language
        assert grammar.split(text, language) == words
        assert grammar.understood(words, language) == told
        longest = max(longest, len(grammar.encoded(words, language)))
    assert longest == grammar.LENGTH


def test_a_scene_is_said_in_many_ways() -> None:
    chance = random.Random(4)
    drawn = scene.drawn(chance)
    for language in grammar.LANGUAGES:
        assert len({grammar.phrased(drawn, language, chance) for _ in range(50)}) > 5


def read(text: str) -> scene.Scene:
    language = grammar.language_of(text)
    return grammar.understood(grammar.split(text, language), language)


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("a red 7", [Thing("7", "red")]),
        ("Please draw an orange circle in the center!", [Thing("circle", "orange", place="middle middle")]),
        ("two things: a two and a three", [Thing("2"), Thing("3")]),
        ("a seven, red, leaning left", [Thing("7", "red", slant="left")]),
        (
            "a small star on the left, a big heart at the top left",
            [Thing("star", size="small", place="middle left"), Thing("heart", size="large", place="top left")],
        ),
        ("左上角有一个红色的大7", [Thing("7", "red", "large", "", "top left")]),
        ("画一个小圆，还有一个蓝色五角星在右边", [Thing("circle", "", "small"), Thing("star", "blue", place="middle right")]),
    ],
)
def test_what_people_write(text: str, things: list[Thing]) -> None:
    assert read(text) == tuple(things)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a pink seven", "caption_word"),
        ("一只猫", "caption_word"),
        ("red", "caption_no_kind"),
        (".", "caption_empty"),
        ("a one, a two, a three, a four", "caption_many"),
        ("a one on the left, a two on the left", "caption_one_place"),
        ("a red blue seven", "caption_twice"),
        ("a one a two", "caption_twice"),
        ("seven " * 100, "caption_long"),
    ],
)
def test_what_cannot_be_drawn_is_named(text: str, key: str) -> None:
    with pytest.raises(UserError) as refused:
        read(text)
    assert refused.value.key == key
    assert refused.value.sentence("en")
    assert refused.value.sentence("zh")
