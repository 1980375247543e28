"""Whether a process is alive, and whether it is the one we mean: a process id is used again, its start time is not."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

PROC = Path("/proc")


def identity(pid: int) -> str | None:
    """When process `pid` of this machine started, as a text to compare; None when there is none, or only its dead body (a zombie)."""
    if pid <= 0:
        return None
    if sys.platform == "win32":
        return _windows(pid)
    if (PROC / "self" / "stat").exists():
        return _linux(pid)
    return _ps(pid)


def alive(pid: int, known: str) -> bool:
    """Whether the process that had this identity when it was started still runs."""
    return bool(known) and identity(pid) == known


def command(pid: int) -> tuple[str, ...]:
    """The words that a process was started with; () when there is none, or it is another user's."""
    if sys.platform == "win32":
        words = f"(Get-CimInstance Win32_Process -Filter 'ProcessId={pid}').CommandLine"
        told = subprocess.run(["powershell", "-NoProfile", "-Command", words], capture_output=True, text=True, check=False).stdout
        return tuple(word.strip('"') for word in told.split())
    try:
        return tuple(os.fsdecode(word) for word in (PROC / str(pid) / "cmdline").read_bytes().split(b"\0") if word)
    except OSError:
        pass
    if (PROC / "self" / "stat").exists():
        return ()
    asked = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return tuple(subprocess.run(asked, capture_output=True, text=True, check=False, env={"PATH": os.defpath}).stdout.split())


def _linux(pid: int) -> str | None:
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    after = stat.rpartition(")")[2].split()  # the name before it may hold spaces; then state, field 3 of proc(5)
    return None if after[0] in "ZXx" else after[19]  # field 22, starttime in clock ticks since boot


def _ps(pid: int) -> str | None:
    """macOS and the BSDs."""
    asked = ["ps", "-o", "state=,lstart=", "-p", str(pid)]
    found = subprocess.run(asked, capture_output=True, text=True, check=False, env={"LC_ALL": "C", "PATH": os.defpath}).stdout.strip()
    state, _, started = found.partition(" ")
    return started.strip() or None if not state.startswith("Z") else None


def _windows(pid: int) -> str | None:
    """GetProcessTimes of a process that has not exited."""
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return None
    code, times = ctypes.c_ulong(), [ctypes.c_ulonglong() for _ in range(4)]
    kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.GetProcessTimes(handle, *(ctypes.byref(time) for time in times))
    kernel.CloseHandle(handle)
    return str(times[0].value) if code.value == 259 else None  # STILL_ACTIVE


@cache
def boot() -> str:
    """A text that changes when the machine is started anew; empty where that cannot be told."""
    try:
        return (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        pass
    if sys.platform == "darwin":
        return subprocess.run(["sysctl", "-n", "kern.boottime"], capture_output=True, text=True, check=False).stdout.strip()
    return ""


def free_mb() -> int:
    """Megabytes of memory that a new process could take, here and in this container; 0 where that cannot be told."""
    found = []
    try:
        lines = dict(line.split(":", 1) for line in (PROC / "meminfo").read_text().splitlines())
        found.append(int(lines["MemAvailable"].split()[0]) >> 10)
    except (OSError, KeyError, ValueError):
        pass
    try:
        most, now = ((Path("/sys/fs/cgroup") / f"memory.{name}").read_text().strip() for name in ("max", "current"))
        found.append((int(most) - int(now)) >> 20)
    except (OSError, ValueError):  # no container, or one without a limit ("max")
        pass
    return max(1, min(found)) if found else 0


def total_mb() -> int:
    """Megabytes of memory that this machine has, or this container may take; 0 where that cannot be told."""
    sizes = []
    try:
        lines = dict(line.split(":", 1) for line in (PROC / "meminfo").read_text().splitlines())
        sizes.append(int(lines["MemTotal"].split()[0]) >> 10)
    except (OSError, KeyError, ValueError):
        pass
    with suppress(OSError, ValueError):  # no container, or one without a limit ("max")
        sizes.append(int((Path("/sys/fs/cgroup") / "memory.max").read_text()) >> 20)
    return min(sizes, default=0)


def memory_kills() -> int:
    """How many processes the kernel has killed for want of memory, here and in this container, since boot; 0 where that cannot be told."""
    total = 0
    for path in (PROC / "vmstat", Path("/sys/fs/cgroup/memory.events")):
        try:
            lines = path.read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))
    return total
