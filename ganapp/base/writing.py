"""Files that are whole or not there: written under another name on the same disk, then moved to their place at once.

A reader finds the old file or the new one, never half of one. What an error cuts short is removed; what a kill cuts short stays, hidden,
under a name that ends with `.partial`.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ganapp.base.errors import UserError

PARTIAL = ".partial"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # no space, quota used up, larger than this process may write


@contextmanager
def replacing(
    path: Path, *, sole: bool = False, durable: bool = False, exclusive: bool = False, within: Path | None = None
) -> Iterator[Path]:
    """The name under which the file that is to be at `path` is written meanwhile; it is moved there when nothing was raised inside.

    sole: nobody else writes this file, so it has one name meanwhile, and what a killed process left is written over by the next one;
    durable: it is on the disk before it takes the old one's place, and its name is before this ends, whatever happens to the machine;
    exclusive: FileExistsError when there is a file already; within: the folder where it lies meanwhile, on the same disk, unless beside
    `path`.
    """
    partial = (within or path.parent) / f".{path.name if sole else secrets.token_hex(8)}{PARTIAL}"
    try:
        yield partial
        if durable:
            with partial.open("r+b") as handle:
                os.fsync(handle.fileno())
        if exclusive:
            _name(partial, path)
        else:
            partial.replace(path)
        if durable:
            _sync_names(path.parent)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _sync_names(folder: Path) -> None:
    """Put the names in a folder on the disk: without it a cut of the power may give the old file back. Windows has no such call."""
    with suppress(OSError, AttributeError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write(path: Path, content: str | bytes, *, sole: bool = False, durable: bool = False, exclusive: bool = False) -> None:
    """Write a whole file, a text in UTF-8; see `replacing`."""
    with replacing(path, sole=sole, durable=durable, exclusive=exclusive) as partial:
        partial.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


def _name(partial: Path, path: Path) -> None:
    """Give a file its name. FileExistsError when another has it."""
    try:
        path.hardlink_to(partial)  # whole from the first moment on
    except FileExistsError:
        raise
    except OSError:  # a disk without links
        path.open("xb").close()  # from here on the name is ours; others find it taken
        partial.replace(path)


def disk_full(problem: OSError) -> bool:
    """Whether an error says that the disk is full, or that no more may be written to it."""
    return problem.errno in FULL


@contextmanager
def telling_when_full() -> Iterator[None]:
    """UserError("disk_full") in place of an OSError inside that says so."""
    try:
        yield
    except OSError as problem:
        if disk_full(problem):
            raise UserError("disk_full") from problem
        raise
