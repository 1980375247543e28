"""`python -m ganapp.training.data.sets NAME --source PATH --size 32 --channels 1`: load a data set and tell what is in it, as JSON.

{"pictures": n, "classes": {name: n}, "refused": [{"name", "en", "zh"}], "sides": [least, median, greatest shorter side] or [],
"coloured": share}, or {"problem": {"en", "zh"}} for one that cannot be used.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from ganapp.base.errors import UserError
from ganapp.training.data import sets


def told(name: str, wanted: sets.Selection) -> dict[str, Any]:
    """What is printed."""
    try:
        found = sets.load(name, wanted)
    except UserError as problem:
        return {"problem": {language: problem.sentence(language) for language in ("en", "zh")}}
    counts = {} if found.labels is None else dict(zip(found.classes, found.labels.bincount(minlength=len(found.classes)).tolist()))
    refused = [{"name": entry.name, "en": entry.sentence("en"), "zh": entry.sentence("zh")} for entry in found.refused]
    sides = sorted(found.sides)
    measured = [sides[0], sides[len(sides) // 2], sides[-1]] if sides else []
    return {"pictures": len(found), "classes": counts, "refused": refused, "sides": measured, "coloured": round(found.coloured, 3)}


def main(arguments: list[str]) -> int:
    """Returns 0 for a data set that can be used, 2 for one that cannot."""
    parser = argparse.ArgumentParser("python -m ganapp.training.data.sets")
    parser.add_argument("name", choices=sets.names())
    parser.add_argument("--source", default="")
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--channels", type=int, choices=(1, 3), default=1)
    asked = parser.parse_args(arguments)
    found = told(asked.name, sets.Selection(asked.size, asked.channels, source=asked.source))
    print(json.dumps(found, ensure_ascii=False))
    return 2 if "problem" in found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
