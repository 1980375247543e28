"""A full disk: lists go on, deleting makes room, nothing half written stays, and nobody fills it alone."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.jobs import actions, database, orders, queue, store, visitor
from ganapp.jobs.store import Job
from tests.jobs.requests.conftest import KEY, ask, home, refusal  # noqa: F401

ANNA = visitor.of(KEY)
GAN: dict[str, Any] = {"recipe": "gan", "steps": 5, "device": "cpu", "settings": {}}


def row(number: int, **fields: Any) -> Job:
    now = time.time()
    usual = {"owner": ANNA.owner, "recipe": "gan", "steps": 10, "device": "cpu", "created": now, "queued": now, "state": "done"}
    job = Job(id=f"{number:010x}", name=f"job {number}", **{**usual, **fields})
    with store.changing() as db:
        store.insert(job, db)
    job.folder.mkdir(parents=True)
    orders.write(job.folder, GAN)
    return job


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk of 4 MB, a real one where this machine lets us have it."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "likeness-test", str(place)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("only an administrator can mount a small disk")
    monkeypatch.setenv("GANAPP_RUNS", str(place / "runs"))
    monkeypatch.setenv("GANAPP_DISK_FREE_MB", "1")
    monkeypatch.setattr(database, "PLENTY", 2 << 20)
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


def fill(place: Path) -> Path:
    """Take all there is, to the last byte."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as handle:
        for block in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    handle.write(b"x" * block)
            except OSError:
                continue
    return ballast


@pytest.mark.parametrize("reserve", [True, False])
def test_lists_and_deleting_work_on_a_full_disk(small_disk: Path, reserve: bool) -> None:
    jobs = [row(number) for number in range(3)]
    (jobs[0].folder / "checkpoint.pt").write_bytes(b"x" * (1 << 20))
    if reserve:
        database.keep_reserve()
    fill(small_disk)
    assert database.free() < 4096
    assert {entry["id"] for entry in ask("jobs_list")["jobs"]} == {job.id for job in jobs}
    assert ask("job_show", id=jobs[1].id)["name"] == "job 1"
    assert refusal("train_start", order=GAN)["key"] == "disk_reserve"
    assert ask("job_change", id=jobs[0].id, action="delete")["job"] is None
    assert not jobs[0].folder.exists()
    assert {entry["id"] for entry in ask("jobs_list")["jobs"]} == {jobs[1].id, jobs[2].id}
    assert database.free() > 1 << 19, "what was deleted is free"
    assert len(list(paths.jobs().iterdir())) == 2, "the order that was refused left nothing"


def test_the_last_job_can_be_deleted_where_no_byte_is_free(small_disk: Path) -> None:
    job = row(1)
    database.keep_reserve()
    assert (paths.runs() / "jobs.reserve").stat().st_size == database.RESERVE
    ballast = fill(small_disk)
    actions.delete(ANNA, job.id)
    assert store.select() == ()
    ballast.unlink()
    queue._cleaned[0] = -1e9
    queue.tick()
    assert (paths.runs() / "jobs.reserve").exists(), "it is put back once there is room"


CODE = """
import resource, signal, sys
sys.path.insert(0, ".")
from ganapp.base.errors import UserError
from ganapp.jobs import actions, visitor
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # not a byte can be written from now on
who = visitor.of("a" * 32)
print(len(actions.listing(who)))
try:
    actions.submit(who, {"recipe": "gan", "steps": 5, "device": "cpu"})
except UserError as problem:
    print(problem.key)
"""


def test_a_process_that_may_not_write_still_lists() -> None:
    row(1)
    environment = {**os.environ, "GANAPP_RUNS": str(paths.runs())}
    told = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert told.stdout.split() == ["1", "disk_full"], told.stderr[-2000:]
    assert len(list(paths.jobs().iterdir())) == 1


def test_others_who_write_for_too_long_get_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    job = row(1)
    monkeypatch.setattr(database, "PATIENCE", 0.2)
    other = sqlite3.connect(paths.runs() / "jobs.sqlite", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        assert [entry["id"] for entry in ask("jobs_list")["jobs"]] == [job.id], "who only looks does not wait"
        told = refusal("job_change", id=job.id, action="rename", name="Another name")
        assert told["key"] == "jobs_busy"
        assert refusal("train_start", order=GAN)["key"] == "jobs_busy"
        assert len(list(paths.jobs().iterdir())) == 1
    finally:
        other.close()


def test_a_damaged_file_of_rows_is_told_as_such() -> None:
    paths.runs().mkdir(parents=True)
    (paths.runs() / "jobs.sqlite").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    told = refusal("jobs_list")
    assert told["key"] == "jobs_unreadable"
    assert "jobs.sqlite" in told["zh"]
    (paths.runs() / "jobs.sqlite").unlink()


def test_a_disk_that_is_nearly_full_takes_nothing_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "free", lambda: 100 << 20)
    assert refusal("train_start", order=GAN)["key"] == "disk_reserve"
    monkeypatch.setenv("GANAPP_DISK_FREE_MB", "0")
    with pytest.raises(UserError, match="beyond|from") as caught:
        orders.checked({**GAN, "steps": 10**10})
    assert caught.value.key == "whole_between"


def test_all_of_one_address_share_a_disk_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_DISK_PER_ADDRESS_MB", "3")
    with visitor.at("192.0.2.7"):
        origin = visitor.of(KEY).origin
        for number in range(4):
            row(number, owner=f"somebody {number}", address=origin, bytes=1 << 20)
        assert refusal("train_start", order=GAN)["key"] == "address_disk"
    with visitor.at("192.0.2.8"):
        assert ask("train_start", order={**GAN, "device": "mps"})["job"]["state"] in ("running", "waiting")
