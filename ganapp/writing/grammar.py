"""Sentences of scenes: from a scene to words, from words to the scene they speak of, and between words and the text that people read."""

from __future__ import annotations

import random
import re
from functools import cache

from ganapp.base.errors import UserError
from ganapp.writing.scene import ATTRIBUTES, MOST, Scene, Thing
from ganapp.writing.wordings import NUMBERS, WORDINGS, Wording

Words = tuple[str, ...]
PAD, END = "<pad>", "<end>"
BEGIN = {"en": "<en>", "zh": "<zh>"}
LANGUAGES = tuple(WORDINGS)
LENGTH = 52  # words that a sentence may have, with its begin and end
LONGEST = 300  # characters of a text
SLOT = re.compile(r"\{([\w-]+)((?: [^\s}]+)*)\}")


@cache
def vocabulary() -> Words:
    """Every word that a sentence may have, of both languages; the first is PAD."""
    words: dict[str, None] = dict.fromkeys((PAD, END, *BEGIN.values()))
    for wording in WORDINGS.values():
        phrases = [phrase for values in wording.phrases.values() for choices in values.values() for phrase in choices]
        patterns = [SLOT.sub(r"\2", pattern) for pattern in wording.patterns]
        joins = [join for pair in wording.joins for join in pair]
        for text in (*phrases, *patterns, *wording.headers.values(), *joins, wording.end):
            words |= dict.fromkeys(text.split())
    words["an"] = None
    return tuple(words)


@cache
def numbers() -> dict[str, int]:
    """The number of each word of the vocabulary."""
    return {word: number for number, word in enumerate(vocabulary())}


def encoded(words: Words, language: str) -> list[int]:
    """Numbers of a sentence's words, between its begin and its end, filled with PAD: LENGTH of them."""
    ids = [numbers()[word] for word in (BEGIN[language], *words, END)]
    return ids + [0] * (LENGTH - len(ids))


def phrased(scene: Scene, language: str, random_: random.Random) -> Words:
    """The words of one of the many sentences that speak of a scene, its things in their order."""
    wording = WORDINGS[language]
    words = wording.headers[len(scene)].split() if random_.random() < 0.15 else []
    join = random_.choice(wording.joins)
    for i, thing in enumerate(scene):
        if i:
            words += join[i == len(scene) - 1].split()
        words += _thing(thing, wording, random_)
    return _articled([*words, wording.end])


def _thing(thing: Thing, wording: Wording, random_: random.Random) -> list[str]:
    def said(slot: re.Match[str]) -> str:
        value = thing.attribute(slot[1].removesuffix("-before"))
        return f"{random_.choice(wording.phrases[slot[1]][value])}{slot[2]}" if value else ""

    return SLOT.sub(said, random_.choice(wording.patterns)).split()


def _articled(words: list[str]) -> Words:
    """ "an" for "a" before a vowel."""
    after = [*words[1:], ""]
    return tuple("an" if word == "a" and following[:1] in tuple("aeiou") else word for word, following in zip(words, after))


def written(words: Words, language: str) -> str:
    """The text of a sentence, as people write it."""
    if language == "zh":
        return "".join(words)
    text = re.sub(r" ([,;.:])", r"\1", " ".join(words))
    return text[:1].upper() + text[1:]


def language_of(text: str) -> str:
    """ "zh" for a text with a Chinese character, else "en"."""
    return "zh" if re.search(r"[\u4e00-\u9fff]", text) else "en"


def split(text: str, language: str) -> Words:
    """The words of a text that a person wrote, each one of the vocabulary. UserError that names the first word that is none."""
    wording = WORDINGS[language]
    if len(text) > LONGEST:
        raise UserError("caption_long", longest=LONGEST)
    if language == "en":
        pieces = re.findall(r"[a-z]+(?:-[a-z]+)*|\d|[^\sa-z\d]", text.lower())
    else:
        known = sorted({*_own("zh"), *wording.others, *wording.fillers}, key=len, reverse=True)
        pieces = re.findall("|".join(map(re.escape, known)) + r"|\S", text)
    words = [wording.others.get(piece, piece) for piece in pieces]
    words = [word for word in words if word in _own(language) or word not in wording.fillers]
    for word in words:
        if word not in _own(language):
            raise UserError("caption_word", word=word, known=_listed(language))
    if words and words[-1] != wording.end:
        words.append(wording.end)
    return _articled(["a" if word == "an" else word for word in words])


@cache
def _own(language: str) -> frozenset[str]:
    """The words of one language."""
    chinese = {word for word in vocabulary() if re.search(r"[\u4e00-\u9fff，；。：]", word)}
    return frozenset(chinese if language == "zh" else {*vocabulary()} - chinese - {PAD, END, *BEGIN.values()})


def _listed(language: str) -> str:
    """The words that carry meaning, as a list to be read."""
    phrases = WORDINGS[language].phrases
    apart = "、" if language == "zh" else ", "
    named = ("kind", "colour", "size", "slant", "place")
    return apart.join(choices[0].replace(" ", WORDINGS[language].apart) for name in named for choices in phrases[name].values())


@cache
def _meanings(language: str) -> tuple[tuple[Words, str, str], ...]:
    """What each phrase says, (words without fillers, attribute, value), the longest first."""
    wording = WORDINGS[language]
    entries = {
        (tuple(word for word in phrase.split() if word not in wording.fillers), name.removesuffix("-before"), value)
        for name, values in wording.phrases.items()
        for value, choices in values.items()
        for phrase in choices
    }
    return tuple(sorted(entries, key=lambda entry: (-len(entry[0]), entry)))


def understood(words: Words, language: str) -> Scene:
    """The scene that words of the vocabulary speak of; "" for what they leave open.

    UserError for a sentence without a thing, with more than three, with two kinds, colours ... of one thing, or two things in one place.
    """
    wording, things, parts = WORDINGS[language], [], _parts(words, language)
    for part in parts:
        told: dict[str, str] = {}
        rest = [word for word in part if word not in wording.fillers]
        while rest:
            meaning = next((entry for entry in _meanings(language) if tuple(rest[: len(entry[0])]) == entry[0]), None)
            if meaning is None:
                raise UserError("caption_word", word=rest[0], known=_listed(language))
            phrase, name, value = meaning
            if name in told:
                raise UserError("caption_twice", words=written(tuple(part), language))
            told[name] = value
            rest = rest[len(phrase) :]
        if "kind" in told:
            things.append(told)
        elif told and things and not set(told) & set(things[-1]):  # "a seven, red, leaning left"
            things[-1] |= told
        elif told:
            raise UserError("caption_no_kind", words=written(tuple(part), language))
    return _whole([Thing(**told) for told in things])


def _whole(things: list[Thing]) -> Scene:
    if not things:
        raise UserError("caption_empty")
    if len(things) > MOST:
        raise UserError("caption_many", most=MOST)
    places = [thing.place for thing in things if thing.place]
    if len(set(places)) < len(places):
        raise UserError("caption_one_place")
    return tuple(things)


def _parts(words: Words, language: str) -> list[list[str]]:
    """The words of each thing: parted by marks and "and", without the number of a header ("three things")."""
    parts: list[list[str]] = [[]]
    for word, following in zip(words, (*words[1:], "")):
        if word in WORDINGS[language].breaks or word == ":":
            parts.append([])
        elif not (word in NUMBERS[language] and following in ("thing", "things")):
            parts[-1].append(word)
    return [part for part in parts if part]


def told(scene: Scene) -> list[dict[str, str]]:
    """A scene as tables, for an answer."""
    return [{name: thing.attribute(name) for name in ATTRIBUTES} for thing in scene]
