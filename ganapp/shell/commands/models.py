"""`python -m ganapp models`: every model there is."""

from __future__ import annotations

import argparse
import dataclasses
import json
import unicodedata
from collections.abc import Sequence

from ganapp.base import paths
from ganapp.shell.words import say


def main(arguments: Sequence[str]) -> int:
    """The list of models, as an aligned table or as JSON."""
    parser = argparse.ArgumentParser("python -m ganapp models", description=say("models.help"))
    parser.add_argument("--json", action="store_true", help=say("json"))
    options = parser.parse_args(list(arguments)[1:])
    from ganapp.models import catalog

    entries = catalog.listing(paths.language())
    if options.json:
        print(json.dumps([dataclasses.asdict(entry) for entry in entries], ensure_ascii=False, indent=2))
        return 0
    names = ("id", "title", "task", "bytes", "source", "licence", "state")
    lines = [[say(f"columns.{name}") for name in names]]
    lines += [[f"{entry.bytes / 1e6:.1f} MB" if name == "bytes" else str(getattr(entry, name)) for name in names] for entry in entries]
    widths = [max(_width(line[i]) for line in lines) for i in range(len(names))]
    for line in lines:
        print("  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths)).rstrip())
    return 0


def _width(text: str) -> int:
    """Columns that a terminal gives a text: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
