"""The process of a job: start it, look at it, end it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from ganapp.base import paths, writing
from ganapp.base.errors import UserError
from ganapp.jobs import claim, orders, reports
from ganapp.jobs.claim import Claim
from ganapp.jobs.store import Job, reason
from ganapp.jobs.visitor import SHELL
from ganapp.machine import memory, processes

NICE, BRISK = 10, 3  # niceness of a training job, and of a short process that a visitor waits for
ENVIRONMENT = {"OMP_WAIT_POLICY": "passive", "MALLOC_ARENA_MAX": "2", "PYTHONUNBUFFERED": "1"}  # of both
CLAIM, LENDING = 15.0, 150.0  # seconds until a start without a process is undone where there are no locks; the second where a card is lent
ENDINGS = {"done": "done", "stopped": "stopped", "paused": "paused", "failed": "failed", "between": "waiting"}
_children: dict[int, subprocess.Popen[bytes]] = {}


def command(job: Job, **more: float) -> list[str]:
    """What is run for a job: `python -m ganapp.training FOLDER`, by a launcher where several processes share it."""
    several = int(orders.read(job.folder).get("processes", 1))
    spread = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(several)] if several > 1 else []
    seconds = paths.limits().seconds
    budget = {**({"seconds": seconds} if seconds else {}), **more}
    flags = [word for name, value in budget.items() for word in (f"--{name}", f"{value:g}")]
    return [sys.executable, *spread, "-m", "ganapp.training", str(job.folder), *flags, "--then", "ganapp.jobs"]


def start(job: Job, held: Claim) -> tuple[int, str]:
    """Start the job's process, in a session of its own and with a low priority, and pass the claim on its folder on to it; its id and
    identity. OSError when that fails."""
    environment = paths.child_environment(**ENVIRONMENT, **hub_account(job))
    passed: dict[str, Any] = {"pass_fds": held.handles} if held.handles else {}
    with (job.folder / "output.txt").open("ab") as output:
        child = humble(command(job), environment, stdout=output, stderr=subprocess.STDOUT, **passed)
    _children[child.pid] = child
    return child.pid, processes.identity(child.pid) or ""


def forget(job: Job) -> None:
    """Remove what an earlier process of the job has said, and what was asked of it."""
    for stale in ("STOP", "status.json"):
        with suppress(OSError):
            (job.folder / stale).unlink(missing_ok=True)


def hub_account(job: Job) -> dict[str, str]:
    """Environment that says with whose Hub token a job's process fetches: the machine's for a job of the shell, else none."""
    return paths.FOR_DEPLOYER if job.owner == SHELL else paths.FOR_VISITOR


def humble(words: Sequence[str], environment: dict[str, str], nice: int = NICE, **streams: Any) -> subprocess.Popen[Any]:
    """Start a process of low priority in a session of its own. OSError when that fails."""
    flags: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        flags = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS}
    child = subprocess.Popen(words, cwd=paths.ROOT, env=environment, stdin=subprocess.DEVNULL, **flags, **streams)
    if sys.platform != "win32":
        processes.give_way(child.pid, nice)
    return child


def end(child: subprocess.Popen[Any]) -> None:
    """End a process started by `humble`, and all it started, at once."""
    if child.poll() is None:
        processes.kill_group(child.pid)
    child.wait()


def reap() -> None:
    """Wait for child processes that have ended, so that none stays as a zombie."""
    for pid, child in list(_children.items()):
        if child.poll() is not None:
            _children.pop(pid, None)


def stepping(said: dict[str, Any]) -> bool:
    """Whether a run that says so has done its first step; until then nothing is lost when it ends."""
    return str(said.get("state", "starting")) != "starting"


def compared(job: Job, now: float) -> dict[str, Any]:
    """What has to change in the row of a job that is said to run, after a look at its process and its status; {} for nothing."""
    said = reports.status(job.folder)
    ending = ENDINGS.get(said.get("state", ""))
    if ending:
        ended = {"state": ending, "step": said.get("step", 0), "seconds": said.get("seconds", 0.0), "ended": said.get("heartbeat", now)}
        return {**ended, "pid": 0, "reason": json.dumps(said["reason"], ensure_ascii=False) if said.get("reason") else ""}
    if processes.alive(job.pid, job.identity):
        return {}
    started = processes.alive(said.get("pid", 0), said.get("identity", "")) and _trains(said["pid"], job)
    if started:  # by a process that did not live to write it down
        return {} if job.pid == said["pid"] else {"pid": said["pid"], "identity": said["identity"], "boot": said.get("boot", "")}
    if not job.pid and not said:
        return {} if _being_started(job, now) else {"state": "waiting"}
    came = {"step": said.get("step", job.step), "seconds": said.get("seconds", job.seconds)}
    return {"state": "failed", "reason": lost(job, said), "ended": now, "pid": 0, **came}


def _being_started(job: Job, now: float) -> bool:
    """Whether somebody starts the job, or its process has said nothing yet."""
    known = claim.held(job.folder)
    patience = LENDING if job.device == "zerogpu" else CLAIM
    return abs(now - job.started) <= patience if known is None else known  # the clock may have been set back


def lost(job: Job, said: dict[str, Any]) -> str:
    """The reason of a job whose process ended without writing one."""
    if (said.get("boot") or job.boot) != processes.boot():
        return reason("machine_restarted")
    if said and memory.kills() > said.get("memory_kills", 0):
        return reason("memory_killed")
    if shutil.disk_usage(job.folder if job.folder.is_dir() else paths.ROOT).free < 1 << 20:
        return reason("disk_full")
    words = _last_words(job.folder / "output.txt") if not said else ""
    return reason("run_broke", problem=words) if words else reason("killed")


def _last_words(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1][:200] if lines else ""


def kill(job: Job) -> None:
    """End the job's process and all it started, at once; returns when it is gone. A job that runs elsewhere has no process here."""
    if job.remote:
        return
    said = reports.status(job.folder)
    known = {(job.pid, job.identity), (said.get("pid", 0), said.get("identity", ""))}  # two where a launcher was needed
    if not job.pid:  # whoever started it had no time to write it down
        known |= {(pid, processes.identity(pid) or "") for pid in processes.named(job.id)}
    for pid, identity in known:
        if processes.alive(pid, identity) and (pid == job.pid or _trains(pid, job)):
            processes.kill_group(pid)
            until = time.monotonic() + 5
            while processes.alive(pid, identity) and time.monotonic() < until:
                time.sleep(0.02)
    reap()


def _trains(pid: int, job: Job) -> bool:
    """Whether a process is a run of the job: only files name it, and files can come from anywhere; others work on its folder too."""
    try:
        words = command(job)
    except UserError:  # an order that cannot be read was never started
        return False
    runs = words[words.index(str(job.folder)) - 1]
    return any(module == runs and Path(folder).name == job.id for module, folder in pairwise(processes.command(pid)))


def end_request(folder: Path) -> tuple[str, float]:
    """How the run in `folder` was asked to end ("stop", "pause", "disk", "" for not at all), and how many seconds ago."""
    try:
        path = folder / "STOP"
        return path.read_text(encoding="utf-8").strip() or "stop", max(0.0, time.time() - path.stat().st_mtime)
    except OSError:
        return "", 0.0


def request_end(job: Job, how: str) -> None:
    """Ask the job's process to save and end within a step: "stop", "pause" or "disk"."""
    writing.write(job.folder / "STOP", how)
