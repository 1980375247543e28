"""`python -m ganapp.training.data.clips NAME --source PATH`: load a set of sounds and tell what is in it, as JSON.

{"sounds": n, "classes": {name: n}, "refused": [{"name", "en", "zh"}], "seconds": [shortest, median, longest], "cut": how many are longer
than the 0.8 seconds that are learnt}, or {"problem": {"en", "zh"}} for one that cannot be used.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from ganapp.base.errors import UserError
from ganapp.base.locales import LANGUAGES
from ganapp.training.data import clips


def told(name: str, source: str) -> dict[str, Any]:
    """What is printed."""
    try:
        found = clips.load(name, source)
    except UserError as problem:
        return {"problem": {language: problem.sentence(language) for language in LANGUAGES}}
    counts = {} if found.labels is None else dict(zip(found.classes, found.labels.bincount(minlength=len(found.classes)).tolist()))
    refused = [{"name": entry.name, **{language: entry.sentence(language) for language in LANGUAGES}} for entry in found.refused]
    seconds = sorted(found.seconds)
    measured = [round(each, 3) for each in (seconds[0], seconds[len(seconds) // 2], seconds[-1])]
    return {"sounds": len(found), "classes": counts, "refused": refused, "seconds": measured, "cut": found.cut}


def main(arguments: list[str]) -> int:
    """Returns 0 for a set that can be used, 2 for one that cannot."""
    parser = argparse.ArgumentParser("python -m ganapp.training.data.clips")
    parser.add_argument("name", choices=clips.names())
    parser.add_argument("--source", default="")
    asked = parser.parse_args(arguments)
    found = told(asked.name, asked.source)
    print(json.dumps(found, ensure_ascii=False))
    return 2 if "problem" in found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
