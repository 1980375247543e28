"""Sets of sounds, found by listing: a file here with `load(source) -> Clips` and its description beside it, or a folder of assets/data.

A set that is shipped is such a folder: sounds.zip, whose folders are the classes, its licence, and sounds.json, which says what it is
called and its card's sentence in both languages, facts for the page, the SHA-256 of the file, and whose voice it is.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from ganapp.base import members, paths
from ganapp.base.errors import UserError
from ganapp.base.locales import LANGUAGES
from ganapp.pictures import archives
from ganapp.training.data.clips.collection import WANTED, collect
from ganapp.training.data.clips.heard import Clips

KIND, FILE, OWN = "clips", "sounds.zip", "sounds"


def names() -> tuple[str, ...]:
    """The ids of all sets of sounds, as a page lists them: those that are shipped, then one's own."""
    return members.names(KIND)


def load(name: str, source: str = "") -> Clips:
    """The set called `name`. UserError for an unknown one, and for what its own `load` refuses."""
    if name not in names():
        raise UserError("one_of", name="data", known=", ".join(names()))
    coded = members.modules(KIND).get(name)
    if coded:
        loaded: Clips = coded.load(source)
        return loaded
    about = members.described(KIND)[name]
    with archives.Zip(_intact(name)) as archive:
        titles = {language: about[language]["name"] for language in LANGUAGES}
        return collect(archive.entries(WANTED), titles, about["voice"]).ordered(about["facts"]["classes"])


def _intact(name: str) -> Path:
    """The file of a shipped set. UserError when it is missing or altered."""
    path = paths.assets() / "data" / name.replace("_", "-") / FILE
    if not path.is_file():
        raise UserError("data_missing", name=path.name)
    if hashlib.sha256(path.read_bytes()).hexdigest() != members.described(KIND)[name]["sha256"]:
        raise UserError("data_altered", name=path.name)
    return path
