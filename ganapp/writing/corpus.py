"""The quatrains that ship with the project, and poems in a reader's own text file."""

from __future__ import annotations

import json
import lzma
import re
import unicodedata
from functools import cache
from pathlib import Path

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.models import alphabet
from ganapp.models.alphabet import Alphabet
from ganapp.writing.prosody import COLUMNS

SPLITS = ("train", "dev", "test")
FEWEST = 40  # poems that a net can be taught from
NO_HAN = re.compile(r"[^\u3400-\u9fff]+")


def folder() -> Path:
    """Where the quatrains lie."""
    return paths.assets() / "data" / "quatrains"


@cache
def shipped_alphabet() -> Alphabet:
    """The alphabet of the quatrains."""
    return alphabet.of(json.loads((folder() / "alphabet.json").read_text(encoding="utf-8")), "quatrains/alphabet.json")


@cache
def _splits() -> dict[str, list[str]]:
    text = lzma.decompress((folder() / "poems.xz").read_bytes()).decode("utf-16-le")
    return dict(zip(SPLITS, (part.split() for part in text.split("\n\n")), strict=True))


@cache
def poems(split: str) -> tuple[tuple[int, ...], ...]:
    """The poems of a split, each 28 tokens. KeyError for a split that is none of SPLITS."""
    places = shipped_alphabet().places
    return tuple(tuple(places[sign] for sign in poem) for poem in _splits()[split])


def of_file(path: Path) -> list[list[int]]:
    """Quatrains of seven in a text file, in either script, whatever separates the lines; others, and those with characters outside the
    alphabet, are left out. UserError for a file that is no text or has fewer than FEWEST poems."""
    try:
        found = of_text(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, OSError) as problem:
        raise UserError("poems_unreadable", file=path.name) from problem
    if len(found) < FEWEST:
        raise UserError("too_few_poems", found=len(found), needed=FEWEST)
    return found


def of_text(text: str) -> list[list[int]]:
    """The quatrains of seven in a text, as `of_file` finds them; perhaps none."""
    text, known = unicodedata.normalize("NFC", text), shipped_alphabet()
    lines = [line for line in NO_HAN.split(text) if line]
    found, place = [], 0
    while place + 4 <= len(lines):
        four = lines[place : place + 4]
        if all(len(line) == COLUMNS for line in four):
            place += 4
            try:
                found.append(known.tokens("".join(four)))
            except UserError:
                continue
        else:
            place += 1
    return found
