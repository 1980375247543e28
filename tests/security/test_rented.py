"""A rented job's repository belongs to whoever has the token: nothing in it is trusted, and nothing endless is fetched."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.jobs import actions, hubjobs, orders, process, store, visitor
from ganapp.jobs.store import Job
from ganapp.machine import processes
from tests.jobs.requests.conftest import KEY, ask, home, refusal  # noqa: F401
from tests.jobs.test_hubjobs import ORDER, RENT, files
from tests.support.fakehub import TOKEN, FakeHub, client_of

ANNA = visitor.of(KEY)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    monkeypatch.setattr(hubjobs, "program", lambda order: b"PK program")
    server = FakeHub()
    with client_of(server.url, tmp_path / "home"):
        yield server
    server.close()


def put(hub: FakeHub, job: Job, stage: str = "RUNNING", **came: bytes) -> None:
    """Let a repository hold further files; "__" stands for "/", "_dot_" for "."."""
    repository = job.remote.partition("#")[0]
    named = {name.replace("__", "/").replace("_dot_", "."): blob for name, blob in came.items()}
    hub.commit(repository, {**files(hub, repository), **named})
    hub.jobs["job0"]["stage"] = stage


@pytest.mark.parametrize(
    "status",
    [
        {"state": "failed", "reason": "text"},
        {"state": "failed", "reason": {"key": "errors.no_such_sentence", "values": {}}},
        {"state": "failed", "reason": {"key": "errors.diverged"}},
        {"state": "failed", "reason": {"key": "train.title"}},
        {"state": "running", "heartbeat": "now", "step": "many", "seconds": None, "eta": [], "latest": {"x": {}}},
        {"state": {"a": 1}, "heartbeat": 1e300, "step": 10**30},
        [],
    ],
)
@pytest.mark.parametrize("stage", ["RUNNING", "ERROR"])
def test_whatever_stands_in_its_status_lists_go_on(hub: FakeHub, status: Any, stage: str) -> None:
    job = hubjobs.submit(ANNA, ORDER, RENT)
    put(
        hub,
        job,
        stage,
        status_dot_json=json.dumps(status).encode(),
        diagnostics_dot_jsonl=b'{"step": 1}\n{"torn',
        metrics_dot_jsonl=b"\xff\n",
    )
    row = ask("hub_follow", id=job.id, token=TOKEN)["job"]
    json.dumps([row, ask("jobs_list"), ask("job_show", id=job.id)], ensure_ascii=False, allow_nan=False).encode()
    assert row["state"] == ("running" if stage == "RUNNING" else "failed")
    assert row["reason"] is None or "{" not in row["reason"]["en"] + row["reason"]["zh"]


def test_a_file_that_no_run_writes_so_large_is_not_fetched(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    job = hubjobs.submit(ANNA, ORDER, RENT)
    put(hub, job, status_dot_json=b" " * 300_000)
    told = refusal("hub_follow", id=job.id, token=TOKEN)
    assert told["key"] == "hub_job_file"
    assert "status.json" in told["zh"]
    assert not (job.folder / "status.json").exists()
    put(hub, job, status_dot_json=b"{}", samples__0000001_dot_png=b"x")
    monkeypatch.setattr(hubjobs, "MOST_FILES", 1)
    assert refusal("hub_follow", id=job.id, token=TOKEN)["key"] == "hub_job_file"
    monkeypatch.setattr(hubjobs, "MOST_FILES", 10)
    assert ask("hub_follow", id=job.id, token=TOKEN)["job"]["state"] == "running"


def test_only_what_a_run_writes_is_fetched(hub: FakeHub) -> None:
    job = hubjobs.submit(ANNA, ORDER, RENT)
    odd = {"order_dot_json": b"{}", "samples__a__b_dot_png": b"x", "samples__x_dot_html": b"x", "result__deep__x": b"x", "_dot_lock": b"x"}
    odd |= {"STOP": b"stop", "samples__*": b"x", "good_dot_pt": b"x", "result___dot_hidden": b"x", "samples__٣_dot_png": b"x"}
    put(hub, job, "COMPLETED", **odd, samples__raw__0000002_dot_png=b"x", result__config_dot_json=b"{}")
    ask("hub_follow", id=job.id, token=TOKEN)
    held = {path.relative_to(job.folder).as_posix() for path in job.folder.rglob("*") if path.is_file()}
    assert held == {"order.json", "samples/raw/0000002.png", "result/config.json"}
    assert orders.read(job.folder)["recipe"] == "digits", "the order is the one that was given here"


def test_the_disk_allowed_holds_for_what_is_fetched(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_DISK_PER_VISITOR_MB", "1")
    job = hubjobs.submit(ANNA, ORDER, RENT)
    put(hub, job, "COMPLETED", checkpoint_dot_pt=b"x" * 2_000_000)
    assert refusal("hub_follow", id=job.id, token=TOKEN)["key"] == "disk_limit"
    assert not (job.folder / "checkpoint.pt").exists()


def test_deleting_a_rented_job_ends_no_process_here(hub: FakeHub) -> None:
    job = hubjobs.submit(ANNA, ORDER, RENT)
    child = process.humble(["sh", "-c", "sleep 60", job.id], dict(os.environ))  # even one that bears its id
    said = {"state": "done", "pid": child.pid, "identity": processes.identity(child.pid), "boot": processes.boot(), "step": 4}
    put(hub, job, "COMPLETED", status_dot_json=json.dumps(said).encode())
    assert ask("hub_follow", id=job.id, token=TOKEN)["job"]["state"] == "done"
    assert ask("job_change", id=job.id, action="delete")["job"] is None
    assert child.poll() is None
    process.end(child)


def test_what_is_rented_stands_in_a_row_before_it_costs_anything(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError):
        hubjobs.submit(ANNA, ORDER, RENT, "x" * 100)
    assert (hub.jobs, store.select(), hub.repositories) == ({}, (), {})
    hub.statuses["/api/jobs/somebody"] = 500
    with pytest.raises(UserError):
        hubjobs.submit(ANNA, ORDER, RENT)
    assert (store.select(), list(paths.jobs().iterdir())) == ((), [])


def advised(**changes: Any) -> Job:
    """A job whose diagnosis, a file that a rented machine may have written, advises these changes."""
    now = time.time()
    job = Job("1a2b3c4d5e", "Far", ANNA.owner, "gan", 5, "hub:t4", now, now, state="done", remote="a/b#c")
    with store.changing() as db:
        store.insert(job, db)
    (job.folder).mkdir(parents=True)
    orders.write(job.folder, {"recipe": "gan", "steps": 5, "device": "cpu", "settings": {}})
    (job.folder / "checkpoint.pt").write_bytes(b"x")
    lamp = {"ill": True, "advice": [{"key": "halve_rates", "changes": changes}]}
    (job.folder / "diagnostics.jsonl").write_text(json.dumps({"step": 1, "recall": lamp}) + "\n")
    return job


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"data": "pictures", "source": "/etc"}, "upload_missing"),
        ({"source": "/etc"}, "source_unused"),
        ({"batch": 10**9}, "whole_between"),
        ({"hope": 1}, "field_unknown"),
        ({"width": 64}, "onward_fixed"),
        ({"title": "\ud800"}, "text_unfit"),
    ],
)
def test_advice_is_checked_like_any_order(changes: dict[str, Any], key: str) -> None:
    job = advised(**changes)
    if key == "text_unfit":  # half a character does not survive the reading of the diagnosis
        assert "?" in str(ask("job_show", id=job.id)["advice"])
        return
    assert refusal("job_advise", id=job.id, advice="halve_rates")["key"] == key
    assert len(store.select()) == 1
    assert actions.find(ANNA, job.id).state == "done"
