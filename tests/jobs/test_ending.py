"""Every way out of a running job: at once before its first step, saved after it, and at once where saving takes too long."""

from __future__ import annotations

import dataclasses
import time

import pytest

from ganapp.jobs import actions, process, queue, reports, snapshot, store
from ganapp.jobs.claim import Claim
from ganapp.jobs.store import Job
from ganapp.machine import processes
from tests.jobs.test_jobs import ANNA, BEN, SLOW, await_, ended, home, order

__all__ = ["home"]


def speaking(job: Job) -> int:
    """The id of the job's process, once it has said that it gets ready."""
    said = await_(job, lambda now: bool(reports.status(now.folder)))
    return int(reports.status(said.folder)["pid"])


def stepping(job: Job) -> Job:
    return await_(job, lambda now: now.step > 2)


@pytest.mark.parametrize(("action", "state"), [(actions.stop, "stopped"), (actions.pause, "paused")])
def test_before_the_first_step_a_job_ends_at_once_and_the_next_one_begins(action: object, state: str) -> None:
    job = actions.submit(ANNA, order(400, load=600.0), "loads for ever")
    other = actions.submit(BEN, order(400, **SLOW), "waits")
    pid = speaking(job)
    now = snapshot.read(ANNA, job.id)
    assert (now.state, now.starting, now.ending, now.step) == ("running", True, "", 0)
    assert now.since > 0
    assert callable(action)
    over = action(ANNA, job.id)
    assert (over.state, over.pid, over.step) == (state, 0, 0)
    assert not processes.alive(pid, str(reports.status(job.folder)["identity"]))
    assert actions.find(BEN, other.id).state == "running", "its place is free"
    assert snapshot.read(ANNA, job.id).starting is False


def test_a_resumed_job_that_loads_stands_where_it_was_saved() -> None:
    job = actions.submit(ANNA, order(400, **SLOW))
    stepping(job)
    actions.pause(ANNA, job.id)
    paused = await_(job, ended)
    (job.folder / "order.json").write_text((job.folder / "order.json").read_text().replace('"pace"', '"load": 600, "pace"'))
    actions.resume(ANNA, job.id)
    speaking(job)
    now = snapshot.read(ANNA, job.id)
    assert (now.starting, now.step, now.seconds, now.saved) == (True, paused.step, paused.seconds, paused.step)
    assert [entry.step for entry, _ in actions.listing(ANNA)] == [paused.step]
    again = actions.stop(ANNA, job.id)
    assert (again.state, again.step) == ("stopped", paused.step)
    assert snapshot.read(ANNA, job.id).step == paused.step


def test_what_was_asked_of_a_running_job_is_told_to_whoever_looks() -> None:
    job = actions.submit(ANNA, order(4000, save=600.0, **SLOW))
    stepping(job)
    asked = actions.stop(ANNA, job.id)
    assert asked.state == "running", "it saves first"
    await_(job, lambda now: (now.folder / "STOP").exists())
    now = snapshot.read(ANNA, job.id)
    assert (now.ending, now.starting) == ("stop", False)
    over = actions.end(ANNA, job.id)
    assert over.state == "stopped"
    assert snapshot.read(ANNA, job.id).ending == ""
    assert actions.resume(ANNA, job.id).state == "running", "nothing of the old request is left"


def test_ended_at_once_a_job_stands_where_it_was_last_saved() -> None:
    job = actions.submit(ANNA, {**order(4000, **SLOW), "every": 5})
    await_(job, lambda now: now.step > 5)
    pid = actions.find(ANNA, job.id).pid
    identity = actions.find(ANNA, job.id).identity
    over = actions.end(ANNA, job.id)
    assert over.step % 5 == 0
    assert over.step >= 5
    assert snapshot.read(ANNA, job.id).step == over.step
    assert not processes.alive(pid, identity)
    assert actions.end(ANNA, job.id).state == "stopped", "twice is no harm"


def test_stopped_while_it_is_being_started_it_does_not_run_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row says "running" before there is a process; whoever stops it then must not be overtaken by the start."""
    started: list[tuple[int, str]] = []
    real = process.start

    def late(job: Job, held: Claim) -> tuple[int, str]:
        store.update(job.id, state="stopped", ended=time.time())
        started.append(real(job, held))
        return started[-1]

    monkeypatch.setattr(process, "start", late)
    job = actions.submit(ANNA, order(400, load=600.0))
    assert job.state == "stopped"
    until = time.monotonic() + 10
    while processes.alive(*started[0]) and time.monotonic() < until:
        time.sleep(0.02)
    assert not processes.alive(*started[0])
    queue.tick()
    assert dataclasses.replace(actions.find(ANNA, job.id), bytes=0).state == "stopped"
