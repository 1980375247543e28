"""How English words are spoken: by a lexicon, an SQLite file of gruut's make, and for other words as its words are written.

Table word_phonemes (word, pron_order, phonemes) holds words; table g2p_alignments (word, alignment) which letters of a word are which of
its sounds: "p|h}f o}ˈo|ʊ n}n e}_" for "phone". A word that is not there is read letter by letter as most words are that have the same
letters around it, the more of them the better (the table look-up with back-off of Van den Bosch and Daelemans 1993, "Data-oriented
methods for grapheme-to-phoneme conversion"). It is stressed where those words are.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

MAIN, SECOND, NONE = "ˈ", "ˌ", "_"
WIDTHS = ((3, 4), (2, 4), (2, 3), (1, 3), (1, 2), (0, 2), (0, 1))  # letters before and from a place on that must be the same
ENOUGH, MOST = 2, 1500  # words that a choice needs, as long as there are wider places to fall back from; words that are looked at


@dataclass(frozen=True)
class Lexicon:
    """path: of the SQLite file."""

    path: Path

    def spoken(self, word: str) -> str:
        """The phonemes of a word in small letters, "" for one that is not there."""
        rows = self._asked("SELECT phonemes FROM word_phonemes WHERE word = ? ORDER BY pron_order LIMIT 1", word)
        return str(rows[0][0]).replace(" ", "") if rows else ""

    def guessed(self, word: str, hidden: str = "") -> str:
        """The phonemes of a word of the letters a to z and "'" as most like it are spoken; hidden: a word that counts for nothing."""
        sounds: list[tuple[str, float]] = []
        at = 0
        while at < len(word):
            size, sound, stress = self._choice(word, at, hidden)
            sounds.append((sound, stress))
            at += size
        vowels = [i for i, (sound, _) in enumerate(sounds) if set(sound) & VOWELS]
        main = max(vowels, key=lambda i: sounds[i][1], default=-1)
        return "".join(MAIN * (i == main) + sound for i, (sound, _) in enumerate(sounds))

    def _choice(self, word: str, at: int, hidden: str) -> tuple[int, str, float]:
        """How many letters are one sound at a place of a word, which, and in what share of words it is stressed."""
        for before, behind in WIDTHS:
            left, right = word[max(0, at - before) : at], word[at : at + behind]
            starts, ends = at - before < 0, at + behind > len(word)
            found = Counter(_aligned(self._alike(left + right, starts, ends, hidden), len(left), left + right, (starts, ends)))
            votes: Counter[tuple[int, str]] = Counter()
            for (size, sound, _), count in found.items():
                if size <= len(word) - at:
                    votes[size, sound] += count
            if votes and (votes.total() >= ENOUGH or behind == 1):
                (size, sound), count = votes.most_common(1)[0]
                return size, sound, found[size, sound, True] / count
        return 1, "", 0.0

    def _alike(self, letters: str, starts: bool, ends: bool, hidden: str) -> list[str]:
        """Alignments of words that have these letters, where it says so at their start or end."""
        pattern = f"{'' if starts else '%'}{letters}{'' if ends else '%'}"
        query = f"SELECT alignment FROM g2p_alignments WHERE word LIKE ? AND word != ? LIMIT {MOST}"
        return [str(row[0]) for row in self._asked(query, pattern, hidden)]

    def _asked(self, query: str, *values: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)) as file:
            return file.execute(query, values).fetchall()


VOWELS = set("aeiouæɐɑɔəɚɛɜɪʊʌᵻ")


def _aligned(rows: list[str], before: int, letters: str, edges: tuple[bool, bool]) -> list[tuple[int, str, bool]]:
    """Of aligned words that hold `letters`, at the one `before` letters in: how many letters are one sound, which, whether stressed."""
    found = []
    for row in rows:
        word, places = "", {}
        for token in row.split(" "):
            written, _, sound = token.partition("}")
            size = len(written.split("|"))
            places[len(word)] = (size, sound)
            word += written.replace("|", "")
        start = word.find(letters)
        while start >= 0:
            fits = (start == 0 or not edges[0]) and (start + len(letters) == len(word) or not edges[1])
            if fits and start + before in places:
                size, sound = places[start + before]
                plain = sound.replace("|", "").replace(NONE, "")
                found.append((size, plain.replace(MAIN, "").replace(SECOND, ""), MAIN in plain))
            start = word.find(letters, start + 1)
    return found
