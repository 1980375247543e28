"""How much memory there is, and whether an error says that there was not enough."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

UNKNOWN_MB = 2048.0  # where the system does not tell
GROUPS = (  # a container's limit and use
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"), Path("/sys/fs/cgroup/memory/memory.usage_in_bytes")),
)
SHORT = ("not enough memory", "can't allocate memory", "cannot allocate memory", "out of memory", "bad_alloc", "failed to allocate")


def _number(path: Path) -> float | None:
    try:
        return int(path.read_text()) / 2**20
    except (OSError, ValueError):
        return None


def _field(path: str, name: str) -> float | None:
    """A line "Name:  12 kB" of a file of /proc, in megabytes."""
    try:
        for line in Path(path).read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
    except (OSError, ValueError, IndexError):
        return None
    return None


def free_mb() -> float:
    """Megabytes that this process may still take."""
    free = _field("/proc/meminfo", "MemAvailable")
    if free is None:
        try:
            free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**20
        except (AttributeError, ValueError, OSError):
            free = UNKNOWN_MB
    for limit, use in GROUPS:
        most, taken = _number(limit), _number(use)
        if most is not None and taken is not None:
            free = min(free, most - taken)
    return max(0.0, free)


def taken_mb() -> float:
    """Megabytes that this process takes now; 0 where the system does not tell."""
    return _field("/proc/self/status", "VmRSS") or 0.0


def give_back() -> None:
    """Give freed memory back to the system. glibc keeps what small pieces held, and a server that worked on large pictures stays large."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # not glibc: other allocators give back by themselves
        return


def lacking(problem: BaseException) -> bool:
    """Whether an error of Python or of an engine means that there was too little memory."""
    return isinstance(problem, MemoryError) or any(words in str(problem).lower() for words in SHORT)
