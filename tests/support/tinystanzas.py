"""A few English stanzas of a few words, and a small writer of them with a critic that nobody trained."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import torch

from ganapp.models import catalog, folder, lexicon, versifier
from ganapp.models.lexicon import Lexicon
from ganapp.models.versifier import Versifier
from ganapp.nets import stanza_critic, stanza_writer
from ganapp.writing import stanzas

WORDS = {  # stress, rhyme, sound before it
    "the": ("1", 9, 0), "a": ("1", 9, 1), "old": ("1", 9, 2), "wind": ("1", 9, 3), "moon": ("1", 9, 4), "and": ("1", 9, 5),
    "sings": ("1", 9, 6), "golden": ("10", 9, 7), "above": ("01", 9, 8), "river": ("10", 9, 9), "away": ("01", 0, 10), "I": ("1", 1, 11),
    "day": ("1", 0, 12), "grey": ("1", 0, 13), "night": ("1", 2, 14), "light": ("1", 2, 15), "bright": ("1", 2, 16), "God": ("1", 9, 17),
}  # fmt: skip
FIRST = (
    "the golden moon above the grey | the wind and river sings away , | a golden light above the night | the old and golden day bright ."
)
SECOND = "a moon a moon a moon a day | the wind the wind the old bright | the river sings and sings away ; | above the golden river light ."


def known() -> Lexicon:
    """The words."""
    rows = {"stress": 0, "rhyme": 1, "onset": 2}
    table = {name: " ".join(str(sound[at]) for sound in WORDS.values()) for name, at in rows.items()}
    return lexicon.of({"words": " ".join(WORDS), "marks": ", . ; : ! ? --", "rhymes": 3, **table}, "words")


def corpus(place: Path, count: int = 40) -> str:
    """A folder as scripts/stanzas.py writes it, of so many stanzas to learn from."""
    place.mkdir(parents=True, exist_ok=True)
    table = known().table()
    (place / "words.json").write_text(json.dumps(table), encoding="utf-8")
    rows = [f"tetrameter AABB {FIRST}", f"tetrameter ABAB {SECOND}", f"tetrameter free {SECOND}"]
    parts = [[rows[k % 3] for k in range(count)], rows[:2], rows[:2]]
    (place / "stanzas.xz").write_bytes(lzma.compress("\n\n".join("\n".join(part) for part in parts).encode()))
    return str(place)


def folder_at(place: Path, words: Lexicon | None = None) -> Path:
    """A model folder, of the shipped words unless others are given."""
    words = words or stanzas.shipped_lexicon()
    torch.manual_seed(0)
    sizes = {"words": len(words), "others": words.size - len(words), "rhymes": words.rhymes, "kinds": len(words.kinds)}
    net = stanza_writer.Net(stanza_writer.Config(**sizes, width=16, layers=1, heads=2))
    critic = stanza_critic.Net(stanza_critic.Config(**sizes, width=16, layers=1, heads=2))
    for each in (net.words, critic.words):
        each.rhyme.copy_(torch.tensor(words.rhyme))
        each.kind.copy_(torch.tensor([words.kinds.index(stress) for stress in words.stress]))
        each.letter.copy_(torch.tensor(words.letters))
    values = {"lexicon": words.table(), "critic": {"lines": [-1.0, 0.0, 1.0], "poems": [-1.0, 0.0, 1.0]}}
    nets = {
        "model": folder.Trained("stanza_writer", net.config, net),
        "critic": folder.Trained("stanza_critic", critic.config, critic),
    }
    folder.write(place, {"task": "stanza", "title": {"en": "t", "zh": "t"}, "licence": "mit", "values": values}, nets)
    return place


def pen(place: Path, words: Lexicon | None = None) -> Versifier:
    """Written as a model folder at `place`, and opened."""
    folder_at(place, words)
    return versifier.of_folder(catalog.Loaded("pen", "trained", place, folder.describe(place)))
