"""The claim on a job's folder: a lock that whoever starts the job takes, and that the started process holds for as long as it lives.

A row alone cannot say that a job is being started: its starter may die before it has written the process down, or be held up for any
time. The kernel knows. It gives a lock up when the last process that holds it is gone, whatever ended it, and a child holds what it was
handed (flock(2)). So a job is never started while anything of an earlier start lives, and is started again at once when nothing does.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no lock that a child inherits
    fcntl = None  # type: ignore[assignment]

FILE = ".claim"


@dataclass
class Claim:
    """A lock that this process holds. handles: to be passed on to the process that is started; none where there are no such locks."""

    handles: tuple[int, ...] = ()

    def release(self) -> None:
        """Give up this process's part in it; whom it was passed on to holds it on."""
        for handle in self.handles:
            os.close(handle)
        self.handles = ()


def take(folder: Path) -> Claim | None:
    """Claim a job's folder; None when a process has it. Inside a transaction of the rows, so that no `held` stands in the way."""
    try:
        handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # no folder, or no room: the start itself says what is wrong
        return Claim()
    try:
        if fcntl is None:
            raise OSError
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except OSError:  # a disk without locks
        os.close(handle)
        return Claim()
    return Claim((handle,))


def held(folder: Path) -> bool | None:
    """Whether a process has the claim; None where that cannot be known. Inside a transaction of the rows."""
    if fcntl is None or not (folder / FILE).exists():
        return None
    claim = take(folder)
    if claim is None:
        return True
    known = bool(claim.handles)
    claim.release()
    return False if known else None
