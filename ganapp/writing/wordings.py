"""The words of the captions' grammar in both languages: what each value may be called, and the ways to put a thing into a sentence.

A phrase is words with blanks between them. A pattern names attributes in braces: what a sentence leaves open is left out with its braces.
"""

from __future__ import annotations

from dataclasses import dataclass

NUMBERS = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "zh": ("零", "一", "二", "三", "四", "五", "六", "七", "八", "九"),
}
NUMERALS = "0123456789"
Phrases = dict[str, dict[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Wording:
    """One language. phrases: by attribute and value ("slant-before" is the slant as it is said before the kind); patterns: of a thing;
    headers: of a sentence of so many things; joins: between two things, and before the last; end: the last mark; breaks: words between
    things; fillers: words that say nothing by themselves,
    some of which no sentence of ours has; others: words that a person may use, and what they stand for; apart: what stands
    between words."""

    phrases: Phrases
    patterns: tuple[str, ...]
    headers: dict[int, str]
    joins: tuple[tuple[str, str], ...]
    end: str
    breaks: frozenset[str]
    fillers: frozenset[str]
    others: dict[str, str]
    apart: str


ENGLISH: Phrases = {
    "kind": {
        **{numeral: (word,) for numeral, word in zip(NUMERALS, NUMBERS["en"])},
        **{name: (name,) for name in ("circle", "square", "triangle", "star", "heart")},
    },
    "colour": {name: (name,) for name in ("red", "orange", "green", "blue", "purple", "black")},
    "size": {"small": ("small", "little"), "large": ("large", "big")},
    "slant": {"left": ("leaning left", "tilted left"), "upright": ("standing upright",), "right": ("leaning right", "tilted right")},
    "slant-before": {"left": ("left-leaning",), "upright": ("upright",), "right": ("right-leaning",)},
    "place": {
        "top left": ("at the top left", "in the top left corner"),
        "top middle": ("at the top",),
        "top right": ("at the top right", "in the top right corner"),
        "middle left": ("on the left",),
        "middle middle": ("in the middle", "in the centre"),
        "middle right": ("on the right",),
        "bottom left": ("at the bottom left", "in the bottom left corner"),
        "bottom middle": ("at the bottom",),
        "bottom right": ("at the bottom right", "in the bottom right corner"),
    },
}
CHINESE: Phrases = {
    "kind": {
        **{numeral: (f"数字 {word}",) for numeral, word in zip(NUMERALS, NUMBERS["zh"])},
        **{"circle": ("圆形",), "square": ("方块",), "triangle": ("三角形",), "star": ("五角星",), "heart": ("爱心",)},
    },
    "colour": {"red": ("红色",), "orange": ("橙色",), "green": ("绿色",), "blue": ("蓝色",), "purple": ("紫色",), "black": ("黑色",)},
    "size": {"small": ("小号",), "large": ("大号",)},
    "slant": {"left": ("向左倾斜", "左倾"), "upright": ("端正",), "right": ("向右倾斜", "右倾")},
    "place": {
        "top left": ("左上角", "左上方"),
        "top middle": ("上方", "正上方"),
        "top right": ("右上角", "右上方"),
        "middle left": ("左边", "左侧"),
        "middle middle": ("正中", "中间"),
        "middle right": ("右边", "右侧"),
        "bottom left": ("左下角", "左下方"),
        "bottom middle": ("下方", "正下方"),
        "bottom right": ("右下角", "右下方"),
    },
}
WORDINGS = {
    "en": Wording(
        ENGLISH,
        patterns=(
            "a {size} {colour} {kind} {slant} {place}",
            "{place} a {size} {colour} {kind} {slant}",
            "there is a {size} {slant-before} {colour} {kind} {place}",
            "{place} there is a {slant-before} {size} {colour} {kind}",
        ),
        headers={1: "one thing :", 2: "two things :", 3: "three things :"},
        joins=((",", ", and"), (";", ";"), ("and", "and")),
        end=".",
        breaks=frozenset((",", ";", ".", "and")),
        fillers=frozenset(
            [
                "a",
                "an",
                "at",
                "the",
                "in",
                "on",
                "there",
                "is",
                "are",
                "it",
                "with",
                "that",
                "which",
                ":",
                "corner",
                "side",
                "thing",
                "things",
                "to",
                "of",
                "and",
                "please",
                "draw",
            ]
        ),
        others={"center": "centre", "disc": "circle", "disk": "circle", "tiny": "small", "!": ".", **dict(zip(NUMERALS, NUMBERS["en"]))},
        apart=" ",
    ),
    "zh": Wording(
        CHINESE,
        patterns=(
            "{place} 有 一个 {slant 的} {colour} {size} {kind}",
            "一个 {slant 的} {colour} {size} {kind} 位于 {place}",
            "{place} 是 一个 {colour 的} {slant 的} {size} {kind}",
        ),
        headers={1: "一样 东西 ：", 2: "两样 东西 ：", 3: "三样 东西 ："},
        joins=(("，", "，"), ("；", "；"), ("，", "， 还有")),
        end="。",
        breaks=frozenset(("，", "；", "。", "还有")),
        fillers=frozenset(["有", "一个", "的", "位于", "在", "东西", "：", "是", "数字", "一样", "两样", "三样", "还有", "请", "画"]),
        others={
            **{"红": "红色", "橙": "橙色", "绿": "绿色", "蓝": "蓝色", "紫": "紫色", "黑": "黑色", "小": "小号", "大": "大号"},
            **{"圆": "圆形", "正方形": "方块", "星星": "五角星", "心形": "爱心", "直立": "端正", "个": "一个", "和": "还有"},
            **{"左上": "左上角", "右上": "右上角", "左下": "左下角", "右下": "右下角", "中央": "中间"},
            **{",": "，", ";": "；", ".": "。", ":": "：", "、": "，", "！": "。", "!": "。"},
            **dict(zip(NUMERALS, NUMBERS["zh"])),
        },
        apart="",
    ),
}
