"""A finished folder takes the place of another one; a reader finds the old one or the new one at every moment.

Linux and macOS exchange two names at once. Elsewhere, and on file systems that cannot, it takes two renames, between which there is no
folder for a moment: `read` waits for it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")

AT_FDCWD, RENAME_EXCHANGE, RENAME_SWAP = -100, 2, 2  # <fcntl.h> and <linux/fs.h> of Linux, <stdio.h> of macOS
CANNOT = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM)
BEFORE = ".before"  # the end of the name of what was there
TRIES, WAIT = 100, 0.02  # of a reader between two renames, and seconds between its tries


def put(finished: Path, place: Path) -> None:
    """Let the folder `finished` be at `place`, on the same file system; what was there is removed. OSError when neither way works."""
    before = _before(place)
    if before.exists() and not place.exists():
        before.rename(place)  # somebody was ended between two renames
    shutil.rmtree(before, ignore_errors=True)
    if not place.exists():
        try:
            finished.rename(place)
        except OSError:
            if not place.exists():
                raise
        else:
            return
    if _exchanged(finished, place):
        shutil.rmtree(finished, ignore_errors=True)
    else:
        place.rename(before)
        finished.rename(place)
        shutil.rmtree(before, ignore_errors=True)


def read(place: Path, reading: Callable[[], Value], failures: type[Exception] | tuple[type[Exception], ...]) -> Value:
    """What `reading` finds at `place`; when it fails, and meanwhile another folder has been put there or is about to be, it reads again."""
    for _ in range(TRIES):
        before = _identity(place)
        try:
            return reading()
        except failures:
            if not _before(place).exists() and before == _identity(place):
                raise
        time.sleep(WAIT)
    return reading()


def _identity(place: Path) -> tuple[int, int] | None:
    """Tells one folder at `place` from another one; None without any."""
    try:
        found = place.stat()
    except OSError:
        return None
    return found.st_ino, found.st_ctime_ns


def folders(root: Path) -> set[Path]:
    """The folders in `root`, those among them that are about to be there."""
    listed = set(root.iterdir())  # in one look, or a folder might have one name before it and the other after it
    coming = {root / path.name.removeprefix(".").removesuffix(BEFORE) for path in listed if path.name.endswith(BEFORE)}
    return coming | {path for path in listed if path.is_dir() or _before(path).exists() or path.is_dir()}


def _before(place: Path) -> Path:
    """Where the folder that was at `place` lies between two renames."""
    return place.with_name(f".{place.name}{BEFORE}")


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two names at once; False where that cannot be done."""
    library = ctypes.CDLL(None, use_errno=True) if sys.platform in ("linux", "darwin") else None
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        failed = library.renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE)  # type: ignore[union-attr]
    elif sys.platform == "darwin" and hasattr(library, "renamex_np"):
        failed = library.renamex_np(os.fsencode(one), os.fsencode(other), RENAME_SWAP)
    else:
        return False
    if not failed:
        return True
    if (problem := ctypes.get_errno()) in CANNOT:
        return False
    raise OSError(problem, os.strerror(problem), str(other))
