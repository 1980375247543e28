"""`python -m ganapp card FOLDER`: write the model card of a folder, or print that of a pack."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.shell.words import say


def folder(name: str) -> Path:
    """The folder at a path, or of a local model's id. UserError where there is none."""
    for place in (Path(name), paths.shipped_models() / name, paths.trained_models() / name):
        if place.is_dir():
            return place
    raise UserError("not_a_model_folder", folder=name)


def main(arguments: Sequence[str]) -> int:
    """Write the card and say where it lies; print a pack's."""
    parser = argparse.ArgumentParser("python -m ganapp card", description=say("card.help"))
    parser.add_argument("folder", help=say("folder"))
    options = parser.parse_args(list(arguments)[1:])
    from ganapp.models import card, pack_card

    try:
        place = folder(options.folder)
    except UserError:
        print(pack_card.render(pack_card.named(options.folder), paths.language()), end="")
        return 0
    print(say("written", file=card.write(place)))
    return 0
