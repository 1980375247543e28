"""From Chinese text, pinyin and numbers to syllables as they are said: readings by pypinyin (MIT), tones by the rules of tone sandhi.

Chao 1968, "A Grammar of Spoken Chinese", 1.3.4: of two third tones the first becomes a second; 不 rises before a fourth tone; 一 rises
before a fourth, falls before any other, and keeps its first tone in numbers, in places of a row and at the end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ganapp.base.errors import UserError
from ganapp.speaking import numerals, syllables
from ganapp.speaking.syllables import NEUTRAL, Syllable

HAN = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
NUMBER = re.compile(r"(\d+)(?:\.(\d+))?")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u0300-\u036f:]+[0-5]?(?:[A-Za-z\u00c0-\u024f\u0300-\u036f:]+[0-5]?)*")
SHORT, LONG = ",，、;；:：—", ".。!！?？…\n"
QUESTIONS = "?？"
LONGEST = 7  # signs of a syllable of pinyin, its tone among them
COUNTED = "零一二三四五六七八九十百千万亿两几半"  # before a word that measures
READINGS = {  # what pypinyin gives otherwise: syllables that are said lightly, and one that has no vowel
    **dict.fromkeys(("妈妈", "媽媽"), "ma1 ma5"),
    **dict.fromkeys(("东西", "東西"), "dong1 xi5"),
    "爸爸": "ba4 ba5",
    "哥哥": "ge1 ge5",
    "姐姐": "jie3 jie5",
    "弟弟": "di4 di5",
    "妹妹": "mei4 mei5",
    "爷爷": "ye2 ye5",
    "奶奶": "nai3 nai5",
    "朋友": "peng2 you5",
    "谢谢": "xie4 xie5",
    "喜欢": "xi3 huan5",
    "漂亮": "piao4 liang5",
    "告诉": "gao4 su5",
    "嗯": "en5",
}


@dataclass(frozen=True)
class Said:
    """A syllable as it is said. sign: the character that it was written as, "" for pinyin; syllable: in the tone that it is said in;
    pause: 0 for none before the next, 1 for a comma, 2 for the end of a sentence; question: whether its sentence asks."""

    sign: str
    syllable: Syllable
    pause: int = 0
    question: bool = False


def read(text: str) -> list[Said]:
    """What a text says. UserError for nothing to say, for characters without a reading and for pinyin without its tone."""
    phrases, begun = [list[Said]()], 0
    at = 0
    while at < len(text):
        sign = text[at]
        if sign in SHORT or sign in LONG:
            pause = 2 if sign in LONG else 1
            if phrases[-1]:
                phrases[-1][-1] = replace(phrases[-1][-1], pause=pause)
                phrases.append([])
            if pause == 2:
                if sign in QUESTIONS:
                    phrases[begun:] = [[replace(each, question=True) for each in phrase] for phrase in phrases[begun:]]
                begun = len(phrases) - 1
            at += 1
            continue
        found, at = _run(text, at)
        phrases[-1] += found
    said = [each for phrase in phrases for each in _sandhi(phrase)]
    if not said:
        raise UserError("say_nothing")
    return said


def _run(text: str, at: int) -> tuple[list[Said], int]:
    """What the next signs say, and where they end."""
    if held := HAN.match(text, at):
        run = held[0]
        if (number := NUMBER.match(text, held.end())) and number[0] and run.endswith("第"):
            return [*_characters(run), *_characters(_number(number, text[number.end() :]))], number.end()
        return _characters(run), held.end()
    if number := NUMBER.match(text, at):
        end = number.end()
        percent = text[end : end + 1] in ("%", "％")
        after = HAN.match(text, end)
        said = ("百分之" if percent else "") + _number(number, text[end:])
        if after and not percent:  # read together: "3只" has the reading of 三只
            return _characters(said + after[0]), after.end()
        return _characters(said), end + percent
    if written := LATIN.match(text, at):
        return _pinyin(written[0]), written.end()
    if text[at].isalnum():
        raise UserError("say_sign", sign=text[at])
    return [], at + 1


def _number(found: re.Match[str], after: str) -> str:
    """A number in characters; a year and what begins with a zero digit by digit."""
    whole, part = found[1], found[2]
    by_digit = (after.startswith("年") and len(whole) == 4) or (len(whole) > 1 and whole[0] == "0")
    said = numerals.one_by_one(whole) if by_digit else numerals.chinese(whole)
    return said + ("点" + numerals.one_by_one(part) if part else "")


def _characters(run: str) -> list[Said]:
    """Characters with their readings."""
    from pypinyin import Style, lazy_pinyin

    known = lazy_pinyin(run, style=Style.TONE3, neutral_tone_with_five=True, v_to_u=True, errors=_as_it_stands)  # type: ignore[arg-type]
    for word, reading in READINGS.items():
        at = run.find(word)
        while at >= 0:
            known[at : at + len(word)] = reading.split()
            at = run.find(word, at + len(word))
    said = []
    for i, (sign, reading) in enumerate(zip(run, known, strict=True)):
        syllable = syllables.of_pinyin(_measured(run, i) or {"一": "yi1", "不": "bu4", "〇": "ling2"}.get(sign, reading))
        if syllable is None:
            raise UserError("say_sign", sign=sign)
        said.append(Said(sign, syllable))
    return said


def _as_it_stands(signs: str) -> list[str]:
    """Signs without a reading, each for itself."""
    return list(signs)


def _measured(run: str, i: int) -> str:
    """只 and 隻 where they count."""
    return "zhi1" if run[i] in "只隻" and i and run[i - 1] in COUNTED + "这那每" else ""


def _pinyin(word: str) -> list[Said]:
    """Pinyin, one syllable or more. UserError for anything else, and for a syllable without a tone."""
    held = _cut(word)
    if held is None:
        bare = syllables.of_pinyin(word)
        raise UserError("say_tone" if bare else "say_word", word=word[:40])
    return [Said("", each) for each in held]


def _cut(word: str) -> list[Syllable] | None:
    """The syllables with their tones that a word is made of, the longest first; None where it cannot be cut so."""
    if not word:
        return []
    for size in range(min(LONGEST, len(word)), 0, -1):
        head = word[:size]
        syllable = syllables.of_pinyin(head)
        if syllable and syllables.toned(head) and (rest := _cut(word[size:])) is not None:
            return [syllable, *rest]
    return None


def _sandhi(phrase: list[Said]) -> list[Said]:
    """A phrase without a pause in it, in the tones in which it is said."""
    said = [_of_one_and_not(phrase, i) for i in range(len(phrase))]
    at = 0
    while at < len(said):
        end = at
        while end < len(said) and said[end].syllable.tone == 3:
            end += 1
        for i in _rising(end - at):
            said[at + i] = replace(said[at + i], syllable=said[at + i].syllable.toned(2))
        at = max(end, at + 1)
    return said


def _rising(count: int) -> list[int]:
    """Which of so many third tones in a row become second ones: they are said two by two, an odd one with the last two."""
    ends = list(range(1, count - 1, 2)) if count % 2 == 0 else list(range(1, count - 3, 2))
    return [i for i in range(count - 1) if i not in ends]


def _of_one_and_not(phrase: list[Said], i: int) -> Said:
    """一 and 不 in the tone of where they stand, everything else as it is."""
    each = phrase[i]
    if each.sign not in ("一", "不") or i + 1 == len(phrase):
        return each
    following = phrase[i + 1]
    tone = following.syllable.tone
    if each.sign == "不":
        return replace(each, syllable=each.syllable.toned(2)) if tone == 4 else each
    before = phrase[i - 1].sign if i else ""
    counts = (before and before in COUNTED + "第初") or following.sign in tuple(numerals.DIGITS + "点月号")
    if counts:
        return each
    return replace(each, syllable=each.syllable.toned(2 if tone == 4 or following.sign in ("个", "個") else 4))


def is_pinyin(word: str) -> bool:
    """Whether a word is written in pinyin, with the tone of every syllable."""
    return bool(word) and _cut(word) is not None


def light(syllable: Syllable) -> bool:
    """Whether it is said in the neutral tone."""
    return syllable.tone == NEUTRAL
