"""Hugging Face Jobs against a Hub on localhost: prices, the very order, the state, the result, and the far end itself."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.jobs import actions, hubjobs, hubworker, reports, snapshot, visitor
from ganapp.jobs.store import Job
from tests.support.fakehub import TOKEN, FakeHub, client_of

ANNA, BEN = visitor.of("a" * 32), visitor.of("b" * 32)
ORDER: dict[str, Any] = {"recipe": "digits", "steps": 4, "every": 2, "threads": 1, "settings": {"width": 4, "latent": 8, "batch": 8}}
RENT = hubjobs.Rent("t4-small", TOKEN, 1.5)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(hubjobs, "program", lambda order: b"PK program")
    server = FakeHub()
    with client_of(server.url, tmp_path / "home"):
        yield server
    server.close()


def files(hub: FakeHub, repository: str) -> dict[str, bytes]:
    held = hub.repositories["model", repository]
    return held.commits[held.refs["main"]]


def test_prices_an_hour_the_cheapest_first(hub: FakeHub) -> None:
    offers = hubjobs.offers(TOKEN)
    assert [(offer.flavour, offer.dollars) for offer in offers] == [("cpu-basic", 0.01), ("t4-small", 0.4)]
    assert offers[1].accelerator == "1 x T4, 16 GB"


def test_the_very_order_is_sent_and_paid_for_as_asked(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_HUB_IMAGE", "python:3.13-slim")
    job = hubjobs.submit(ANNA, {**ORDER, "device": "cpu"}, RENT, "Far away")
    repository = f"somebody/likeness-job-{job.id}"
    asked = hub.jobs["job0"]
    assert asked["dockerImage"] == "python:3.13-slim"
    assert (asked["flavor"], asked["timeoutSeconds"], asked["labels"]["likeness"]) == ("t4-small", 5400, job.id)
    assert asked["secrets"] == {"HF_TOKEN": TOKEN}
    assert TOKEN not in json.dumps([asked["environment"], asked["command"]])
    assert asked["command"][:2] == ["bash", "-c"]
    assert f"exec python -m ganapp.jobs.hubworker {repository}" in asked["command"][2]
    assert "'" not in repository
    assert hub.repositories["model", repository].private
    sent = files(hub, repository)
    assert json.loads(sent["order.json"]) == {**ORDER, "device": ""}, "the far machine chooses its own device"
    assert (job.state, job.device, job.name, job.remote) == ("waiting", "hub:t4-small", "Far away", f"{repository}#job0")
    assert TOKEN not in (paths.runs() / "jobs.sqlite").read_bytes().decode("latin1")


def test_the_program_is_whole_and_always_the_same() -> None:
    packed = hubjobs.program(ORDER)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        wanted = archive.read("requirements.txt").decode().split()
    assert {"ganapp/jobs/hubworker.py", "ganapp/training/run/loop.py", "assets/locales/zh/errors.json"} <= set(names)
    assert "assets/data/mnist/train-images-idx3-ubyte.gz" in names
    assert not [name for name in names if "data/fashion" in name or name.startswith(("runs", "tests", "/")) or ".." in name]
    assert wanted[0].startswith("torch")
    assert not [line for line in wanted if line.startswith("gradio")]


def test_the_program_is_the_same_bytes_every_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    kept = ["ganapp/b.py", "ganapp/a.py", "assets/data/mnist/x.gz", "models/digits-judge/config.json", "assets/locales/en/a.json"]
    for name in [*kept, "assets/data/other/x.gz", "models/another/config.json", "app.py", "requirements.txt"]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("torch>=2\ngradio\n" if name == "requirements.txt" else name)
    packed = hubjobs.program(ORDER)
    (tmp_path / "ganapp/a.py").touch()
    assert hubjobs.program(ORDER) == packed
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == [*sorted(kept), "requirements.txt"]
        assert archive.read("requirements.txt") == b"torch>=2\n"
    with zipfile.ZipFile(io.BytesIO(hubjobs.program({"settings": {"data": "../../etc"}}))) as archive:
        assert not [name for name in archive.namelist() if "data" in name]


def test_the_state_is_followed_and_the_result_fetched(hub: FakeHub) -> None:
    job = hubjobs.submit(ANNA, ORDER, RENT)
    repository = job.remote.partition("#")[0]
    assert hubjobs.follow(ANNA, job.id, TOKEN).state == "waiting"
    hub.jobs["job0"]["stage"] = "RUNNING"
    said = {"state": "running", "step": 2, "seconds": 3.5, "heartbeat": 1.0, "reason": None}
    log = b'{"step": 2, "g_loss": 0.7}\n'
    came = {"status.json": json.dumps(said).encode(), "metrics.jsonl": log, "samples/0000002.png": b"png"}
    hub.commit(repository, {**files(hub, repository), **came})
    now = hubjobs.follow(ANNA, job.id, TOKEN)
    assert (now.state, now.step, now.seconds) == ("running", 2, 3.5)
    shown = snapshot.read(ANNA, job.id)
    assert (shown.samples, shown.curves["step"], shown.result) == ({"": (2,)}, [2], False)
    result = {"result/config.json": b"{}", "result/model.safetensors": b"weights", "checkpoint.pt": b"state"}
    done = json.dumps({**said, "state": "done", "step": 4}).encode()
    hub.commit(repository, {**files(hub, repository), **result, "status.json": done})
    hub.jobs["job0"]["stage"] = "COMPLETED"
    assert hubjobs.follow(ANNA, job.id, TOKEN).state == "done"
    assert (job.folder / "result" / "model.safetensors").read_bytes() == b"weights"
    assert snapshot.read(ANNA, job.id).result
    assert not (job.folder / "program.zip").exists()
    before = len(hub.requests)
    assert hubjobs.follow(ANNA, job.id, TOKEN).step == 4
    assert len(hub.requests) == before, "an ended job is not asked after again"


@pytest.mark.parametrize(
    ("stage", "said", "state", "key"),
    [
        ("ERROR", None, "failed", "errors.hub_job_failed"),
        ("DELETED", None, "failed", "errors.hub_job_failed"),
        ("CANCELED", None, "stopped", None),
        ("COMPLETED", {"state": "stopped", "reason": None}, "stopped", None),
        ("ERROR", {"state": "failed", "reason": {"key": "errors.out_of_memory", "values": {}}}, "failed", "errors.out_of_memory"),
    ],
)
def test_how_it_ended(hub: FakeHub, stage: str, said: dict[str, Any] | None, state: str, key: str | None) -> None:
    job = hubjobs.submit(ANNA, ORDER, RENT)
    repository = job.remote.partition("#")[0]
    if said:
        hub.commit(repository, {**files(hub, repository), "status.json": json.dumps(said).encode()})
    hub.jobs["job0"] |= {"stage": stage, "message": "exit code 1"}
    now = hubjobs.follow(ANNA, job.id, TOKEN)
    assert now.state == state
    assert (json.loads(now.reason)["key"] if now.reason else None) == key
    assert "{" not in now.why("zh")


def test_stop_and_cancel(hub: FakeHub) -> None:
    job = hubjobs.submit(ANNA, ORDER, RENT)
    repository = job.remote.partition("#")[0]
    hubjobs.stop(ANNA, job.id, TOKEN)
    assert files(hub, repository)["STOP"] == b"stop"
    assert hubjobs.cancel(ANNA, job.id, TOKEN).state == "stopped"
    for act in (actions.stop, actions.pause, actions.resume):
        other = hubjobs.submit(ANNA, ORDER, RENT)
        with pytest.raises(UserError) as caught:
            act(ANNA, other.id)
        assert caught.value.key == "job_is_away"


def test_what_is_refused(hub: FakeHub) -> None:
    bad: list[tuple[dict[str, Any], hubjobs.Rent, str]] = [
        (ORDER, hubjobs.Rent("t4-small", ""), "hub_jobs_token"),
        (ORDER, hubjobs.Rent("abacus", TOKEN), "one_of"),
        (ORDER, hubjobs.Rent("t4-small", TOKEN, 0), "number_between"),
        ({**ORDER, "recipe": "nothing"}, RENT, "unknown_recipe"),
        (ORDER, hubjobs.Rent("t4-small", "hf_another"), "hub_refused"),
    ]
    for order, rent, key in bad:
        with pytest.raises(UserError) as caught:
            hubjobs.submit(ANNA, order, rent)
        assert caught.value.key == key
    assert hub.jobs == {}
    job = hubjobs.submit(ANNA, ORDER, RENT)
    with pytest.raises(UserError) as caught:
        hubjobs.follow(BEN, job.id, TOKEN)
    assert caught.value.key == "no_such_job"


def test_the_far_end_trains_and_sends_everything_back(hub: FakeHub, tmp_path: Path) -> None:
    job: Job = hubjobs.submit(ANNA, ORDER, RENT)
    repository = job.remote.partition("#")[0]
    assert hubworker.work(repository, tmp_path / "far", every=2.0) == 0
    hub.jobs["job0"]["stage"] = "COMPLETED"
    now = hubjobs.follow(ANNA, job.id, TOKEN)
    assert (now.state, now.step) == ("done", 4)
    assert (now.folder / "result" / "config.json").is_file()
    assert (now.folder / "checkpoint.pt").is_file()
    assert reports.status(now.folder)["state"] == "done"
    assert snapshot.samples(now.folder) == {"": (2, 4)}
