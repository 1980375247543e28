"""How words of English verse sound, for scripts/stanzas.py: the CMU dictionary, and rules for what poets write and it lacks (didst, o'er,
pass'd, deathless, wherewith)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HISSES, UNVOICED = ("S", "Z", "SH", "CH", "JH", "ZH"), ("P", "T", "K", "F", "TH")
POETS = {  # contractions of verse, and words that verse usually counts as one syllable less than the dictionary
    "o'er": "AO1 R", "e'er": "EH1 R", "ne'er": "N EH1 R", "e'en": "IY1 N", "'tis": "T IH1 Z", "'twas": "T W AA1 Z", "'twere": "T W ER1",
    "'twill": "T W IH1 L", "'twould": "T W UH1 D", "heav'n": "HH EH1 V N", "'mid": "M IH1 D", "'gainst": "G EH1 N S T",
    "'neath": "N IY1 TH", "'twixt": "T W IH1 K S T", "thro'": "TH R UW1", "tho'": "DH OW1", "whate'er": "W AH0 T EH1 R",
    "where'er": "W EH0 R EH1 R", "ta'en": "T EY1 N", "hour": "AW1 R", "hours": "AW1 R Z", "our": "AW1 R", "ours": "AW1 R Z",
    "fire": "F AY1 R", "fires": "F AY1 R Z", "desire": "D IH0 Z AY1 R", "power": "P AW1 R", "powers": "P AW1 R Z", "flower": "F L AW1 R",
    "flowers": "F L AW1 R Z", "tower": "T AW1 R", "towers": "T AW1 R Z", "bower": "B AW1 R", "bowers": "B AW1 R Z",
    "shower": "SH AW1 R", "showers": "SH AW1 R Z", "every": "EH1 V R IY0", "choir": "K W AY1 R", "lyre": "L AY1 R",
}  # fmt: skip
ENDINGS = {
    "less": "L AH0 S",
    "ness": "N AH0 S",
    "ly": "L IY0",
    "ful": "F AH0 L",
    "ing": "IH0 NG",
    "like": "L AY2 K",
    "eth": "AH0 TH",
    "est": "AH0 S T",
}


@dataclass(frozen=True)
class Sound:
    """stress: 1 or 0 a syllable; rhyme: the last vowel and what follows; onset: the sound before it, which a rhyme must not share."""

    stress: str
    rhyme: str
    onset: str


class Sounds:
    """The dictionary in the file `cmudict.dict`."""

    def __init__(self, path: Path) -> None:
        self.known: dict[str, list[str]] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            word, *phones = line.split("#")[0].split()
            if "(" not in word:
                self.known.setdefault(word, phones)
        self.known |= {word: phones.split() for word, phones in POETS.items()}
        self.heard: dict[str, Sound | None] = {}

    def of(self, word: str) -> Sound | None:
        """The sound of a word in small letters; None where nothing is known."""
        if word not in self.heard:
            phones = self.phones(word)
            vowels = [i for i, phone in enumerate(phones or ()) if phone[-1].isdigit()]
            if phones is None or not vowels:
                self.heard[word] = None
            else:
                at = vowels[-1]
                stress = "1" if len(vowels) == 1 else "".join("1" if phones[i][-1] == "1" else "0" for i in vowels)
                self.heard[word] = Sound(stress, " ".join([phones[at][:-1], *phones[at + 1 :]]), phones[at - 1] if at else "")
        return self.heard[word]

    def phones(self, word: str) -> list[str] | None:
        """Of a word, by the dictionary or by a rule."""
        if word in self.known:
            return self.known[word]
        return self._apostrophe(word) if "'" in word else self._ending(word) or self._joined(word)

    def _plural(self, base: list[str]) -> list[str]:
        return base + (["AH0", "Z"] if base[-1] in HISSES else ["S"] if base[-1] in UNVOICED else ["Z"])

    def _apostrophe(self, word: str) -> list[str] | None:
        known = self.known
        if word.endswith("'d"):  # pass'd, lov'd
            for base in (word[:-2], word[:-2] + "e", word[:-2] + "y"):
                if base in known and known[base][-1] not in ("T", "D"):
                    return known[base] + (["T"] if known[base][-1] in (*UNVOICED, "S", "SH", "CH") else ["D"])
            return known.get(word[:-2] + "ed")
        for end in ("'s", "s'"):
            if word.endswith(end) and word[:-2] in known:
                return self._plural(known[word[:-2]])
        if word.endswith("'st") and word[:-3] in known:
            return [*known[word[:-3]], "S", "T"]
        if word.endswith("in'") and word[:-1] + "g" in known:
            return [*known[word[:-1] + "g"][:-1], "N"]
        return None

    def _ending(self, word: str) -> list[str] | None:
        known = self.known
        if "our" in word and word.replace("our", "or") in known:  # splendour
            return known[word.replace("our", "or")]
        for end, sound in ENDINGS.items():
            if word.endswith(end):
                stem = word[: -len(end)]
                for base in (stem, stem + "e", stem[:-1] + "y", stem[:-1] if stem[-1:] == stem[-2:-1] else stem):
                    if base in known:
                        return known[base] + sound.split()
        if word.endswith("st") and word[:-2] in known:  # didst
            return [*known[word[:-2]], "S", "T"]
        if word.endswith("s") and word[:-1] in known:
            return self._plural(known[word[:-1]])
        return None

    def _joined(self, word: str) -> list[str] | None:
        for cut in range(3, len(word) - 2):  # wherewith, moonlit
            left, right = self.known.get(word[:cut]), self.known.get(word[cut:])
            if left and right and sum(phone[-1].isdigit() for phone in left) == 1:
                return left + [phone.replace("1", "2") for phone in right]
        return None
