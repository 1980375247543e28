"""Jobs: queue, states compared with living processes, who may do what, limits. The work itself is done by tests/support/jobworker.py."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.jobs import actions, claim, process, queue, reports, snapshot, store, visitor
from ganapp.jobs.store import Job
from ganapp.jobs.visitor import Visitor
from ganapp.machine import memory, processes

ROOT = Path(__file__).resolve().parents[2]
ANNA, BEN, NOBODY = visitor.of("a" * 32), visitor.of("b" * 32), visitor.of("")
SLOW = {"pace": 0.05}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    monkeypatch.setattr(process, "command", worker)
    yield tmp_path
    for job in store.select():
        process.kill(job)


def worker(job: Job, **_: float) -> list[str]:
    return [sys.executable, str(ROOT / "tests" / "support" / "jobworker.py"), str(job.folder)]


def order(steps: int = 3, **settings: Any) -> dict[str, Any]:
    return {"recipe": "digits", "steps": steps, "device": "cpu", "settings": settings}


def await_(job: Job, wanted: Callable[[Job], bool], who: Visitor = ANNA, seconds: float = 60.0) -> Job:
    until = time.monotonic() + seconds
    while True:
        now = next(entry for entry, _ in actions.listing(who) if entry.id == job.id)
        if wanted(now):
            return now
        assert time.monotonic() < until, f"{now.state} {now.why()}, step {now.step}"
        time.sleep(0.05)


def ended(job: Job) -> bool:
    return job.state not in store.UNFINISHED


def test_a_job_is_a_folder_a_row_and_a_process_of_its_own() -> None:
    job = actions.submit(ANNA, order(4000, **SLOW), "Anna's first")
    assert job.state == "running"
    job = await_(job, lambda now: now.step > 2)
    assert os.getsid(job.pid) == job.pid != os.getsid(0)
    assert os.getpriority(os.PRIO_PROCESS, job.pid) >= process.NICE
    environment = Path(f"/proc/{job.pid}/environ")
    if environment.exists():
        assert b"OMP_WAIT_POLICY=passive" in environment.read_bytes()
    assert (job.folder / "order.json").is_file()
    assert ANNA.owner not in ("", "a" * 32), "only a hash of the key is stored"
    now = snapshot.read(ANNA, job.id)
    assert (now.state, now.steps, now.yours, now.name, now.memory_mb) == ("running", 4000, True, "Anna's first", 7)
    assert now.eta is not None
    assert now.eta > 0
    assert now.latest["loss"] == pytest.approx(1 / now.step)
    assert now.curves["step"][0] == 1


def test_one_job_a_device_and_the_others_in_their_order() -> None:
    first, second, third = (actions.submit(ANNA, order(200, **SLOW), name) for name in ("one", "two", "three"))
    places = {job.name: (job.state, place) for job, place in actions.listing(ANNA)}
    assert places == {"one": ("running", 0), "two": ("waiting", 1), "three": ("waiting", 2)}
    assert snapshot.read(ANNA, third.id).place == 2
    actions.stop(ANNA, second.id)
    assert {job.name: place for job, place in actions.listing(ANNA)}["three"] == 1
    actions.stop(ANNA, first.id)
    await_(first, ended)
    assert await_(third, lambda now: now.state == "running").state == "running"


def test_pause_resume_and_stop() -> None:
    job = actions.submit(ANNA, order(400, **SLOW))
    await_(job, lambda now: now.step > 2)
    actions.pause(ANNA, job.id)
    paused = await_(job, ended)
    assert (paused.state, paused.pid) == ("paused", 0)
    assert paused.step > 2
    resumed = actions.resume(ANNA, job.id)
    assert resumed.state == "running"
    later = await_(job, lambda now: now.step > paused.step)
    assert later.state == "running"
    actions.stop(ANNA, job.id)
    assert await_(job, ended).state == "stopped"
    with pytest.raises(UserError) as caught:
        actions.resume(ANNA, "ffffffffff")
    assert caught.value.key == "no_such_job"


def test_a_done_job_is_not_resumed_but_duplicated_with_changes() -> None:
    job = await_(actions.submit(ANNA, order(3, width=4)), ended)
    assert (job.state, job.step) == ("done", 3)
    with pytest.raises(UserError) as caught:
        actions.resume(ANNA, job.id)
    assert caught.value.key == "job_done"
    copy = actions.duplicate(ANNA, job.id, {"steps": 5, "settings": {"width": None, "pace": 0.0}}, onward=True)
    assert json.loads((copy.folder / "order.json").read_text())["settings"] == {"pace": 0.0}
    assert (copy.parent, copy.steps) == (job.id, 5)
    copy = await_(copy, ended)
    (job.folder / "good.pt").write_text("2")  # it fell ill after its second step
    back = await_(actions.duplicate(ANNA, job.id, {"steps": 4}, onward=True), ended)
    assert json.loads((back.folder / "metrics.jsonl").read_text().splitlines()[-2])["step"] == 3
    lines = [json.loads(line)["step"] for line in (copy.folder / "metrics.jsonl").read_text().splitlines()]
    assert lines == [1, 2, 3, 4, 5], "it went on from the checkpoint"


def test_rename_share_delete() -> None:
    job = actions.submit(ANNA, order(4000, **SLOW))
    assert actions.rename(ANNA, job.id, "  a   better name ").name == "a better name"
    for bad in ("", " ", "x" * 81, "a\x00b"):
        with pytest.raises(UserError):
            actions.rename(ANNA, job.id, bad)
    running = await_(job, lambda now: now.step > 0)
    actions.delete(ANNA, job.id)
    assert not processes.alive(running.pid, running.identity)
    assert not job.folder.exists()
    assert actions.listing(ANNA) == ()


def test_who_may_do_what(monkeypatch: pytest.MonkeyPatch) -> None:
    job = actions.submit(ANNA, order(4000, **SLOW))
    assert actions.listing(BEN) == actions.listing(NOBODY) == ()
    for act in (actions.find, actions.pause, actions.stop, actions.delete, actions.duplicate, snapshot.read, actions.watch):
        with pytest.raises(UserError) as caught:
            act(BEN, job.id)  # type: ignore[operator]
        assert caught.value.key == "no_such_job"
    actions.share(ANNA, job.id)
    assert not snapshot.read(BEN, job.id).yours
    for act in (actions.pause, actions.resume, actions.stop, actions.delete):
        with pytest.raises(UserError) as caught:
            act(BEN, job.id)  # type: ignore[operator]
        assert caught.value.key == "not_your_job"
    with pytest.raises(UserError):
        actions.rename(BEN, job.id, "mine")
    assert actions.listing(BEN, mine=True) == ()
    assert actions.duplicate(BEN, job.id).owner == BEN.owner
    with pytest.raises(UserError) as caught:
        actions.duplicate(NOBODY, job.id)
    assert caught.value.key == "visitor_key"
    with pytest.raises(UserError) as caught:
        visitor.of("", "guess")
    assert caught.value.key == "wrong_password"
    monkeypatch.setenv("GANAPP_ADMIN_PASSWORD", "sesame")
    with pytest.raises(UserError):
        visitor.of("", "guess")
    assert len(actions.listing(visitor.of("", "sesame"))) == len(actions.listing(visitor.shell())) == 2
    assert actions.stop(visitor.of("", "sesame"), job.id)
    assert "GANAPP_ADMIN_PASSWORD" not in paths.child_environment()


@pytest.mark.parametrize("name", ["../../jobs.sqlite", "/etc/passwd", "samples/../../x", "missing.png", ""])
def test_no_file_outside_the_job_is_handed_out(name: str) -> None:
    job = await_(actions.submit(ANNA, order(1)), ended)
    assert actions.file(ANNA, job.id, "metrics.jsonl").is_file()
    with pytest.raises(UserError) as caught:
        actions.file(ANNA, job.id, name)
    assert caught.value.key == "no_such_file"


def test_a_killed_process_is_marked_within_five_seconds_and_can_be_resumed() -> None:
    job = actions.submit(ANNA, order(4000, **SLOW))
    running = await_(job, lambda now: now.step > 3)
    os.kill(running.pid, signal.SIGKILL)
    while processes.alive(running.pid, running.identity):
        time.sleep(0.01)
    queue.tick()  # whoever looks next is told
    failed = actions.find(ANNA, job.id)
    assert (failed.state, json.loads(failed.reason)["key"]) == ("failed", "errors.killed")
    assert failed.step > 3
    assert "{" not in failed.why("zh") != failed.why("en")
    assert actions.resume(ANNA, job.id).state == "running"
    assert await_(job, lambda now: now.step > failed.step).reason == ""


@pytest.mark.parametrize(("end", "key"), [("kill", "killed"), ("break", "run_broke"), ("nan", "diverged")])
def test_what_ended_a_job_is_said(end: str, key: str) -> None:
    job = await_(actions.submit(ANNA, order(50, pace=0.01, end=end)), ended)
    assert (job.state, json.loads(job.reason)["key"]) == ("failed", f"errors.{key}")
    if end == "break":
        assert "No module named 'torch'" in job.why("en")


def dead(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Job:
    """A job whose process is gone while its row and its status still say that it runs."""
    job = actions.submit(ANNA, order(4000, **SLOW))
    running = await_(job, lambda now: now.step > 3)
    os.kill(running.pid, signal.SIGKILL)
    process.reap()
    said = reports.status(job.folder)
    (job.folder / "status.json").write_text(json.dumps({**said, **changes}))
    return await_(job, ended)


def test_a_restarted_machine_and_the_kernels_memory_killer_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    assert json.loads(dead(monkeypatch, boot="another").reason)["key"] == "errors.machine_restarted"
    monkeypatch.setattr(memory, "kills", lambda: 10**9)
    assert json.loads(dead(monkeypatch).reason)["key"] == "errors.memory_killed"
    monkeypatch.setattr(memory, "kills", lambda: 0)
    monkeypatch.setenv("GANAPP_DISK_FREE_MB", "0")  # else a nearly full disk takes no new job
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 0))  # type: ignore[attr-defined]
    assert json.loads(dead(monkeypatch).reason)["key"] == "errors.disk_full"


def test_another_process_with_the_same_id_is_not_mistaken_for_the_job() -> None:
    job = actions.submit(ANNA, order(4000, **SLOW))
    running = await_(job, lambda now: now.step > 0)
    process.kill(running)
    said = reports.status(job.folder)
    (job.folder / "status.json").write_text(json.dumps({**said, "pid": os.getpid(), "identity": "1"}))
    store.update(job.id, pid=os.getpid(), identity="1")
    assert await_(job, ended).state == "failed"


def test_a_job_outlives_the_process_that_started_it_and_is_found_again(home: Path) -> None:
    code = (
        "import sys, time; sys.path.insert(0, '.');"
        "from tests.jobs.test_jobs import *;"
        "process.command = worker;"
        "print(actions.submit(ANNA, order(4000, **SLOW)).id, flush=True); time.sleep(100)"
    )
    page = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert page.stdout is not None
    job_id = page.stdout.readline().strip()
    page.kill()
    page.wait()
    page.stdout.close()
    job = actions.find(ANNA, job_id)
    now = await_(job, lambda now: now.step > 2)
    assert now.state == "running"
    store.update(job_id, pid=0, identity="", started=time.time() - 100)  # the page died before it wrote the process down
    now = await_(job, lambda now: now.pid > 0)
    assert processes.alive(now.pid, now.identity)
    actions.stop(ANNA, job_id)
    assert await_(job, ended).state == "stopped"


def test_a_start_that_brought_no_process_is_taken_back_into_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    job = await_(actions.submit(ANNA, order(3)), ended)
    (job.folder / "status.json").unlink()
    queue.let_go(job)
    held = claim.take(job.folder)
    assert held is not None
    store.update(job.id, state="running", pid=0, identity="", started=time.time() - 60)
    queue.tick()
    assert actions.find(ANNA, job.id).pid == 0, "whoever claimed it may still be starting it"
    held.release()
    queue.tick()
    again = actions.find(ANNA, job.id)
    assert again.pid > 0
    assert again.started > time.time() - 30
    assert await_(job, ended).state == "done"


def test_many_who_look_at_the_queue_start_a_job_once(home: Path) -> None:
    first = actions.submit(ANNA, order(4000, **SLOW))
    second = actions.submit(ANNA, order(4000, **SLOW))
    process.kill(await_(first, lambda now: now.step > 0))
    threads = [threading.Thread(target=queue.tick) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    await_(second, lambda now: now.step > 0)
    found = subprocess.run(["pgrep", "-fc", str(second.folder)], capture_output=True, text=True, check=False).stdout
    assert int(found) == 1


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_JOB_STEPS", "5000")
    monkeypatch.setenv("GANAPP_JOBS_PER_VISITOR", "2")
    monkeypatch.setenv("GANAPP_JOB_SECONDS", "77")
    assert paths.limits() == paths.Limits(seconds=77, steps=5000, jobs=2, address_jobs=4)
    with pytest.raises(UserError) as caught:
        actions.submit(ANNA, order(5001))
    assert caught.value.key == "steps_limit"
    kept = [actions.submit(ANNA, order(4000, **SLOW)) for _ in range(2)]
    with pytest.raises(UserError) as caught:
        actions.submit(ANNA, order(10))
    assert caught.value.key == "jobs_limit"
    assert actions.submit(BEN, order(10)).state == "waiting"
    monkeypatch.setenv("GANAPP_DISK_PER_VISITOR_MB", "1")
    running = await_(kept[0], lambda now: now.step > 0)
    (running.folder / "big").write_bytes(b"x" * (2 << 20))
    queue._measured.clear()
    stopped = await_(kept[0], ended)
    assert (stopped.state, json.loads(stopped.reason)["key"]) == ("stopped", "errors.disk_limit")
    with pytest.raises(UserError) as caught:
        actions.resume(ANNA, kept[0].id)
    assert caught.value.key == "disk_limit"


def test_the_seconds_allowed_reach_the_process(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    job = actions.submit(ANNA, order(1))
    monkeypatch.undo()
    monkeypatch.setenv("GANAPP_RUNS", str(home))
    monkeypatch.setenv("GANAPP_JOB_SECONDS", "77")
    told = process.command(job)
    assert told[1:] == ["-m", "ganapp.training", str(job.folder), "--seconds", "77", "--then", "ganapp.jobs"]


def test_old_jobs_go_but_not_while_they_are_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    old, watched, running = (await_(actions.submit(ANNA, order(1)), ended) for _ in range(3))
    store.update(old.id, ended=time.time() - 10 * 86_400)
    store.update(watched.id, ended=time.time() - 10 * 86_400)
    store.update(running.id, ended=time.time() - 1 * 86_400)
    assert queue.clean_up() == ()
    monkeypatch.setenv("GANAPP_KEEP_DAYS", "7")
    snapshot.read(ANNA, watched.id)
    assert queue.clean_up() == (old.id,)
    assert not old.folder.exists()
    assert {job.id for job, _ in actions.listing(ANNA)} == {watched.id, running.id}


@pytest.mark.parametrize(
    ("bad", "key"),
    [
        ({"recipe": "nothing", "steps": 1}, "unknown_recipe"),
        ({"recipe": "../x", "steps": 1}, "unknown_recipe"),
        ({"recipe": "digits"}, "missing_key"),
        ({"recipe": "digits", "steps": 0}, "order_numbers"),
        ({"recipe": "digits", "steps": True}, "order_numbers"),
        ({"recipe": "digits", "steps": 1, "every": 0}, "order_numbers"),
        ({"recipe": "digits", "steps": 1, "device": "tpu"}, "order_device"),
        ({"recipe": "digits", "steps": 1, "settings": []}, "bad_value"),
        ({"recipe": "digits", "steps": 1, "speed": 1}, "unknown_key"),
        ([], "bad_value"),
    ],
)
def test_a_bad_order_is_refused_at_once(bad: Any, key: str) -> None:
    with pytest.raises(UserError) as caught:
        actions.submit(ANNA, bad)
    assert caught.value.key == key
    assert store.select() == ()


def test_a_thousand_jobs_are_listed_in_well_under_a_second() -> None:
    now = time.time()
    with store.changing() as db:
        for i in range(1000):
            job = Job(f"{i:010x}", f"job {i}", ANNA.owner, "digits", 100, "cpu", now - i, now, state="done", step=100, ended=now)
            store.insert(job, db)
    spent = []
    for _ in range(3):  # the best of three: a core that others use as well has cold caches
        queue._cleaned[0] = 0.0
        started = time.process_time()
        assert len(actions.listing(ANNA)) == 1000
        spent.append(time.process_time() - started)
    assert min(spent) < 0.5


def test_no_zombies_are_left() -> None:
    jobs = [actions.submit(ANNA, order(1)) for _ in range(3)]
    for job in jobs:
        await_(job, ended)
    until = time.monotonic() + 20
    while process._children:
        assert time.monotonic() < until, process._children
        queue.tick()
        time.sleep(0.02)
