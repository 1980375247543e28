"""Write assets/training.json: what a page may order, with every range, default and choice, read from the recipes' own settings.

    python -m ganapp.training.options_file

The page and its requests read the file, so that they need neither torch nor a range of their own; a test compares it with the recipes.
"""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from ganapp.base import paths
from ganapp.base.kinds import Whole
from ganapp.base.order_file import NUMBERS, Order
from ganapp.base.validation import entries
from ganapp.training.data import sets
from ganapp.training.recipes import digits, gan

COMMAND = "python -m ganapp.training.options_file"
OWN = {"pictures": "upload", "hub": "repository"}  # data sets that a person brings, and as what
FIRST = ("mnist",)  # data sets that a page shows before the others
CHANNELS = {"stacked_mnist": 3}  # of data sets that are not grey
BEGINNING = {"steps": 1000, "previews": 25}  # of an order on a page, where an order in a file has none
SEED = (0, 2**32 - 1)  # on a page, as in every task


def options() -> dict[str, Any]:
    """What the file holds: datasets; order: the numbers of an order; schema, digits: the settings of the recipes `gan` and `digits`."""
    defaults = dataclasses.asdict(Order("gan", 1)) | BEGINNING
    bounds = NUMBERS | {"seed": SEED}
    order = {name: {"default": defaults[name], **Whole(*bounds[name]).entry()} for name in NUMBERS}
    return {"datasets": _datasets(), "order": order, "schema": entries(gan.Settings), "digits": entries(digits.Settings)}


def _datasets() -> list[dict[str, Any]]:
    """Those that are shipped, FIRST before the others, then those that a person brings."""
    listed = []
    for name in sorted(set(sets.names()) - set(OWN), key=lambda name: (name not in FIRST, name)):
        pictures = sets.load(name, sets.Wanted(28, CHANNELS.get(name, 1)))
        facts = {"id": name, "classes": list(pictures.classes), "pictures": len(pictures), "channels": pictures.channels}
        listed.append(facts | ({"stacked": True} if pictures.stacked else {}))
    return [*listed, *({"id": name, "classes": [], "own": way} for name, way in OWN.items())]


def text() -> str:
    """The file: a line for every entry."""
    parts = []
    for part, listed in options().items():
        named = {f"{json.dumps(name)}: ": entry for name, entry in listed.items()} if isinstance(listed, dict) else {}
        lines = [f"    {name}{json.dumps(entry)}" for name, entry in named.items()] or [f"    {json.dumps(entry)}" for entry in listed]
        parts.append(f"  {json.dumps(part)}: {'{' if named else '['}\n" + ",\n".join(lines) + f"\n  {'}' if named else ']'}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    (paths.assets() / "training.json").write_text(text(), encoding="utf-8")
