"""Files that commands write: whole or not at all, and never over another unless that is meant."""

from __future__ import annotations

import errno
import secrets
import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ganapp.base.errors import UserError


def write(target: Path, blob: bytes, replace: bool) -> bool:
    """Write a file, and the folders it lies in. False when there is one already that is not to be replaced; UserError when it cannot be
    written."""
    partial = target.with_name(f".{secrets.token_hex(6)}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(blob)
        if replace:
            partial.replace(target)
        else:
            _put(partial, target)
    except FileExistsError as problem:
        if not (target.is_symlink() or target.exists()):  # a file lies where its folder is to be
            raise unwritable(problem, target) from problem
        return False
    except OSError as problem:
        raise unwritable(problem, target) from problem
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return True


def _put(partial: Path, target: Path) -> None:
    """Give a file its name. FileExistsError when another has it."""
    try:
        target.hardlink_to(partial)  # whole from the first moment on
    except FileExistsError:
        raise
    except OSError:  # a disk without links
        target.open("xb").close()  # from here on the name is ours, whoever else looks for one
        partial.replace(target)


def try_folder(folder: Path) -> None:
    """Make a folder and see whether files can be written there. UserError when they cannot, before any work is done for them."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        raise unwritable(problem, folder) from problem


def pack(files: Sequence[Path], folder: Path, target: Path) -> None:
    """The files below a folder as one zip file. UserError when it cannot be written."""
    partial = target.with_name(f".{secrets.token_hex(6)}.partial")
    try:
        # Pictures are packed already. Dates before 1980, which a zip cannot hold, become 1980.
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
            for file in files:
                archive.write(file, (file.parent.resolve() / file.name).relative_to(folder.resolve()).as_posix())
        partial.replace(target)
    except OSError as problem:
        raise unwritable(problem, target) from problem
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def remove_empty(folder: Path) -> None:
    """Take away the folders at and below `folder` that hold nothing."""
    for path in [*sorted(folder.rglob("*"), reverse=True), folder]:
        with suppress(OSError):  # one that holds a file stays
            path.rmdir()


def unwritable(problem: OSError, target: Path) -> UserError:
    """What is said when a file cannot be written."""
    full = problem.errno in (errno.ENOSPC, errno.EDQUOT)
    return UserError("disk_full") if full else UserError("file_unwritable", file=target)
