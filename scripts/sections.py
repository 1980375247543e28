"""Sections of docs/benchmarks.md, each written by the script that measured it."""

from __future__ import annotations

import re
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"


def put(section: str, place: Path = BENCHMARKS) -> None:
    """Put a section, whose first line is its heading (`## ...`), in the place of the one before, or at the end."""
    heading, text = section.split("\n", 1)[0], section.rstrip("\n") + "\n"
    parts = [part.rstrip("\n") + "\n" for part in re.split(r"(?m)^(?=## )", place.read_text(encoding="utf-8"))]
    headings = [part.split("\n", 1)[0] for part in parts]
    if heading in headings:
        parts[headings.index(heading)] = text
    else:
        parts.append(text)
    place.write_text("\n".join(parts), encoding="utf-8")
