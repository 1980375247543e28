"""The queue: rows compared with living processes, one job per device at a time, the others in their order."""

from __future__ import annotations

import dataclasses
import logging
import shutil
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.jobs import claim, clock, database, orders, process, quota, store, uploads
from ganapp.jobs.claim import Claim
from ganapp.jobs.store import Job
from ganapp.machine.processes import boot

BORROWED = "zerogpu"  # the card a ZeroGPU Space lends for a minute: jobs there go on in slices, see `jobs.slices`
WATCHED = 600.0  # seconds after its last heartbeat that a watcher is thought to be there
LETTING_GO = 5.0  # seconds that a process may take to go, once it has said how its run ended
MEASURE = 15.0  # seconds between two looks at how much disk a running job takes
_measured: dict[str, float] = {}
_cleaned = [0.0]


def tick() -> None:
    """Compare every unfinished row with its process, start what can be started, and clean up. Cheap when nothing has happened."""
    process.reap()
    unfinished = store.select("state IN ('waiting', 'running') AND remote = ''")
    if unfinished:
        for job, held in _claimed():
            _launch(job, held)
        _check_disk(unfinished)
    if time.monotonic() - _cleaned[0] > 60:
        _cleaned[0] = time.monotonic()
        database.keep_reserve()
        if clock.steady():  # with a wrong clock everything would seem old
            clean_up()
            uploads.clean_up()


def look() -> None:
    """`tick` for readers: where rows cannot be written, as on a full disk, they are shown as last written."""
    with store.if_room():
        tick()


def _claimed() -> list[tuple[Job, Claim]]:
    """Bring rows up to date; the jobs that are now marked as running and have to be started by this process, with the claims on them."""
    claimed: list[tuple[Job, Claim]] = []
    try:
        with store.changing() as db:
            now = time.time()  # read inside the transaction, after others have written
            busy = _compared(db, now)
            for job in sorted(store.select("state = 'waiting' AND remote = ''", db=db), key=lambda job: job.queued):
                if job.device == BORROWED or any(conflict(job.device, other) for other in busy):
                    continue
                held = claim.take(job.folder)
                if held is None:  # something of an earlier process lives on; it is looked at again
                    continue
                claimed.append((job, held))
                process.forget(job)  # before anybody can take it for what the new process says
                store.update(job.id, db, state="running", started=now, pid=0, identity="", boot=boot(), reason="")
                busy.append(job.device)
    except BaseException:
        for _, held in claimed:
            held.release()
        raise
    return claimed


def _compared(db: sqlite3.Connection, now: float) -> list[str]:
    """Compare the rows that say "running" with their processes; the devices of those that do."""
    busy: list[str] = []
    for job in store.select("state = 'running' AND remote = ''", db=db):
        changes = process.compared(job, now)
        if changes:
            store.update(job.id, db, **changes)
            if changes.get("state", "running") != "running":
                store.update(job.id, db, bytes=size(job.folder))
        if changes.get("state", "running") == "running":
            busy.append(job.device)
    return busy


def _launch(job: Job, held: Claim) -> None:
    """Start a claimed job and note its process. Until that is done the claim is this process's too, so that nobody starts it again."""
    pid, identity = 0, ""
    try:
        try:
            pid, identity = process.start(job, held)
            changes: dict[str, Any] = {"pid": pid, "identity": identity}
        except UserError as problem:  # an order that cannot be read: the others go on
            changes = _failed(store.reason(problem.key, **problem.values))
        except (OSError, ValueError, TypeError) as problem:
            changes = _failed(store.reason("run_broke", problem=str(problem)))
        with store.changing() as db:
            now = store.select("id = ? AND state = 'running'", (job.id,), db)
            wanted = bool(now) and now[0].queued == job.queued
            if wanted:
                store.update(job.id, db, **changes)
        if pid and not wanted:  # it was stopped while it was being started
            process.kill(dataclasses.replace(job, pid=pid, identity=identity))
    finally:
        held.release()


def let_go(job: Job) -> None:
    """Wait for some moments until the last process of a job that has ended is gone, so that it can be started again at once."""
    until = time.monotonic() + LETTING_GO
    while time.monotonic() < until:
        with store.changing():
            if not claim.held(job.folder):
                return
        time.sleep(0.05)


def _failed(reason: str) -> dict[str, Any]:
    return {"state": "failed", "reason": reason, "ended": time.time()}


def conflict(one: str, other: str) -> bool:
    """Whether two jobs cannot run at once on these devices; "cuda" is all cards together."""
    return one == other or "cuda" in (one, other) and one.split(":")[0] == other.split(":")[0]


def places(jobs: Iterable[Job]) -> dict[str, int]:
    """Of every job that waits, its place among those waiting for the same device, from 1."""
    by_job: dict[str, int] = {}
    before: Counter[str] = Counter()
    for job in sorted((job for job in jobs if job.state == "waiting"), key=lambda job: job.queued):
        by_job[job.id] = 1 + sum(count for device, count in before.items() if conflict(device, job.device))
        before[job.device] += 1
    return by_job


def place(job: Job) -> int:
    """The job's place in its queue as it stands now, from 1; 0 when it does not wait."""
    return places(store.select("state = 'waiting'")).get(job.id, 0) if job.state == "waiting" else 0


def slots() -> tuple[str, ...]:
    """The devices of this machine that jobs are given, the best first."""
    if paths.zero_gpu():
        return (BORROWED,)
    from ganapp.machine import devices  # torch, which a list of jobs can do without

    return devices.names()


def there(name: str) -> str:
    """`name` if this machine has such a device, "" if not."""
    return name if name in ("", "cpu") or name in slots() or any(card.startswith(f"{name}:") for card in slots()) else ""


def slot(device: str, processes: int = 1) -> str:
    """The device whose queue a job joins whose order says `device`, "" for any: the one with the fewest jobs before it."""
    if device.partition(":")[2] or device in ("cpu", "mps"):
        return device
    names = slots()
    kind = device or names[0].split(":")[0]
    if kind == "cuda" and processes > 1:
        return "cuda"
    fitting = [name for name in names if name.split(":")[0] == kind] or [device or names[0]]
    taken = [job.device for job in store.select("state IN ('waiting', 'running') AND remote = ''")]
    return min(fitting, key=lambda name: sum(conflict(name, other) for other in taken))


def size(folder: Path) -> int:
    """Bytes of all files in a folder."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:  # replaced or deleted meanwhile
            continue
    return total


def _check_disk(unfinished: tuple[Job, ...]) -> None:
    """Measure what running jobs take, and stop those whose owner has used up the disk allowed."""
    allowed = paths.limits().disk_mb << 20
    for job in unfinished:
        if job.state != "running" or time.monotonic() - _measured.get(job.id, 0.0) < MEASURE:
            continue
        _measured[job.id] = time.monotonic()
        store.update(job.id, bytes=size(job.folder))
        if allowed and quota.used(job.owner) > allowed:
            with suppress(OSError):  # a folder that is gone, or not a byte for the file: it is asked again
                process.request_end(job, "disk")


def clean_up() -> tuple[str, ...]:
    """Remove jobs that ended longer ago than the deployer keeps them and that nobody watches; their ids. What is shared is kept for as long
    after it was last looked at."""
    days = paths.limits().days
    if not days:
        return ()
    now = time.time()
    over = now - days * 86_400
    ended = "state NOT IN ('waiting', 'running') AND ended < ? AND watched < ? AND (shared = 0 OR watched < ?)"
    bounds = (over, now - WATCHED, over)
    gone = []
    for job in store.select(ended, bounds):
        if store.remove(job.id, ended, bounds):  # what somebody resumes or watches at this moment stays
            shutil.rmtree(job.folder, ignore_errors=True)
            gone.append(job.id)
    return tuple(gone)


_keeper: list[threading.Thread] = []


def keep(interval: float = 2.0) -> None:
    """Tick every `interval` seconds in a thread of this process, until it ends; called twice, it starts one thread."""
    if _keeper and _keeper[0].is_alive():
        return

    def work() -> None:
        while True:
            try:
                tick()
            except (UserError, OSError):
                logging.getLogger(__name__).exception("the queue of jobs could not be looked at; trying again")
            time.sleep(interval)

    _keeper[:] = [threading.Thread(target=work, name="jobs", daemon=True)]
    _keeper[0].start()


def set_device(job: Job, processes: int) -> str:
    """Give a job that joins the queue its device, in its order too; the device."""
    order = orders.read(job.folder)
    chosen = slot(there(job.device), processes)
    orders.write(job.folder, {**order, "device": "" if chosen == BORROWED else chosen})
    return chosen
