"""Results too large for an answer: kept as files for an hour, and fetched by a token that nobody can guess."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from ganapp import paths
from ganapp.errors import UserError

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
        (folder / token).write_bytes(blob)
        partial = folder / f"{token}.json.partial"
        partial.write_text(json.dumps({"name": name, "mime": mime}), encoding="utf-8")
        partial.replace(folder / f"{token}.json")
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
        if not path.is_file() or time.time() - path.stat().st_mtime > SECONDS:
            return None
        return Kept(str(facts["name"]), str(facts["mime"]), path)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def sweep(most_bytes: int) -> None:
    """Remove what is too old, and the oldest until the rest takes at most that many bytes."""
    files = [path for path in paths.results().iterdir() if path.suffix == ""]
    aged = sorted(((path.stat().st_mtime, path.stat().st_size, path) for path in files), reverse=True)
    total = 0
    for changed, size, path in aged:
        total += size
        if total > most_bytes or time.time() - changed > SECONDS:
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.json").unlink(missing_ok=True)
