"""Training on a ZeroGPU Space: the card is lent for the length of a call, so a job goes on in slices from checkpoint to checkpoint.

A page calls `go_on` in requests of the visitor, whose quota of minutes is used, as long as the job is watched. Between two calls
the job waits on the disk, so nothing is lost when the page is closed.
"""

from __future__ import annotations

import subprocess
import time
from typing import Any

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.jobs import actions, claim, process, queue, reports, store
from ganapp.jobs.store import Job
from ganapp.jobs.visitor import Visitor
from ganapp.machine import processes

LENT = 60  # seconds a call may take
SPENT = 20  # of these, for loading before the slice and saving after it


def go_on(visitor: Visitor, job_id: str, seconds: int = LENT - SPENT) -> Job:
    """Train the job for one slice of `seconds` with a borrowed card; the job afterwards: waiting for its next slice, or ended.

    UserError when it is not the visitor's, is not one that waits for a slice, or another job has the card.
    """
    from ganapp.machine import devices

    queue.tick()
    job = actions.own(visitor, job_id)
    if job.device != queue.BORROWED:
        raise UserError("job_not_sliced", name=job.name)
    with store.changing() as db:
        if store.select("state = 'running' AND device = ?", (queue.BORROWED,), db):
            raise UserError("busy")
        if not store.select("state = 'waiting' AND id = ?", (job.id,), db):
            return job
        held = claim.take(job.folder)
        if held is None:
            raise UserError("busy")
        process.forget(job)
        store.update(job.id, db, state="running", started=time.time(), pid=0, identity="", boot=processes.boot(), reason="")
    try:
        devices.with_lent_card(_slice, seconds + SPENT)(job, seconds)
    finally:
        locked = bool(held.handles)
        held.release()
        queue.tick()  # takes the job back into the queue where the card was refused, if it can tell by the claim
        if not locked and actions.find(visitor, job.id).state == "running" and not reports.status(job.folder):
            store.update(job.id, state="waiting")
    return actions.find(visitor, job.id)


def _slice(job: Job, seconds: int) -> None:
    """Run one slice in a process of its own, as every training does; the borrowed card is visible to child processes."""
    environment = paths.child_environment(OMP_WAIT_POLICY="passive", PYTHONUNBUFFERED="1", **process.hub_account(job))
    with (job.folder / "output.txt").open("ab") as output:
        command = process.command(job, slice=seconds)
        streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT}
        subprocess.run(command, cwd=paths.ROOT, env=environment, check=False, **streams)
