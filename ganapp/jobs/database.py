"""The SQLite file of all jobs: opening it, keeping it usable on a full disk, and turning its errors into sentences.

SQLite needs a few kilobytes beside its file even to read it (the index of its log, `-shm`). On a full disk there are none, and then neither
could a list be shown nor a job be deleted to make room. So a file of 512 kB is kept in reserve and deleted when the disk is full.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ganapp.base import paths, writing
from ganapp.base.errors import UserError

PATIENCE = 20.0  # seconds that one waits for another who writes
RESERVE = 512 << 10  # bytes kept for a full disk: the index of the log (32 kB), and the log of some deletions
PLENTY = 16 * RESERVE  # bytes that must be free before the reserve is put back


def file() -> Path:
    """Where the rows lie."""
    return paths.runs() / "jobs.sqlite"


def _reserve() -> Path:
    return paths.runs() / "jobs.reserve"


def keep_reserve() -> None:
    """Write the reserve again as soon as there is room for it."""
    with suppress(OSError):
        if not _reserve().exists() and free() > PLENTY:
            writing.write(_reserve(), bytes(RESERVE))


def give_up_reserve() -> bool:
    """Delete the reserve to make room for rows; False when there was none."""
    try:
        _reserve().unlink()
    except OSError:
        return False
    return True


def free() -> int:
    """Bytes that are free where jobs lie."""
    place = next(folder for folder in (paths.runs(), *paths.runs().absolute().parents) if folder.is_dir())
    return shutil.disk_usage(place).free


@contextmanager
def opened(read_only: bool = False) -> Iterator[sqlite3.Connection]:
    """The file of rows, closed afterwards. UserError says what is wrong with it, whatever SQLite calls that.

    read_only: what was written last may be missing then, but a disk without any room is no hindrance.
    """
    try:
        db = _connected(read_only)
    except sqlite3.Error as problem:
        raise sentence(problem) from problem
    except OSError as problem:
        raise UserError("disk_full" if writing.disk_full(problem) else "jobs_unwritable", folder=paths.runs()) from problem
    try:
        yield db
    except sqlite3.Error as problem:
        raise sentence(problem) from problem
    finally:
        db.close()


def _connected(read_only: bool) -> sqlite3.Connection:
    if read_only:
        db = sqlite3.connect(f"{file().absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    else:
        file().parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(file(), timeout=PATIENCE, isolation_level=None)
        db.execute("PRAGMA synchronous=NORMAL")
    db.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return db


def sentence(problem: sqlite3.Error) -> UserError:
    """What a person can do about an error of SQLite."""
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return UserError("jobs_busy", seconds=round(PATIENCE))
    if code == sqlite3.SQLITE_FULL or (code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN) and _no_room()):
        return UserError("disk_full")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return UserError("jobs_unwritable", folder=paths.runs())
    return UserError("jobs_unreadable", file=file().name, problem=str(problem)[:200])


def _no_room() -> bool:
    """Whether not even a page of SQLite's could be written."""
    probe = paths.runs() / f".probe.{os.getpid()}"
    try:
        probe.write_bytes(bytes(64 << 10))
    except OSError as problem:
        return writing.disk_full(problem)
    finally:
        with suppress(OSError):
            probe.unlink()
    return False
