"""Names in zip files that do not say in which encoding they are: found out from all names of a file together.

A zip entry marks its name as UTF-8, or the name is in whatever code page the computer had that packed it (APPNOTE.TXT of PKWARE, 4.4.4 and
appendix D): GBK in China, Shift-JIS in Japan, Big5 in Taiwan, EUC-KR in Korea, 866 in Russia, 437 in the West. A wrong guess still decodes,
so each encoding is judged by how many of its characters are usual ones. `assets/js/parts/names.js` does the same in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

FALLBACK = "cp437"  # what the format prescribes
LEAST = 0.5  # share of usual characters that makes an encoding credible
KOREAN_LEAST = 6  # different characters from which names that are usual in both GBK and EUC-KR count as Korean
LATIN_LEAST = 0.6  # share of plain letters in a word of a Latin language
WORD = re.compile(r"[^\W\d_]+")
# What hardly any name has, though common characters of GBK are valid UTF-8 for it: 图片 decodes as ͼƬ, 猫 as a word of è alone.
ODD = re.compile("[\u0180-\u02ff\u0370-\u0385\u03cf-\u03ff\u0460-\u058f]|(?<![^\\W\\d_])[\u00c0-\u00ff](?![^\\W\\d_])")

Range = tuple[int, int, int, int]  # first byte from, to; second byte from, to (0, 0 for a single byte)


@dataclass(frozen=True)
class Encoding:
    """An encoding. usual: bytes of the characters that names are made of; seldom: of those that count a little; script: "" where words of
    Latin letters may stand next to its own, else which letters its words consist of."""

    codec: str
    usual: tuple[Range, ...]
    seldom: tuple[Range, ...] = ()
    script: str = ""


ENCODINGS = (
    Encoding("gb18030", ((0xB0, 0xD7, 0xA1, 0xFE),), ((0xD8, 0xF7, 0xA1, 0xFE), (0xA1, 0xA3, 0xA1, 0xFE))),  # GB 2312, levels 1 and 2
    Encoding("cp932", ((0x82, 0x82, 0x9F, 0xF1), (0x83, 0x83, 0x40, 0x96), (0x88, 0x98, 0x40, 0xFC), (0x81, 0x81, 0x5B, 0x5B))),
    Encoding("big5hkscs", ((0xA4, 0xC6, 0x40, 0xFE),)),  # its level 1
    Encoding("cp949", ((0xB0, 0xC8, 0xA1, 0xFE),)),  # syllables of KS X 1001
    Encoding("cp866", ((0x80, 0xAF, 0, 0), (0xE0, 0xF1, 0, 0)), script="cyrillic"),
    Encoding("cp437", ((0x80, 0x9A, 0, 0), (0xA0, 0xA5, 0, 0), (0xE1, 0xE1, 0, 0)), script="latin"),
    Encoding("cp1252", ((0xC0, 0xFF, 0, 0), (0x8A, 0x8A, 0, 0), (0x9A, 0x9A, 0, 0)), script="latin"),
)


def decoded(names: Sequence[bytes]) -> list[str]:
    """Names of one zip file that are not marked as UTF-8."""
    try:
        plain = [name.decode("utf-8") for name in names]
    except UnicodeDecodeError:
        plain = []
    if plain and not any(ODD.search(name) for name in plain):
        return plain
    codec, score = _codec([name for name in names if not name.isascii()])
    return plain if plain and score < 1.0 else [name.decode(codec) for name in names]


def _codec(names: Sequence[bytes]) -> tuple[str, float]:
    """The encoding that all of the names are most likely in, and its share of usual characters."""
    scores = {encoding.codec: _score(names, encoding) for encoding in ENCODINGS}
    best = max(scores, key=lambda codec: scores[codec])
    most = scores[best]
    if most < LEAST:
        return FALLBACK, most
    if best == "gb18030" and scores["cp949"] == most == 1.0:  # KS X 1001 has its syllables where GBK has the commonest third
        characters = {letter for name in names for letter in name.decode("cp949") if not letter.isascii()}
        return "cp949" if len(characters) >= KOREAN_LEAST else best, most
    # Latin words ask most of the letters, so where they are as credible as others they are right.
    return next((codec for codec in ("cp437", "cp1252") if scores[codec] == most), best), most


def _score(names: Sequence[bytes], encoding: Encoding) -> float:
    """Share of the characters beyond ASCII that are usual in an encoding, 0 where a name cannot be in it."""
    usual, count = 0.0, 0
    for name in names:
        try:
            text = name.decode(encoding.codec)
        except UnicodeDecodeError:
            return 0.0
        for word in WORD.findall(text) if encoding.script else ():
            if _mixed(word, encoding.script):
                return 0.0
        for letter in text:
            if not letter.isascii():
                count += 1
                usual += _weight(letter.encode(encoding.codec), encoding)
    return usual / max(1, count)


def _mixed(word: str, script: str) -> bool:
    """Whether a word has letters that its script would not put together."""
    plain = sum(letter.isascii() for letter in word)
    if plain == len(word):
        return False
    return plain > 0 if script == "cyrillic" else plain < LATIN_LEAST * len(word)


def _weight(code: bytes, encoding: Encoding) -> float:
    """1 for a usual character, a half for one of the seldom ones."""
    first, second = code[0], code[1] if len(code) == 2 else 0
    within = [any(a <= first <= b and c <= second <= d for a, b, c, d in ranges) for ranges in (encoding.usual, encoding.seldom)]
    return 1.0 if within[0] else 0.5 if within[1] else 0.0
