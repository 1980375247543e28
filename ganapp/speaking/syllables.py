"""Mandarin syllables: initial, final and tone, written in bopomofo or in pinyin.

Tones are numbered 1 to 4, and 5 for the neutral one. Bopomofo writes the tone behind ("ㄇㄠ1"), so does pinyin here ("mao1", "lü4"), which
is read in other spellings too: "māo", "lv4", "lu:4".
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

INITIALS = {
    "": "",
    **dict(
        zip(
            "ㄅㄆㄇㄈㄉㄊㄋㄌㄍㄎㄏㄐㄑㄒㄓㄔㄕㄖㄗㄘㄙ",
            ["b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "zh", "ch", "sh", "r", "z", "c", "s"],
            strict=True,
        )
    ),
}
FINALS = {  # with no initial before it, and after one
    "": ("", "i"),
    **{
        bare: (latin, latin)
        for bare, latin in zip(
            "ㄚㄛㄜㄝㄞㄟㄠㄡㄢㄣㄤㄥㄦ", ["a", "o", "e", "ê", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "er"], strict=True
        )
    },
    "ㄧ": ("yi", "i"),
    "ㄧㄚ": ("ya", "ia"),
    "ㄧㄛ": ("yo", "io"),
    "ㄧㄝ": ("ye", "ie"),
    "ㄧㄞ": ("yai", "iai"),
    "ㄧㄠ": ("yao", "iao"),
    "ㄧㄡ": ("you", "iu"),
    "ㄧㄢ": ("yan", "ian"),
    "ㄧㄣ": ("yin", "in"),
    "ㄧㄤ": ("yang", "iang"),
    "ㄧㄥ": ("ying", "ing"),
    "ㄨ": ("wu", "u"),
    "ㄨㄚ": ("wa", "ua"),
    "ㄨㄛ": ("wo", "uo"),
    "ㄨㄞ": ("wai", "uai"),
    "ㄨㄟ": ("wei", "ui"),
    "ㄨㄢ": ("wan", "uan"),
    "ㄨㄣ": ("wen", "un"),
    "ㄨㄤ": ("wang", "uang"),
    "ㄨㄥ": ("weng", "ong"),
    "ㄩ": ("yu", "ü"),
    "ㄩㄝ": ("yue", "üe"),
    "ㄩㄢ": ("yuan", "üan"),
    "ㄩㄣ": ("yun", "ün"),
    "ㄩㄥ": ("yong", "iong"),
}
BUZZED = "ㄓㄔㄕㄖㄗㄘㄙ"  # initials that stand without a final, written with an i in pinyin
TONES, NEUTRAL = (1, 2, 3, 4, 5), 5
MARKS = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0300": 4}


@dataclass(frozen=True)
class Syllable:
    """initial, final: bopomofo, either may be empty; tone: 1 to 5."""

    initial: str
    final: str
    tone: int

    def __str__(self) -> str:
        """Bopomofo and tone."""
        return f"{self.initial}{self.final}{self.tone}"

    @property
    def pinyin(self) -> str:
        """Pinyin and tone: "mao1"."""
        return f"{spelled(self.initial, self.final)}{self.tone}"

    def toned(self, tone: int) -> Syllable:
        """The same in another tone."""
        return Syllable(self.initial, self.final, tone)


def of_bopomofo(text: str) -> Syllable | None:
    """The syllable that "ㄇㄠ1" writes, None for anything else."""
    tone = int(text[-1]) if text[-1:] in tuple("12345") else 0
    initial = text[0] if tone and text[0] in INITIALS else ""
    final = text[len(initial) : -1]
    known = final in FINALS and (final or initial in tuple(BUZZED))  # "" is in every text
    return Syllable(initial, final, tone) if tone and known else None


def of_pinyin(text: str) -> Syllable | None:
    """The syllable that pinyin writes, None for anything else; one without a tone has the neutral one."""
    letters, tone = _parted(text)
    held = _bases().get(letters)
    return Syllable(*held, tone) if held and tone else None


def toned(text: str) -> bool:
    """Whether that is a syllable of pinyin that says its tone."""
    return of_pinyin(text) is not None and (text[-1].isdigit() or any(mark in unicodedata.normalize("NFD", text) for mark in MARKS))


def spelled(initial: str, final: str) -> str:
    """Pinyin of a syllable without its tone."""
    written = FINALS[final][1 if initial else 0]
    if initial and initial in "ㄐㄑㄒ":
        written = written.replace("ü", "u")
    return INITIALS[initial] + written


def _parted(text: str) -> tuple[str, int]:
    """Letters without marks but those of ü and ê, and the tone; 0 for two tones."""
    plain = text.strip().lower().replace("u:", "ü").replace("v", "ü")
    tones, letters = [], ""
    for sign in unicodedata.normalize("NFD", plain):
        if sign in MARKS:
            tones.append(MARKS[sign])
        else:
            letters += sign
    letters = unicodedata.normalize("NFC", letters)
    if letters[-1:] in tuple("012345"):
        tones.append(int(letters[-1]) or NEUTRAL)
        letters = letters[:-1]
    return letters, tones[0] if len(tones) == 1 else 0 if tones else NEUTRAL


@cache
def _bases() -> dict[str, tuple[str, str]]:
    """Initial and final by pinyin without tone."""
    return {
        spelled(initial, final): (initial, final)
        for initial in INITIALS
        for final in FINALS
        if (final[:1] not in ("ㄧ", "ㄩ") if initial and initial in BUZZED else final)
    }
