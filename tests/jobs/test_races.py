"""Several processes with one folder of jobs: whatever dies or is held up in the middle of a start, a job runs once at a time."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ganapp.base.errors import UserError
from ganapp.jobs import actions, claim, process, queue, store
from ganapp.jobs.claim import Claim
from ganapp.jobs.store import Job
from ganapp.machine import processes
from tests.jobs.test_jobs import ANNA, BEN, ROOT, SLOW, await_, ended, home, order

__all__ = ["home"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no lock that a child inherits")
Another = Callable[[str], tuple[str, subprocess.Popen[str]]]
LONG_AGO = 3600.0
ELSEWHERE = "import sys; sys.path.insert(0, '.'); from tests.jobs.test_jobs import *; process.command = worker\n"


def begun(job: Job) -> int:
    """How many processes were started for a job."""
    return (job.folder / "output.txt").read_text().count("begun")


def soon(wanted: Callable[[], bool], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def another() -> Iterator[Another]:
    """A process that runs some code, and the line that it prints."""
    children: list[subprocess.Popen[str]] = []

    def run(code: str) -> tuple[str, subprocess.Popen[str]]:
        children.append(subprocess.Popen([sys.executable, "-c", ELSEWHERE + code], cwd=ROOT, stdout=subprocess.PIPE, text=True))
        assert children[-1].stdout is not None
        return children[-1].stdout.readline().strip(), children[-1]

    yield run
    for child in children:
        child.kill()
        child.communicate()


def died_while_starting(another: Another, **settings: float) -> Job:
    """A job that runs, but whoever started it was killed before that was written down; it seems long ago."""
    code = (
        "real = process.start\n"
        "def start(job, held):\n"
        "    real(job, held)\n"
        "    print(job.id, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "process.start = start\n"
        f"actions.submit(ANNA, order(40, **{settings!r}))"
    )
    job_id, _ = another(code)
    soon(lambda: "begun" in (actions.find(ANNA, job_id).folder / "output.txt").read_text())
    store.update(job_id, started=time.time() - LONG_AGO)
    return actions.find(ANNA, job_id)


def test_whose_starter_died_is_not_started_again(another: Another) -> None:
    job = died_while_starting(another, silent=1.0, pace=0.01)
    assert (job.state, job.pid) == ("running", 0)
    for _ in range(5):
        queue.tick()
    done = await_(job, ended)
    assert (done.state, done.step) == ("done", 40)
    assert begun(job) == 1
    assert [json.loads(line)["step"] for line in (job.folder / "metrics.jsonl").read_text().splitlines()] == list(range(1, 41))


def test_whose_starter_died_can_be_stopped_and_does_not_run_on(another: Another) -> None:
    job = died_while_starting(another, silent=600.0)
    ran = processes.named(job.id)
    assert len(ran) == 1
    identity = processes.identity(ran[0]) or ""
    assert actions.stop(ANNA, job.id).state == "stopped"
    assert not processes.alive(ran[0], identity)
    assert actions.resume(ANNA, job.id).state == "running"
    soon(lambda: begun(job) == 2)
    assert len(processes.named(job.id)) == 1


def test_what_else_works_on_its_folder_lives_on_when_a_job_ends() -> None:
    """A check of its result, or a text editor: the command names the job, but it is no run of it."""
    job = await_(actions.submit(ANNA, order(1)), ended)
    others = [
        subprocess.Popen([sys.executable, "-c", "input()", *words], stdin=subprocess.PIPE)
        for words in ([str(job.folder / "result"), "--origin", job.id], [str(job.folder)], ["ganapp.training", str(job.folder / "result")])
    ]
    try:
        actions.delete(ANNA, job.id)
        assert [other.poll() for other in others] == [None] * len(others)
    finally:
        for other in others:
            other.kill()
            other.communicate()


def test_a_starter_that_is_held_up_is_not_overtaken(another: Another) -> None:
    """It has claimed the job and nothing more, for as long as it likes; killed, it gives the job to whoever looks next."""
    code = "process.start = lambda job, held: (print(job.id, flush=True), time.sleep(600))\nactions.submit(ANNA, order(3))"
    job_id, starter = another(code)
    job = actions.find(ANNA, job_id)
    store.update(job.id, started=time.time() - LONG_AGO)
    queue.tick()
    assert (actions.find(ANNA, job.id).state, actions.find(ANNA, job.id).pid) == ("running", 0)
    assert not (job.folder / "output.txt").exists()
    store.update(job.id, started=time.time())
    starter.kill()
    starter.wait()
    assert await_(job, ended).state == "done", "at once, however short ago it was claimed"
    assert begun(job) == 1


def test_resumed_by_two_at_once_it_is_started_once(monkeypatch: pytest.MonkeyPatch) -> None:
    job = actions.submit(ANNA, order(4000, silent=0.3, **SLOW))
    await_(job, lambda now: now.step > 0)
    actions.pause(ANNA, job.id)
    paused = await_(job, ended)
    real = queue.set_device
    other: list[Job] = []

    def late(job: Job, processes: int) -> str:
        monkeypatch.setattr(queue, "set_device", real)
        other.append(actions.resume(ANNA, job.id))  # another's click, a moment earlier
        return real(job, processes)

    monkeypatch.setattr(queue, "set_device", late)
    assert actions.resume(ANNA, job.id).state == other[0].state == "running"
    await_(job, lambda now: now.step > paused.step)
    assert begun(job) == 2, "the first time, and once more"


def test_what_an_earlier_run_said_does_not_end_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else looks between claim and start."""
    job = actions.submit(ANNA, order(4000, **SLOW))
    await_(job, lambda now: now.step > 0)
    actions.pause(ANNA, job.id)
    paused = await_(job, ended)
    said = (job.folder / "status.json").read_text()
    real = process.start

    def looked_at(job: Job, held: Claim) -> tuple[int, str]:
        with store.changing() as db:
            assert queue._compared(db, time.time()) == ["cpu"]
        return real(job, held)

    store.update(job.id, state="waiting")
    (job.folder / "status.json").write_text(said)
    monkeypatch.setattr(process, "start", looked_at)
    queue.tick()
    assert await_(job, lambda now: now.step > paused.step).state == "running"


def test_what_is_resumed_is_not_cleaned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_KEEP_DAYS", "1")
    job = await_(actions.submit(ANNA, order(1)), ended)
    store.update(job.id, ended=time.time() - 10 * 86_400, state="stopped")
    real = store.select

    def slow(where: str = "1", values: tuple[object, ...] = (), db: object = None) -> tuple[Job, ...]:
        rows = real(where, values, db)  # type: ignore[arg-type]
        if "ended <" in where:
            monkeypatch.setattr(store, "select", real)
            store.update(job.id, state="waiting", ended=0.0)
        return rows

    monkeypatch.setattr(store, "select", slow)
    assert queue.clean_up() == ()
    assert actions.find(ANNA, job.id).folder.is_dir()


def test_two_who_order_at_once_do_not_share_the_last_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_JOBS_PER_VISITOR", "3")
    told: list[str] = []

    def submit() -> None:
        try:
            told.append(actions.submit(ANNA, order(4000, **SLOW)).id)
        except UserError as problem:
            told.append(problem.key)

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count("jobs_limit") == 5
    assert len(store.select()) == 3
    assert actions.submit(BEN, order(1)).state == "waiting"


def test_a_claim_is_given_up_with_the_last_who_holds_it(tmp_path: Path) -> None:
    assert claim.held(tmp_path) is None, "nobody ever has"
    mine = claim.take(tmp_path)
    assert mine is not None
    assert claim.take(tmp_path) is None
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], pass_fds=mine.handles)
    mine.release()
    assert claim.held(tmp_path) is True
    child.kill()
    child.wait()
    assert claim.held(tmp_path) is False
    assert claim.take(tmp_path / "none") == Claim(), "what is wrong with a folder is told by the start"


def test_three_processes_run_each_of_twelve_jobs_once_though_one_is_killed(another: Another) -> None:
    """As tests/install/test_several.py does with three whole apps, two hundred jobs and real trainings."""
    code = "queue.keep(0.02)\nprint('ready', flush=True)\ntime.sleep(600)\n"
    keepers = [another(code)[1] for _ in range(3)]
    monkey = pytest.MonkeyPatch()
    monkey.setattr(queue, "tick", lambda: None)  # this process only orders
    jobs = [actions.submit(ANNA, order(3)) for _ in range(12)]
    monkey.undo()

    def over() -> int:
        return sum(ended(job) for job in store.select())

    soon(lambda: over() >= 3, 120)
    keepers[0].kill()
    keepers[0].wait()
    soon(lambda: over() == len(jobs), 180)
    assert {(job.state, job.step, job.why()) for job in store.select()} == {("done", 3, "")}
    for job in jobs:
        assert begun(job) == 1
        assert [json.loads(line)["step"] for line in (job.folder / "metrics.jsonl").read_text().splitlines()] == [1, 2, 3]
