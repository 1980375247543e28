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
from ganapp.training.recipes import digits, gan, sounds

COMMAND = "python -m ganapp.training.options_file"
LISTED = ("data", "loss", "augment")  # settings of `gan` whose choices are files
BEGINNING = {"steps": 1000, "previews": 25}  # of an order on a page, where an order in a file has none
SEED = (0, 2**32 - 1)  # on a page, as in every task


def options() -> dict[str, Any]:
    """What the file holds: order: the numbers of an order; schema, digits, sounds: the settings of the recipes `gan`, `digits` and
    `sounds`."""
    defaults = dataclasses.asdict(Order("gan", 1)) | BEGINNING
    bounds = NUMBERS | {"seed": SEED}
    order = {name: {"default": defaults[name], **Whole(*bounds[name]).entry()} for name in NUMBERS}
    return {
        "order": order,
        "schema": _fixed(gan.Common, LISTED),
        "digits": _fixed(digits.Settings, ("data",)),
        "sounds": _fixed(sounds.Settings, ("data",)),
    }


def _fixed(settings: type[Any], listed: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """The entries of settings, without the choices of those that are found by listing: these are read where they are needed."""
    every = entries(settings).items()
    return {name: {key: value for key, value in entry.items() if name not in listed or key != "choices"} for name, entry in every}


def text() -> str:
    """The file: a line for every entry."""
    parts = []
    for part, settings in options().items():
        lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(entry)}" for name, entry in settings.items())
        parts.append(f"  {json.dumps(part)}: {{\n{lines}\n  }}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    (paths.assets() / "training.json").write_text(text(), encoding="utf-8")
