"""Pictures that visitors send for their trainings: runs/uploads/<name>/pictures, and beside it upload.json, which says whose they are.

A name is made of the visitor and of the number that their page drew for the upload, so that another visitor with the same number
has another folder, and nobody guesses one. An order names it as "upload:<name>".
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any

from ganapp import filenames, paths
from ganapp.errors import UserError
from ganapp.jobs import store
from ganapp.jobs.visitor import Visitor

NUMBER = re.compile(r"[A-Za-z0-9_-]{16,64}")
FILES = 50_000  # of one upload
LONGEST, LONGEST_PART = 1000, 255  # characters of a path, and of one name in it, as Windows and macOS count them
UNUSED = 3 * 86_400.0  # seconds after its last use that an upload which no job needs is kept
NOTE = "upload.json"
_lock = threading.Lock()
_sizes: dict[str, list[int]] = {}  # name -> [bytes, files], counted once and then kept up to date


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


def _count(upload: str) -> list[int]:
    if upload not in _sizes:
        held = [path for path in (paths.uploads() / upload).rglob("*") if path.is_file()]
        _sizes[upload] = [sum(path.stat().st_size for path in held), len(held)]
    return _sizes[upload]


def used(owner: str) -> int:
    """Bytes of all uploads of an owner."""
    with _lock:
        return sum(_count(folder.name)[0] for folder in _all() if note(folder.name).get("owner") == owner)


def _all() -> list[Path]:
    root = paths.uploads()
    return [folder for folder in root.iterdir() if folder.is_dir()] if root.is_dir() else []


def note(upload: str) -> dict[str, Any]:
    """What is known of an upload: {"owner", "used": seconds since 1970, "found": what was found in it}; {} for none."""
    try:
        values = json.loads((paths.uploads() / upload / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def remember(upload: str, **values: Any) -> None:
    """Add to an upload's note, and count it as used now."""
    folder = paths.uploads() / upload
    told = {**note(upload), **values, "used": time.time()}
    partial = folder / f".{NOTE}.{threading.get_ident()}"
    partial.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    partial.replace(folder / NOTE)


@dataclass
class Incoming:
    """A file on its way in: `write` what comes, as a context; it is put in its place when it is whole, and leaves nothing otherwise."""

    visitor: Visitor
    number: str
    relative: str

    def __enter__(self) -> Incoming:
        self.upload, self.bytes = name(self.visitor, self.number), 0
        folder = paths.uploads() / self.upload
        self.target = folder / "pictures" / place(self.relative)
        self._check(0)
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            if not (folder / NOTE).is_file():
                remember(self.upload, owner=self.visitor.owner)
            self.partial = folder / f".{os.urandom(8).hex()}.partial"
            self._file = self.partial.open("wb")
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as problem:  # a file where a folder is to be
            raise UserError("upload_path", name=self.relative[:80]) from problem
        except OSError as problem:
            raise UserError("disk_full") from problem
        return self

    def _check(self, more: int) -> None:
        """UserError when `more` bytes are more than an upload or a visitor may take."""
        limits = paths.limits()
        with _lock:
            held, files = _count(self.upload)
            if limits.upload_mb and held + self.bytes + more > limits.upload_mb << 20:
                raise UserError("upload_large", most=limits.upload_mb)
            if files >= FILES:
                raise UserError("data_full", most=FILES)
        if not more and limits.disk_mb and store.bytes_of(self.visitor.owner) + used(self.visitor.owner) > limits.disk_mb << 20:
            raise UserError("upload_disk")

    def write(self, chunk: bytes) -> None:
        """Take in what came. UserError when the upload becomes too large or the disk is full."""
        self._check(len(chunk))
        try:
            self._file.write(chunk)
        except OSError as problem:
            raise UserError("disk_full") from problem
        self.bytes += len(chunk)

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._file.close()
            if kind is None:
                self._keep()
        except OSError as full:
            raise UserError("upload_path", name=self.relative[:80]) from full
        finally:
            self.partial.unlink(missing_ok=True)

    def _keep(self) -> None:
        before = self.target.stat().st_size if self.target.is_file() else None
        self.partial.replace(self.target)
        with _lock:
            count = _count(self.upload)
            count[0] += self.bytes - (before or 0)
            count[1] += before is None


def clean_up() -> tuple[str, ...]:
    """Remove uploads that no job needs and that nobody has used for three days; their names."""
    now = time.time()
    old = [folder for folder in _all() if note(folder.name).get("used", folder.stat().st_mtime) < now - UNUSED]
    if not old:
        return ()
    needed = {source for job in store.select() for source in _sources(job.folder)}
    gone = [folder for folder in old if f"{paths.UPLOAD}{folder.name}" not in needed]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
        with _lock:
            _sizes.pop(folder.name, None)
    return tuple(folder.name for folder in gone)


def _sources(folder: Path) -> tuple[str, ...]:
    """What the order in a job's folder names as pictures, and as a painting."""
    try:
        settings = json.loads((folder / "order.json").read_text(encoding="utf-8"))["settings"]
        return str(settings.get("source", "")), str(settings.get("style", ""))
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return ()
