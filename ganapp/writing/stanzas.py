"""English stanzas as scripts/stanzas.py writes them into a folder, and the folder that ships with the project."""

from __future__ import annotations

import json
import lzma
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ganapp.base import paths
from ganapp.models import lexicon
from ganapp.models.lexicon import METRES, SCHEMES, Lexicon

SPLITS = ("train", "dev", "test")


@dataclass(frozen=True)
class Stanza:
    """metre, scheme: numbers; lines: four lines of tokens, as they are read."""

    metre: int
    scheme: int
    lines: tuple[tuple[int, ...], ...]


def folder() -> Path:
    """Where the shipped ones lie."""
    return paths.assets() / "data" / "stanzas"


def lexicon_of(place: Path) -> Lexicon:
    """The words of a folder's stanzas."""
    return lexicon.of(json.loads((place / "words.json").read_text(encoding="utf-8")), "stanzas/words.json")


def of_folder(place: Path, known: Lexicon, split: str) -> tuple[Stanza, ...]:
    """The stanzas of a split, with a scheme and without. KeyError for a split that is none of SPLITS."""
    text = lzma.decompress((place / "stanzas.xz").read_bytes()).decode("utf-8")
    rows = dict(zip(SPLITS, (part.splitlines() for part in text.split("\n\n")), strict=True))
    found = []
    for row in rows[split]:
        metre, scheme, spoken = row.split(" ", 2)
        lines = tuple(tuple(known.places[sign] for sign in line.split()) for line in spoken.split(" | "))
        found.append(Stanza(METRES.index(metre), SCHEMES.index(scheme), lines))
    return tuple(found)


@cache
def shipped_lexicon() -> Lexicon:
    """The words of the shipped stanzas."""
    return lexicon_of(folder())


@cache
def poems(split: str) -> tuple[Stanza, ...]:
    """The shipped stanzas of a split. KeyError for a split that is none of SPLITS."""
    return of_folder(folder(), shipped_lexicon(), split)


def with_scheme(stanzas: tuple[Stanza, ...]) -> tuple[Stanza, ...]:
    """Those that rhyme."""
    return tuple(stanza for stanza in stanzas if SCHEMES[stanza.scheme] != "free")


def rhymed(split: str) -> tuple[Stanza, ...]:
    """The shipped stanzas of a split that rhyme."""
    return with_scheme(poems(split))
