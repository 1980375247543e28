"""From English text to phonemes: numbers in words, words by the lexicon, others as they are written or letter by letter."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ganapp.base.errors import UserError
from ganapp.speaking import numerals
from ganapp.speaking.lexicon import Lexicon

TOKEN = re.compile(
    r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)(?P<ending>st|nd|rd|th)?(?![A-Za-z])|(?P<word>[A-Za-z]+(?:'[A-Za-z]+)*)|(?P<digits>\d+)|(?P<mark>\S)"
)
WORDS = {"%": "percent", "&": "and", "+": "plus", "=": "equals", "@": "at", "°": "degrees", "#": "number"}
MONEY = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen"}
SHORTENED = {"mr": "mister", "mrs": "missus", "ms": "miz", "dr": "doctor", "prof": "professor", "vs": "versus", "etc": "et cetera"}
OWN = {"gan": "ɡˈæn", "gans": "ɡˈænz"}  # the lexicon has a family of this name
PAUSES, ENDS = ",;:", ".!?"
PAUSE, STOP = ",", "."
SPELLED = 5  # capitals that are read one by one at most
VOWEL = set("aeiouy")


@dataclass(frozen=True)
class Reading:
    """sentences: phonemes and marks of each; guessed: words read as they are written; spelled: words read letter by letter."""

    sentences: tuple[str, ...]
    guessed: tuple[str, ...]
    spelled: tuple[str, ...]


def read(text: str, lexicon: Lexicon) -> Reading:
    """How a text is spoken. UserError for one that says nothing, and for letters that are not English."""
    sentences, said = list[str](), list[str]()
    guessed, spelled = dict[str, None](), dict[str, None]()
    money = ""
    for found in TOKEN.finditer(_plain(text)):
        mark = found["mark"]
        if mark in MONEY:
            money = MONEY[mark]
        elif mark and mark in PAUSES + ENDS:
            shortened = mark == "." and _before(found).lower() in SHORTENED and "." not in _before(found)
            if said and not shortened:
                said[-1] += mark if mark in ENDS + "," else PAUSE
                if mark in ENDS:
                    sentences, said = [*sentences, " ".join(said)], []
        else:
            for word in _words(found, money):
                said.append(_spoken(word, lexicon, guessed, spelled))
            money = "" if found["number"] else money
    if said:
        sentences.append(" ".join(said) + STOP)
    if not sentences:
        raise UserError("say_nothing")
    return Reading(tuple(sentences), tuple(guessed), tuple(spelled))


def digits(text: str) -> list[str]:
    """The digits that a text of numbers and of words of digits says one by one: "two 07" as 2, 0, 7. [] for any other text."""
    said: list[str] = []
    for found in TOKEN.finditer(_plain(text)):
        number, word = found["number"] or found["digits"], (found["word"] or "").lower()
        if number and not found["ending"] and "." not in number:
            said += number.replace(",", "")
        elif word in numerals.ONES[:10]:
            said.append(str(numerals.ONES.index(word)))
        elif found["mark"] is None or found["mark"] not in PAUSES + ENDS + "-":
            return []
    return said


def _plain(text: str) -> str:
    """Typographic signs as plain ones, accents off."""
    text = text.replace("\u2019", "'").replace("\u2014", ", ").replace("\u2013", ", ").replace("\u2026", ". ").replace("\n", ". ")
    marks = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text))
    return "".join(sign for sign in marks if not unicodedata.combining(sign))


def _before(found: re.Match[str]) -> str:
    """The word that ends where a mark stands."""
    word = re.search(r"[A-Za-z.]+$", found.string[: found.start()])
    return word[0] if word else ""


def _words(found: re.Match[str], money: str) -> list[str]:
    """The words of a number, a word or a sign."""
    if number := found["number"]:
        whole, _, part = number.replace(",", "").partition(".")
        if found["ending"] and not part:
            return numerals.ordinal(whole)
        return [*numerals.english(whole), *(["point", *(numerals.ONES[int(digit)] for digit in part)] if part else []), *money.split()]
    if found["digits"]:
        return [numerals.ONES[int(digit)] for digit in found["digits"]]
    if found["word"]:
        return [SHORTENED.get(found["word"].lower(), found["word"])] if found["word"].lower() != "etc" else ["et", "cetera"]
    mark = found["mark"]
    if mark in WORDS:
        return [WORDS[mark]]
    if mark.isalpha():
        raise UserError("say_letter", sign=mark)
    return []


def _spoken(word: str, lexicon: Lexicon, guessed: dict[str, None], spelled: dict[str, None]) -> str:
    """A word's phonemes; one that the lexicon lacks is noted."""
    small = word.lower()
    if known := OWN.get(small) or lexicon.spoken(small):
        return known
    if small.endswith("'s") and (stem := lexicon.spoken(small[:-2])):
        return stem + ("ɪz" if stem[-1] in "szʃʒ" else "s" if stem[-1] in "ptkfθ" else "z")
    if (word.isupper() and len(word) <= SPELLED) or not VOWEL & set(small):
        spelled[word] = None
        return " ".join(lexicon.spoken(letter) if letter != "a" else "ˈeɪ" for letter in small if letter.isalpha())
    guessed[word] = None
    return lexicon.guessed(small.replace("'", ""))
