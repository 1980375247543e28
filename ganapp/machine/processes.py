"""Whether a process is alive, and whether it is the one we mean: a process id is used again, its start time is not."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil

PROC = Path("/proc")


def identity(pid: int) -> str | None:
    """When process `pid` of this machine started, as a text to compare; None when there is none, or it has ended and nobody has collected
    its exit status yet (a zombie).

    Counted from the start of the machine in hundredths of a second, so that setting the clock changes nothing; on Windows, where the start
    of the machine is known only to a second or two, it is the time of day.
    """
    if pid <= 0:
        return None
    try:
        process = psutil.Process(pid)
        if process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
            return None
        since = 0.0 if sys.platform == "win32" else psutil.boot_time()
        return str(round((process.create_time() - since) * 100))
    except psutil.Error:
        return None


def age() -> float:
    """Seconds since this process was started."""
    return max(0.0, time.time() - psutil.Process().create_time())


def alive(pid: int, known: str) -> bool:
    """Whether the process that had this identity when it was started still runs."""
    return bool(known) and identity(pid) == known


def command(pid: int) -> tuple[str, ...]:
    """The words that a process was started with; () when there is none, or it is another user's."""
    try:
        return tuple(psutil.Process(pid).cmdline())
    except psutil.Error:
        return ()


def named(word: str) -> tuple[int, ...]:
    """Ids of the processes of this machine, but for this one, whose command holds a word."""
    started = psutil.process_iter(["pid", "cmdline"])
    return tuple(each.pid for each in started if each.pid != os.getpid() and any(word in part for part in each.info["cmdline"] or ()))


def kill_group(pid: int) -> None:
    """End a process that leads a session, and all that it started, at once; of any other it alone is ended, since its group is somebody
    else's: the server's own, maybe. Nothing happens when it has ended by itself."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError):
            (os.killpg if os.getpgid(pid) == pid else os.kill)(pid, signal.SIGKILL)
        return
    with suppress(psutil.NoSuchProcess):
        first = psutil.Process(pid)
        for process in (*first.children(recursive=True), first):
            with suppress(psutil.NoSuchProcess):
                process.kill()


def give_way(pid: int, nice: int) -> None:
    """Lower the priority of a process and of the session that it leads (POSIX). Linux may share the processor out among sessions first
    (sched_autogroup), and then a process's own niceness counts only within its session (sched(7))."""
    with suppress(psutil.Error):  # already over
        psutil.Process(pid).nice(max(nice, psutil.Process().nice()))
    for _ in range(5):
        try:
            (PROC / str(pid) / "autogroup").write_text(str(nice))
        except BlockingIOError:  # one change in a tenth of a second is allowed to a user
            time.sleep(0.12)
        except OSError:
            return
        else:
            return


@cache
def boot() -> str:
    """A text that changes when the machine is started anew; empty where that cannot be known."""
    try:
        return (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:  # Windows computes the time anew in each process, and comes to another second
        return "" if sys.platform == "win32" else str(psutil.boot_time())
