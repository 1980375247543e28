"""How much memory there is, here and in this container, and whether an error says that there was not enough."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import psutil

GROUPS = (  # limit and use of a container, which psutil does not read: Linux's control groups, version 2 and version 1
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"), Path("/sys/fs/cgroup/memory/memory.usage_in_bytes")),
)
COUNTERS = (Path("/proc/vmstat"), Path("/sys/fs/cgroup/memory.events"))  # of the machine, of the container
SHORT = ("not enough memory", "can't allocate memory", "cannot allocate memory", "out of memory", "bad_alloc", "failed to allocate")


def _number(path: Path) -> int | None:
    """A file's one number; None without the file, and for a container without a limit ("max")."""
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None


def free_mb() -> float:
    """Megabytes that this process, or a new one, may still take; at least 1."""
    free = psutil.virtual_memory().available
    for limit, use in GROUPS:
        most, taken = _number(limit), _number(use)
        if most is not None and taken is not None:
            free = min(free, most - taken)
    return max(1.0, free / 2**20)


def total_mb() -> int:
    """Megabytes of memory that this machine has, or this container may take."""
    return min([psutil.virtual_memory().total, *(most for limit, _ in GROUPS if (most := _number(limit)) is not None)]) >> 20


def taken_mb() -> float:
    """Megabytes that this process takes now."""
    return float(psutil.Process().memory_info().rss / 2**20)


def peak_mb() -> int:
    """The most megabytes that this process has taken at any time."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset >> 20)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak >> 20 if sys.platform == "darwin" else peak >> 10


def limit(megabytes: int) -> None:
    """Let this process take so much beyond what it has now; where the system has no such limit, nothing happens."""
    try:
        import resource

        most = psutil.Process().memory_info().vms + megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (ImportError, OSError, ValueError):
        return


def kills() -> int:
    """How many processes the kernel has killed for want of memory, here and in this container, since boot; 0 where it does not count."""
    total = 0
    for path in COUNTERS:
        try:
            lines = path.read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))
    return total


def give_back() -> None:
    """Give freed memory back to the system. glibc keeps what small pieces held, and a server that worked on large pictures stays large."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # not glibc: other allocators give back by themselves
        return


def ran_out(problem: BaseException) -> bool:
    """Whether an error of Python or of an engine means that there was too little memory."""
    return isinstance(problem, MemoryError) or any(words in str(problem).lower() for words in SHORT)
