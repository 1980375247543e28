"""Files that commands write: whole or not at all, and never over another unless that is meant."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ganapp.base import writing
from ganapp.base.errors import UserError


def write(target: Path, blob: bytes, replace: bool) -> bool:
    """Write a file, and the folders it lies in. False when there is one already that is not to be replaced; UserError when it cannot be
    written."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        writing.write(target, blob, exclusive=not replace)
    except FileExistsError as problem:
        if not (target.is_symlink() or target.exists()):  # a file lies where its folder is to be
            raise unwritable(problem, target) from problem
        return False
    except OSError as problem:
        raise unwritable(problem, target) from problem
    return True


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
    try:
        # Pictures are packed already. Dates before 1980, which a zip cannot hold, become 1980.
        with (
            writing.replacing(target) as partial,
            zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive,
        ):
            for file in files:
                archive.write(file, (file.parent.resolve() / file.name).relative_to(folder.resolve()).as_posix())
    except OSError as problem:
        raise unwritable(problem, target) from problem


def remove_empty(folder: Path) -> None:
    """Take away the folders at and below `folder` that hold nothing."""
    for path in [*sorted(folder.rglob("*"), reverse=True), folder]:
        with suppress(OSError):  # one that holds a file stays
            path.rmdir()


def unwritable(problem: OSError, target: Path) -> UserError:
    """What is said when a file cannot be written."""
    return UserError("disk_full") if writing.disk_full(problem) else UserError("file_unwritable", file=target)
