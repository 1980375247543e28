"""Numbers in words: "207" as 二百零七, or two hundred seven."""

from __future__ import annotations

DIGITS = "零一二三四五六七八九"
UNITS, MYRIADS = ("", "十", "百", "千"), ("", "万", "亿", "万亿")
MOST_DIGITS = 16  # of a Chinese number that is read as one; longer ones are read digit by digit
ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
THOUSANDS = ("", "thousand", "million", "billion", "trillion")
MOST_PLACES = 15  # of an English number, the same
IRREGULAR = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth"}


def chinese(digits: str) -> str:
    """A whole number of digits 0 to 9, read as a number."""
    plain = digits.lstrip("0") or "0"
    if len(plain) > MOST_DIGITS:
        return one_by_one(digits)
    if plain == "0":
        return DIGITS[0]
    groups = [plain[max(0, end - 4) : end] for end in range(len(plain), 0, -4)]
    said, gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = int(groups[place])
        if not group:
            gap = True
            continue
        if said and (gap or group < 1000):
            said += DIGITS[0]
        said, gap = said + _thousands(group) + MYRIADS[place], False
    return said.removeprefix("一") if said.startswith("一十") else said


def _thousands(number: int) -> str:
    """1 to 9,999; a zero stands for one or more that are left out inside."""
    said, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            said += (DIGITS[0] if gap and said else "") + DIGITS[digit] + UNITS[place]
            gap = False
        else:
            gap = True
    return said


def one_by_one(digits: str) -> str:
    """Digits 0 to 9, each for itself."""
    return "".join(DIGITS[int(digit)] for digit in digits)


def english(digits: str) -> list[str]:
    """A whole number of digits 0 to 9 in words; with too many digits each for itself."""
    plain = digits.lstrip("0") or "0"
    if len(plain) > MOST_PLACES or (len(digits) > 1 and digits[0] == "0"):
        return [ONES[int(digit)] for digit in digits]
    if plain == "0":
        return [ONES[0]]
    groups = [int(plain[max(0, end - 3) : end]) for end in range(len(plain), 0, -3)]
    words: list[str] = []
    for place in range(len(groups) - 1, -1, -1):
        if groups[place]:
            words += [*_hundreds(groups[place]), *THOUSANDS[place].split()]
    return words


def _hundreds(number: int) -> list[str]:
    """1 to 999."""
    words = [ONES[number // 100], "hundred"] if number >= 100 else []
    rest = number % 100
    if rest >= 20:
        words += [TENS[rest // 10 - 2], *([ONES[rest % 10]] if rest % 10 else [])]
    elif rest:
        words.append(ONES[rest])
    return words


def ordinal(digits: str) -> list[str]:
    """The same as a place in a row: twenty first."""
    *words, last = english(digits)
    if last in IRREGULAR:
        return [*words, IRREGULAR[last]]
    return [*words, last[:-1] + "ieth" if last.endswith("y") else last + "th"]
