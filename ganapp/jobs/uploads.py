"""Pictures that visitors send for their trainings: runs/uploads/<name>/pictures, and beside it upload.json, which says whose they are.

A name is made of the visitor and of the number that their page drew for the upload, so that another visitor with the same number
has another folder, and nobody guesses one. An order names it as "upload:<name>".
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from ganapp.base import filenames, paths, writing
from ganapp.base.errors import UserError
from ganapp.jobs import reports, store
from ganapp.jobs.visitor import Visitor

NUMBER = re.compile(r"[A-Za-z0-9_-]{16,64}")
NAME = re.compile(r"[0-9a-f]{32}")
FILES = 50_000  # of one upload
LONGEST, LONGEST_PART = 1000, 255  # characters of a path, and of one name in it (limits of Windows and macOS)
UNUSED = 3 * 86_400.0  # seconds after its last use that an upload which no job needs is kept
CUT_SHORT = 3600.0  # seconds without growth after which an unfinished file is removed
NOTE = "upload.json"
_lock = threading.Lock()
_notes: dict[Path, dict[str, Any]] = {}  # folder -> its note, read once
_sizes: dict[Path, list[int]] = {}  # folder -> [bytes, files], counted once and then kept up to date, with what is on its way in


def name(visitor: Visitor, number: str) -> str:
    """The name of a visitor's upload. UserError for a visitor without a key or a number that is none."""
    if not visitor.owner:
        raise UserError("visitor_key", shortest=20)
    if not NUMBER.fullmatch(number):
        raise UserError("upload_number")
    return hashlib.sha256(f"likeness upload {visitor.owner} {number}".encode()).hexdigest()[:32]


def place(relative: str) -> PurePosixPath:
    """Where a file of an upload is put, below its pictures, under a shortened name where disks take no longer one. UserError for a name
    that leaves the folder or that no disk would take."""
    path = PurePosixPath(relative)
    parts = path.parts
    tricky = path.is_absolute() or ".." in parts or not parts or len(parts) > 8 or "\\" in relative or not relative.isprintable()
    if tricky or len(relative) > LONGEST or any(len(part) > LONGEST_PART or ":" in part for part in parts):
        raise UserError("upload_path", name=relative[:80])
    return PurePosixPath(*map(filenames.fitting, parts))


def count(upload: str, more: int, files: int = 0) -> None:
    """Count `more` bytes and `files` files in, or out where they are negative. UserError, and nothing counted, when they are more than an
    upload may hold."""
    limits = paths.limits()
    with _lock:
        held = _count(upload)
        if more > 0 and limits.upload_mb and held[0] + more > limits.upload_mb << 20:
            raise UserError("upload_large", most=limits.upload_mb)
        if files > 0 and held[1] >= FILES:
            raise UserError("data_full", most=FILES)
        held[0] += more
        held[1] += files


def _count(upload: str) -> list[int]:
    folder = paths.uploads() / upload
    if folder not in _sizes:
        held = [path for path in folder.rglob("*") if path.is_file()]
        _sizes[folder] = [sum(path.stat().st_size for path in held), len(held)]
    return _sizes[folder]


def used(value: str, whose: Literal["owner", "address"] = "owner") -> int:
    """Bytes of all uploads of an owner, or of those that came from an address, with what is on its way in."""
    with _lock:
        return sum(_count(folder.name)[0] for folder in _all() if _whose(folder.name).get(whose) == value)


def _whose(upload: str) -> dict[str, Any]:
    """The note of an upload, for what of it never changes."""
    folder = paths.uploads() / upload
    if folder not in _notes and (known := note(upload)):
        _notes[folder] = known
    return _notes.get(folder, {})


def theirs(visitor: Visitor, source: str) -> bool:
    """Whether pictures named in an order ("upload:<name>") are the visitor's own."""
    upload = source.removeprefix(paths.UPLOAD)
    owner = note(upload).get("owner") if NAME.fullmatch(upload) else None
    return visitor.everything or bool(visitor.owner) and owner == visitor.owner


def _all() -> list[Path]:
    root = paths.uploads()
    return [folder for folder in root.iterdir() if folder.is_dir()] if root.is_dir() else []


def note(upload: str) -> dict[str, Any]:
    """What is known of an upload: {"owner", "address", "used": seconds since 1970}; {} for none."""
    values = reports.load(paths.uploads() / upload / NOTE, 1 << 16)
    return values if isinstance(values, dict) else {}


def remember(upload: str, **values: Any) -> None:
    """Add to an upload's note, and count it as used now."""
    folder = paths.uploads() / upload
    changed = {**note(upload), **values, "used": time.time()}
    writing.write(folder / NOTE, json.dumps(changed, ensure_ascii=False))


def clean_up() -> tuple[str, ...]:
    """Remove uploads that no job needs and that nobody has used for three days, and files that were cut short; the names of the uploads."""
    now = time.time()
    for partial in paths.uploads().glob(f"*/.*{writing.PARTIAL}"):
        _forget_cut_short(partial, now)
    old = [folder for folder in _all() if _last_used(folder) < now - UNUSED]
    if not old:
        return ()
    needed = {source for job in store.select() for source in _sources(job.folder)}
    gone = [folder for folder in old if f"{paths.UPLOAD}{folder.name}" not in needed]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
        with _lock:
            _sizes.pop(folder, None)
            _notes.pop(folder, None)
    return tuple(folder.name for folder in gone)


def _last_used(folder: Path) -> float:
    used = note(folder.name).get("used")
    try:
        return float(used) if isinstance(used, int | float) else folder.stat().st_mtime
    except OSError:  # removed meanwhile
        return time.time()


def _forget_cut_short(partial: Path, now: float) -> None:
    """Remove a file that a process which is gone was writing: one that has not grown for an hour."""
    with suppress(OSError):
        if partial.stat().st_mtime < now - CUT_SHORT:
            partial.unlink()
            with _lock:
                _sizes.pop(partial.parent, None)


def _sources(folder: Path) -> tuple[str, ...]:
    """What the order in a job's folder names as pictures, and as a painting."""
    try:
        settings = json.loads((folder / "order.json").read_text(encoding="utf-8"))["settings"]
        return str(settings.get("source", "")), str(settings.get("style", ""))
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return ()
