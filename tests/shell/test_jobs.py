"""`train` and `jobs` in the shell, with the real training process; and slices on a card that is lent."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ganapp.base.errors import UserError
from ganapp.jobs import actions, process, queue, slices, store, visitor
from ganapp.machine import devices
from ganapp.shell import main

ROOT = Path(__file__).resolve().parents[2]
ORDER: dict[str, Any] = {
    "recipe": "digits",
    "steps": 20,
    "every": 10,
    "threads": 1,
    "device": "cpu",
    "settings": {"width": 4, "latent": 8, "batch": 8},
}
ANNA = visitor.of("a" * 32)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("LC_ALL", "C")
    yield tmp_path
    for job in store.select():
        process.kill(job)


def order_file(folder: Path, **changes: Any) -> Path:
    path = folder / "little.json"
    path.write_text(json.dumps({**ORDER, **changes}))
    return path


def test_train_shows_its_progress_and_the_result(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["train", str(order_file(home))]) == 0
    told = capsys.readouterr()
    (job,) = store.select()
    assert told.out.strip() == str(job.folder / "result")
    assert (job.folder / "result" / "config.json").is_file()
    assert (job.name, job.owner, job.state, job.step) == ("little", "shell", "done", 20)
    assert "20/20  done" in told.err
    assert "░" in told.err
    assert "d_loss" in told.err
    main.main(["jobs", "list"])
    assert f"{job.id}  100 %  done" in capsys.readouterr().out
    main.main(["jobs", "show", job.id[:5], "--json"])
    shown = json.loads(capsys.readouterr().out)
    assert (shown["state"], shown["result"], shown["samples"]) == ("done", True, {"": [10, 20]})
    main.main(["jobs", "rename", job.id, "another name"])
    main.main(["jobs", "list", "--json"])
    out = capsys.readouterr().out
    listed = json.loads(out[out.index("[") :])
    assert listed[0]["name"] == "another name"
    assert "owner" not in listed[0]
    assert main.main(["jobs", "resume", job.id]) == 2
    assert "Duplicate it" in capsys.readouterr().err
    main.main(["jobs", "delete", job.id])
    assert store.select() == ()


def test_a_bad_order_is_said_in_one_sentence(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["train", str(order_file(home, settings={"colour": 1}))]) == 1
    assert "colour" in capsys.readouterr().err.splitlines()[-1]
    assert store.select()[0].state == "failed"
    assert main.main(["train", str(order_file(home, recipe="nothing"))]) == 2
    assert main.main(["train", str(home / "nowhere.json")]) == 2
    assert main.main(["jobs", "show", "ffffffff"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def worker(job: store.Job, **_: float) -> list[str]:
    return [sys.executable, str(ROOT / "tests" / "support" / "jobworker.py"), str(job.folder)]


def test_jobs_are_stopped_paused_resumed_and_duplicated(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "command", worker)
    assert main.main(["jobs", "list"]) == 0
    assert "no jobs yet" in capsys.readouterr().err
    slow = order_file(home, steps=5000, settings={"pace": 0.02})
    main.main(["train", str(slow), "--detach", "--name", "slow one"])
    (job,) = store.select()
    main.main(["jobs", "pause", job.id])
    assert f"{job.id} slow one: paused" in capsys.readouterr().out
    main.main(["jobs", "resume", job.id])
    main.main(["jobs", "stop", job.id])
    assert "slow one: stopped" in capsys.readouterr().out
    main.main(["jobs", "duplicate", job.id, "--set", "steps=3", "--set", "pace=0", "--set", "data=mnist"])
    copy = store.select("parent = ?", (job.id,))[0]
    assert json.loads((copy.folder / "order.json").read_text())["settings"] == {"pace": 0, "data": "mnist"}
    assert copy.steps == 3
    main.main(["jobs", "show", copy.id, "--follow"])
    assert actions.find(visitor.shell(), copy.id).state == "done"
    main.main(["jobs", "share", copy.id])
    assert actions.find(ANNA, copy.id).name == "slow one (2)"
    main.main(["jobs", "share", copy.id, "--off"])
    with pytest.raises(UserError):
        actions.find(ANNA, copy.id)


def test_a_job_on_a_lent_card_goes_on_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    lent: list[int] = []

    def lend(task: Callable[..., object], seconds: int = 60) -> Callable[..., object]:
        def called(*arguments: object) -> object:
            lent.append(seconds)
            return task(*arguments)

        return called

    monkeypatch.setattr(devices, "with_lent_card", lend)
    plain = process.command
    monkeypatch.setattr(process, "command", lambda job, **more: plain(job, **{**more, "slice": 1e-6}))
    job = actions.submit(ANNA, {**ORDER, "steps": 2, "device": ""})
    queue.tick()
    assert (actions.find(ANNA, job.id).state, job.device) == ("waiting", queue.BORROWED), "the queue leaves it to its visitor"
    job = slices.go_on(ANNA, job.id, 30)
    assert (job.state, job.step) == ("waiting", 1)
    assert (job.folder / "checkpoint.pt").is_file()
    with pytest.raises(UserError) as caught:
        slices.go_on(visitor.of("b" * 32), job.id)
    assert caught.value.key == "no_such_job"
    job = slices.go_on(ANNA, job.id, 30)
    assert (job.state, job.step) == ("done", 2)
    assert (job.folder / "result" / "config.json").is_file()
    assert lent == [50, 50]
    assert slices.go_on(ANNA, job.id).state == "done"
    assert lent == [50, 50], "an ended job borrows nothing"


def test_a_card_that_is_refused_leaves_the_job_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")

    def refuse(task: Callable[..., object], seconds: int = 60) -> Callable[..., object]:
        def called(*arguments: object) -> object:
            raise RuntimeError("no quota")

        return called

    monkeypatch.setattr(devices, "with_lent_card", refuse)
    job = actions.submit(ANNA, {**ORDER, "device": ""})
    with pytest.raises(RuntimeError):
        slices.go_on(ANNA, job.id)
    assert actions.find(ANNA, job.id).state == "waiting"
