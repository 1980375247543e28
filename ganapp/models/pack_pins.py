"""What a pack's repository on the Hub held when it was first fetched: the commit and each file's SHA-256. What comes later is the same.

A pin stays when its pack is removed. It lies in the folder of packs that the files were put into, in pins.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from ganapp.base import paths, writing
from ganapp.base.errors import UserError
from ganapp.base.validation import read, settings_class

FILE = "pins.json"


@settings_class
class Pin:
    """revision: the commit; files: SHA-256 by name."""

    revision: str
    files: dict[str, str]


def _pins(root: Path) -> dict[str, Pin]:
    try:
        entries = json.loads((root / FILE).read_text(encoding="utf-8"))
        return {repository: read(Pin, entry, FILE) for repository, entry in entries.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as problem:
        raise UserError("file_unreadable", name=root / FILE) from problem


def of(repository: str) -> Pin | None:
    """What was fetched of a repository the first time, None before that. UserError for a record that cannot be read."""
    return next((pins[repository] for root in paths.packs() if repository in (pins := _pins(root))), None)


def keep(root: Path, repository: str, revision: str, files: Mapping[str, str]) -> None:
    """Remember it in a folder of packs; what is remembered already stays."""
    pins = {repository: Pin(revision, dict(files)), **_pins(root)}
    writing.write(root / FILE, json.dumps({name: asdict(pin) for name, pin in sorted(pins.items())}, indent=2) + "\n")
