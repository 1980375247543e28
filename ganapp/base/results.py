"""Results too large for an answer: kept as files for an hour, and fetched by a token that nobody can guess."""

from __future__ import annotations

import json
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ganapp.base import paths, writing
from ganapp.base.errors import UserError

SECONDS = 3600.0
MOST_MB = 4096  # of all results together; the oldest go first
ADDRESS = "/results/"  # where the app serves them, followed by the token


@dataclass(frozen=True)
class Kept:
    """A result. name: what the file is to be called; mime: its kind; path: where it lies."""

    name: str
    mime: str
    path: Path


def keep(blob: bytes, name: str, mime: str) -> str:
    """Keep a result; its token. UserError when the disk is full."""
    folder = paths.results()
    token = secrets.token_hex(16)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(MOST_MB * 2**20 - len(blob))
        writing.write(folder / token, blob)
        writing.write(folder / f"{token}.json", json.dumps({"name": name, "mime": mime}))
    except OSError as problem:
        (folder / token).unlink(missing_ok=True)
        raise UserError("disk_full") from problem
    return token


def find(token: str) -> Kept | None:
    """The result of that token, None when there is none or no longer."""
    if len(token) != 32 or not all(letter in "0123456789abcdef" for letter in token):
        return None
    path = paths.results() / token
    try:
        facts = json.loads((paths.results() / f"{token}.json").read_text(encoding="utf-8"))
        if not path.is_file() or _old(path.stat().st_mtime):
            return None
        return Kept(str(facts["name"]), str(facts["mime"]), path)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def sweep(most_bytes: int = MOST_MB * 2**20) -> None:
    """Remove what is too old, whatever a broken end has left, and the oldest until the rest takes at most that many bytes."""
    total = 0
    for changed, size, path in sorted(_files(), reverse=True):
        whole = path.suffix == ""
        total += size if whole else 0
        if _old(changed) or whole and total > most_bytes:
            with suppress(OSError):
                path.unlink(missing_ok=True)
                if whole:
                    path.with_name(f"{path.name}.json").unlink(missing_ok=True)


def _files() -> list[tuple[float, int, Path]]:
    """When each file was written, its size, and where it lies; others may be removing them at this moment."""
    every = []
    with suppress(FileNotFoundError):  # nothing was ever kept
        for path in paths.results().iterdir():
            with suppress(FileNotFoundError):
                facts = path.stat()
                every.append((facts.st_mtime, facts.st_size, path))
    return every


def _old(changed: float) -> bool:
    """Whether its hour is over, or never ends because the clock was set back."""
    return abs(time.time() - changed) > SECONDS
