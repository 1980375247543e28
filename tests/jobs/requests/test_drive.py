"""Driving a run by hand, as the page and the API ask for it: who may, which runs can, and what of an answer is believed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ganapp.base.by_hand import ANSWER, COMMAND
from ganapp.jobs import hand, process, store
from ganapp.jobs.store import Job
from ganapp.machine import processes
from tests.jobs.requests.conftest import OTHER, ask, found, refusal

LOOK = {"real": [0.5, -0.25], "generated": [0.1, 0.2], "pictures": "aGFuZA==", "pull": "cHVsbA==", "strength": 0.5}
SAID: dict[str, Any] = {"serial": 1, "held": True, "step": 3, "turns": 1, "act": "discriminator", "until": 0.0, "values": {"d_loss": 0.7}}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    """A run of the recipe gan whose process lives; nothing computes."""
    idle = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    monkeypatch.setattr(process, "start", lambda job, held: (idle.pid, processes.identity(idle.pid)))
    job = ask("train_start", order={"recipe": "gan", "steps": 100, "device": "cpu", "settings": {}})["job"]
    yield found(job["id"])
    idle.kill()
    idle.wait()


def command(job: Job) -> dict[str, Any]:
    written: dict[str, Any] = json.loads((job.folder / COMMAND).read_text())
    return written


def says(job: Job, **more: Any) -> None:
    said = {**SAID, "until": time.time() + 60, "before": LOOK, "after": LOOK, **more}
    (job.folder / ANSWER).write_text(json.dumps(said))


def test_a_command_is_written_and_its_answer_is_told(run: Job) -> None:
    assert ask("job_drive", id=run.id) == {"serial": 0, "answer": None}
    assert ask("job_drive", id=run.id, act="hold")["serial"] == 1
    assert command(run) == {"serial": 1, "act": "hold"}
    assert refusal("job_drive", id=run.id, act="both")["key"] == "hand_busy", "the command before has no answer yet"
    says(run)
    answer = ask("job_drive", id=run.id)["answer"]
    assert (answer["step"], answer["turns"], answer["values"], answer["after"]) == (3, 1, {"d_loss": 0.7}, LOOK)
    assert 0 < answer["left"] <= 60
    assert "after" not in ask("job_drive", id=run.id, since=1)["answer"], "what is known already is not sent again"
    assert ask("job_drive", id=run.id, act="generator")["serial"] == 2
    assert command(run) == {"serial": 2, "act": "generator"}
    assert ask("job_drive", id=run.id, act="go")["serial"] == 3, "who waits too long may always let it go on"


def test_only_the_owner_drives_and_only_what_can_be_driven(run: Job) -> None:
    assert refusal("job_drive", key=OTHER, id=run.id, act="hold")["key"] == "no_such_job"
    ask("job_change", id=run.id, action="share")
    assert refusal("job_drive", key=OTHER, id=run.id, act="hold")["key"] == "not_your_job"
    assert ask("job_drive", key=OTHER, id=run.id)["answer"] is None, "but whoever may watch sees what it said"
    assert refusal("job_drive", id=run.id, act="jump")["key"]
    for change in ({"architecture": "vae"}, {}):
        order = {"recipe": "gan", "steps": 100, "processes": 1 if change else 2, "settings": change}
        (run.folder / "order.json").write_text(json.dumps(order))
        assert refusal("job_drive", id=run.id, act="hold")["key"] == "hand_unfit"
    (run.folder / "order.json").write_text(json.dumps({"recipe": "gan", "steps": 100, "settings": {}}))
    for state in ("done", "paused", "failed"):
        store.update(run.id, state=state)
        assert refusal("job_drive", id=run.id, act="hold")["key"] == "hand_over"
    assert not (run.folder / COMMAND).exists()


@pytest.mark.parametrize(
    "spoilt",
    [
        {"serial": -1},
        {"held": 1},
        {"act": "x"},
        {"step": 1e300},
        {"until": float("nan")},
        {"values": {"d_loss": "much"}},
        {"after": {**LOOK, "pull": '"><script>'}},
        {"after": {**LOOK, "real": ["1"]}},
        {"before": {**LOOK, "strength": None}},
        {"before": 3},
    ],
)
def test_of_a_spoilt_answer_nothing_is_shown(run: Job, spoilt: dict[str, Any]) -> None:
    says(run, **spoilt)
    answer = hand.answer(run)
    assert answer is None or "after" not in answer
    says(run)
    assert (hand.answer(run) or {})["after"] == LOOK


def test_no_answer_is_read_beyond_what_a_run_can_write(run: Job) -> None:
    (run.folder / ANSWER).write_text("[" * 100_000)
    assert hand.answer(run) is None
    (run.folder / ANSWER).write_text(json.dumps({**SAID, "x": "y" * (5 << 20)}))
    assert hand.answer(run) is None
