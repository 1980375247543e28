"""What can be done with jobs. Every function takes the visitor, and knows only the jobs this visitor may see."""

from __future__ import annotations

import dataclasses
import re
import secrets
import shutil
import time
from pathlib import Path
from typing import Any

from ganapp.base import paths, writing
from ganapp.base.errors import UserError
from ganapp.jobs import copying, orders, process, queue, quota, reports, store
from ganapp.jobs.store import Job
from ganapp.jobs.visitor import Visitor
from ganapp.metrics import vgg_weights

PATIENCE = 20.0  # seconds that a job is given to save itself and end, where its copy is to start
KEPT = ("checkpoint.pt", "metrics.jsonl", "curves.json", "diagnostics.jsonl")


def submit(visitor: Visitor, order: dict[str, Any], name: str = "", shared: bool = False) -> Job:
    """A new job, started at once or put in the queue. UserError for an order that cannot be, or when a limit is reached."""
    checked = orders.checked(order)
    vgg_weights.check(checked["recipe"], checked.get("settings", {}))
    return _put(visitor, checked, name, shared)


def _put(visitor: Visitor, order: dict[str, Any], name: str, shared: bool = False, origin: tuple[Job, bool] | None = None) -> Job:
    """origin: the job it is a copy of, and whether it goes on from that one's checkpoint."""
    quota.check(visitor)
    now = time.time()
    job = Job(  # before anything is written, so that a bad name leaves nothing behind
        id=secrets.token_hex(5),
        name=orders.name(name or orders.title(order)),
        owner=visitor.owner,
        recipe=order["recipe"],
        steps=order["steps"],
        device=queue.slot(order.get("device", ""), order.get("processes", 1)),
        created=now,
        queued=now,
        shared=int(shared),
        parent=origin[0].id if origin else "",
        address=visitor.origin,
        unnamed=int(not name),
    )
    sent = {**order, "device": "" if job.device == queue.BORROWED else job.device}
    record(visitor, job, sent, origin[0].folder if origin and origin[1] else None)
    queue.tick()
    return find(visitor, job.id)


def record(visitor: Visitor, job: Job, order: dict[str, Any], onward: Path | None = None) -> None:
    """Write a new job's folder and row; onward: the folder of the job that it continues. After an error nothing of it is left."""
    try:
        job.folder.mkdir(parents=True)
        orders.write(job.folder, order)
        if onward:
            _copy(onward, job.folder)
        with store.changing(durable=True) as db:
            quota.places(visitor)  # nobody else orders at this moment
            store.insert(job, db)
    except BaseException as problem:
        shutil.rmtree(job.folder, ignore_errors=True)
        if isinstance(problem, OSError):
            raise UserError("disk_full" if writing.disk_full(problem) else "jobs_unwritable", folder=paths.runs()) from problem
        raise


def _copy(origin: Path, folder: Path) -> None:
    """Copy the last good checkpoint of a job, its log and its sample sheets; the new run drops whatever is later than the checkpoint."""
    for name in KEPT:
        if (origin / name).is_file():
            shutil.copyfile(origin / name, folder / name)
    if (origin / "good.pt").is_file():
        shutil.copyfile(origin / "good.pt", folder / "checkpoint.pt")
    if (origin / "samples").is_dir():
        shutil.copytree(origin / "samples", folder / "samples")


def find(visitor: Visitor, job_id: str) -> Job:
    """The job with this id, or whose id begins so, if no other does. UserError when the visitor knows none."""
    sought = store.select("substr(id, 1, ?) = ?", (max(4, len(job_id)), job_id))
    seen = [job for job in sought if visitor.may_see(job)]
    if len(seen) != 1:
        raise UserError("no_such_job", job=job_id)
    return seen[0]


def own(visitor: Visitor, job_id: str) -> Job:
    """`find`, for a job that the visitor may change; UserError for another's."""
    job = find(visitor, job_id)
    if not visitor.may_change(job):
        raise UserError("not_your_job", name=job.name)
    return job


def listing(visitor: Visitor, mine: bool = False) -> tuple[tuple[Job, int], ...]:
    """The visitor's jobs and, unless `mine`, all shared ones, the newest first, each with its place in its queue (0: it does not wait)."""
    queue.look()
    jobs = store.select()
    places = queue.places(jobs)
    seen = (job for job in jobs if visitor.may_change(job) or (job.shared and not mine))
    return tuple((current(job), places.get(job.id, 0)) for job in seen)


def current(job: Job) -> Job:
    """The job; while it runs, with the step and seconds of its status file."""
    if job.state != "running":
        return job
    said = reports.status(job.folder)
    return dataclasses.replace(job, step=said.get("step", job.step), seconds=said.get("seconds", job.seconds))


def pause(visitor: Visitor, job_id: str) -> Job:
    """Save the job and set it aside, with its place in the queue free for others, until it is resumed."""
    return _end(visitor, job_id, "pause", "paused")


def stop(visitor: Visitor, job_id: str) -> Job:
    """Save the job, write its result as it stands, and end it. It may be resumed all the same."""
    return _end(visitor, job_id, "stop", "stopped")


def settle(visitor: Visitor, job_id: str) -> None:
    """Stop a job that the visitor may change, and wait for a while until it has ended: then its copy starts at once."""
    job = find(visitor, job_id)
    if not visitor.may_change(job) or job.state not in store.UNFINISHED:
        return
    stop(visitor, job_id)
    until = time.monotonic() + PATIENCE
    while running(job_id) and time.monotonic() < until:
        time.sleep(0.1)


def _end(visitor: Visitor, job_id: str, how: str, state: str) -> Job:
    queue.tick()
    job = own(visitor, job_id)
    with store.changing() as db:
        job = store.select("id = ?", (job.id,), db)[0]
        if job.remote and job.state in store.UNFINISHED:
            raise UserError("job_is_away", name=job.name)
        early = job.state == "running" and not process.stepping(reports.status(job.folder))
        if early and not job.pid:  # should it be started all the same, it ends by itself
            process.request_end(job, how)
        if early or job.state == "waiting" or (job.state == "paused" and state == "stopped"):
            store.update(job.id, db, state=state, ended=time.time(), pid=0)
        elif job.state == "running":
            process.request_end(job, how)
    if early:  # it has done no step, so there is nothing to save and nothing to wait for
        process.kill(job)
        queue.tick()
    return find(visitor, job.id)


def end(visitor: Visitor, job_id: str) -> Job:
    """End a running job at once, without saving: what was learnt since its last checkpoint is lost. It may be resumed from there."""
    queue.tick()
    job = own(visitor, job_id)
    if job.remote and job.state in store.UNFINISHED:
        raise UserError("job_is_away", name=job.name)
    with store.changing() as db:  # it may have ended by itself since
        job = store.select("id = ?", (job.id,), db)[0]
        if job.state == "running":
            store.update(job.id, db, state="stopped", step=saved_step(job), ended=time.time(), pid=0)
    if job.state == "running":
        process.kill(job)
        process.forget(job)  # the run may have come further than what is kept of it
        if not job.pid:
            process.request_end(job, "stop")  # should it be started all the same
        queue.tick()
    return find(visitor, job.id)


def saved_step(job: Job) -> int:
    """The step of a job's last checkpoint, 0 without one: it saves every so many steps, and where it was paused or stopped."""
    if not (job.folder / "checkpoint.pt").is_file():
        return 0
    try:
        every = max(1, int(orders.read(job.folder).get("every", 250)))
    except UserError:
        every = 1
    regular = current(job).step // every * every
    return regular if job.state == "failed" else max(job.step, regular)


def running(job_id: str) -> bool:
    """Whether the job's process lives, or is about to be started."""
    queue.look()
    return bool(store.select("id = ? AND state = 'running'", (job_id,)))


def resume(visitor: Visitor, job_id: str) -> Job:
    """Put a job that is not done back into the queue; it goes on from its last checkpoint. UserError when it is done."""
    visitor.must_train()
    queue.tick()
    job = own(visitor, job_id)
    if job.remote:
        raise UserError("job_is_away", name=job.name)
    if job.state == "done":
        raise UserError("job_done", name=job.name)
    if job.state == "running" and (job.folder / "STOP").exists():
        raise UserError("job_ending", name=job.name)
    if job.state in store.UNFINISHED:
        return job
    quota.check(visitor)
    queue.let_go(job)
    order = orders.checked(orders.read(job.folder))
    device = queue.set_device(job, int(order.get("processes", 1)))
    again: dict[str, Any] = {
        "state": "waiting",
        "reason": "",
        "queued": time.time(),
        "ended": 0.0,
        "pid": 0,
        "identity": "",
        "device": device,
    }
    if copying.own_pictures(order):
        again["shared"] = 0  # its model was tested for copies as it was; share it again when it has ended
    with store.changing() as db:
        now = store.select("id = ?", (job.id,), db)
        if now and now[0].state in (*store.UNFINISHED, "done"):  # somebody else was first
            return now[0]
        quota.places(visitor)
        process.forget(job)
        store.update(job.id, db, step=saved_step(now[0]) if now else 0, **again)  # the step until the run reports its own
    queue.tick()
    return find(visitor, job.id)


def delete(visitor: Visitor, job_id: str) -> None:
    """End the job's process, if it has one, and remove all there is of the job. On a full disk its files go first, which makes room."""
    job = own(visitor, job_id)
    if job.remote and job.state in store.UNFINISHED:
        raise UserError("job_is_away", name=job.name)
    with store.if_room():
        store.update(job.id, state="stopped")  # so that no other process starts it meanwhile
    process.kill(job)
    _remove(job)
    store.remove(job.id)
    queue.look()


def _remove(job: Job) -> None:
    """Remove a job's folder. UserError when it stays."""
    for _ in range(3):  # a process may write on while it is ended
        shutil.rmtree(job.folder, ignore_errors=True)
        if not job.folder.exists():
            return
        time.sleep(0.05)
    raise UserError("job_undeletable", name=job.name, folder=job.folder)


def duplicate(visitor: Visitor, job_id: str, changes: dict[str, Any] | None = None, onward: bool = False, name: str = "") -> Job:
    """A new job of this visitor with the order of another and `changes` (settings one by one, None takes one away).

    onward: it starts from the other's last good checkpoint, with the pictures and the log that led there, instead of from nothing.
    """
    origin = find(visitor, job_id)
    given = orders.read(origin.folder)
    order = orders.checked(orders.changed({**given, "device": queue.there(str(given.get("device", "")))}, changes or {}))
    if onward and not (origin.folder / "checkpoint.pt").is_file():
        raise UserError("no_checkpoint", name=origin.name)
    return _put(visitor, order, name or ("" if origin.unnamed else _next(origin.name)), origin=(origin, onward))


def _next(name: str) -> str:
    """The name of a copy: "Digits", "Digits (2)", "Digits (3)" ..."""
    numbered = re.fullmatch(r"(.+) \((\d{1,4})\)", name)
    stem, number = (numbered[1], int(numbered[2])) if numbered else (name, 1)
    return f"{stem[:70]} ({number + 1})"


def rename(visitor: Visitor, job_id: str, name: str) -> Job:
    """Give the job another name."""
    job = own(visitor, job_id)
    store.update(job.id, name=orders.name(name), unnamed=0)
    return find(visitor, job.id)


def share(visitor: Visitor, job_id: str, shared: bool = True) -> Job:
    """Let everybody watch the job, or only its owner."""
    job = own(visitor, job_id)
    store.update(job.id, shared=int(shared))
    return find(visitor, job.id)


def watch(visitor: Visitor, job_id: str) -> Job:
    """Say that somebody is looking at the job: while somebody does, it is not cleaned up."""
    job = find(visitor, job_id)
    now = time.time()
    if abs(now - job.watched) > 30:  # the clock may have been set back
        with store.if_room():
            store.update(job.id, watched=now)
    return dataclasses.replace(job, watched=now)


def file(visitor: Visitor, job_id: str, name: str) -> Path:
    """A file of the job (samples/..., result/..., metrics.jsonl). UserError when the job has none called so."""
    job = find(visitor, job_id)
    path = (job.folder / name).resolve()
    if not path.is_relative_to(job.folder.resolve()) or not path.is_file():
        raise UserError("no_such_file", file=name, name=job.name)
    return path
