"""What is found by listing a folder: losses, diagnoses, shell commands and the like, one file each.

A member is a file of code with a JSON file of the same name beside it, its description: what it is called and more in "en" and "zh" (see
`locales`); some say "facts" too, what a page may know of them, and "rank", their place in a list (50 without one, then by name). So a page
learns of a member of a room that it may not import, and without torch.
"""

from __future__ import annotations

import importlib
import json
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

from ganapp.base import paths


class Kind(NamedTuple):
    """folder: of ganapp/ with the members, "" for none; keys: under which key `locales` has a part of their words, "" for all parts not
    named; without it that is "{kind}.{name}.{part}"; shipped: further members that are no code, by the pattern of their descriptions in
    assets/: each is called as its file, or as the folder that it lies in where all files are called alike, with "_" for "-"."""

    folder: str
    keys: dict[str, str] = {}
    shipped: str = ""


KINDS = {
    "losses": Kind("losses"),
    "regularisers": Kind("losses/regularisers", {"name": "train.field.{name}", "why": "train.field_say.{name}"}),
    "measures": Kind("metrics"),
    "augmentations": Kind("training/data/augmentations", {"name": "train.choice.{name}"}),
    "data": Kind("training/data/sets", {"": "choices.data.{name}.{part}", "card": "card.data_of.{name}"}, "data/*/dataset.json"),
    "clips": Kind("training/data/clips", {"": "choices.data.{name}.{part}", "card": "card.data_of.{name}"}, "data/*/sounds.json"),
    "diagnostics": Kind("training/health/diagnoses"),
    "commands": Kind("shell/commands", {"": "shell.{name}.{part}"}),
    "lessons": Kind("", shipped="lessons/*.json"),
}


@cache
def described(kind: str) -> dict[str, dict[str, Any]]:
    """The description of every member of a kind, by the member's name, in their order. KeyError for an unknown kind."""
    folder, _, shipped = KINDS[kind]
    beside = (paths.ROOT / "ganapp" / folder).glob("*.json") if folder else ()
    files = {path.stem: path for path in beside if path.with_suffix(".py").is_file()}
    alike = shipped.rpartition("/")[2] != "*.json"
    described_only = paths.assets().glob(shipped) if shipped else ()
    files |= {(path.parent.name if alike else path.stem).replace("-", "_"): path for path in described_only}
    read = {name: json.loads(path.read_text(encoding="utf-8")) for name, path in files.items()}
    return dict(sorted(read.items(), key=lambda entry: (entry[1].get("rank", 50), entry[0])))


def names(kind: str) -> tuple[str, ...]:
    """The members' names in their order."""
    return tuple(described(kind))


@cache
def modules(kind: str) -> dict[str, ModuleType]:
    """The members that are code, imported, by name in their order; for rooms that may import them."""
    package = f"ganapp.{KINDS[kind].folder.replace('/', '.')}"
    coded = [name for name in described(kind) if (paths.ROOT / "ganapp" / KINDS[kind].folder / f"{name}.py").is_file()]
    return {name: importlib.import_module(f"{package}.{name}") for name in coded}


def words(language: str) -> dict[str, str]:
    """The sentences of all members in a language, by the keys of KINDS."""
    sentences: dict[str, str] = {}
    for kind, (_, keys, _) in KINDS.items():
        for name, description in described(kind).items():
            for part, sentence in description[language].items():
                key = keys.get(part) or keys.get("") or "{kind}.{name}.{part}"
                sentences[key.format(kind=kind, name=name, part=part)] = sentence
    return sentences
