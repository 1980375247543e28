"""A batch on Hugging Face Jobs against a Hub on localhost: the price beforehand, the very order, its log, the far end, and failures."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.shell import main, rented, rented_worker
from ganapp.shell.commands import upscale
from tests.support import tinymodel
from tests.support.fakehub import TOKEN, FakeHub, client_of

OUT = "hf://datasets/somebody/large/x2"
PHOTOS = "hf://datasets/owner/photos"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("GANAPP_PROVENANCE", "off")
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setattr(rented, "program", lambda task: b"PK program")
    monkeypatch.setattr(rented, "POLL", 0.02)
    server = FakeHub()
    with client_of(server.url, tmp_path / "home"):
        yield server
    server.close()


def photo(seed: int = 0) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (12, 16, 3), np.uint8)).save(buffer, "png")
    return buffer.getvalue()


def files(hub: FakeHub, name: str, kind: str = "model") -> dict[str, bytes]:
    held = hub.repositories[kind, name]
    return held.commits[held.refs["main"]]


def order(hub: FakeHub) -> tuple[str, dict[str, Any]]:
    """The repository of the one order that was sent, and the order."""
    name = next(name for kind, name in hub.repositories if name.startswith("somebody/likeness-batch-"))
    return name, json.loads(files(hub, name)["order.json"])


def ends(hub: FakeHub, monkeypatch: pytest.MonkeyPatch, stage: str, report: int | None, message: str = "") -> None:
    """What becomes of the job that is started next, after its log."""
    start = rented._started

    def started(api: Any, repository: str, *given: Any) -> str:
        job = start(api, repository, *given)
        hub.jobs[job] |= {"stage": "RUNNING", "log": ["1/2 a.png", "2/2 b.png"], "then": {"stage": stage, "message": message}}
        if report is not None:
            hub.commit(repository, {**files(hub, repository), "report.json": json.dumps({"status": report}).encode()})
        return job

    monkeypatch.setattr(rented, "_started", started)


def test_the_price_is_told_and_nothing_is_rented_without_a_yes(hub: FakeHub, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["batch", "upscale", PHOTOS, "--scale", "2", "--out", OUT, "--engine", "jobs"]
    assert main.main([*line, "--flavor", "t4-small", "--hours", "1.5"]) == 2
    said = capsys.readouterr().err
    assert "A rented machine (Nvidia T4 - small, 4 vCPU, 15 GB, 1 x T4, 16 GB): 0.40 dollars an hour, 0.60 at most for 1.5 hours" in said
    assert f"the results go to {OUT}" in said
    assert "Say --yes" in said
    assert (hub.jobs, hub.repositories) == ({}, {})


@pytest.mark.parametrize(("report", "status"), [(0, 0), (1, 1)])
def test_the_order_is_sent_followed_and_cleared_away(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], report: int, status: int, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.png").write_bytes(photo())
    sent: list[tuple[str, dict[str, Any], dict[str, bytes]]] = []
    run = rented._started
    monkeypatch.setattr(rented, "_started", lambda *given: sent.append((*order(hub), files(hub, order(hub)[0]))) or run(*given))
    ends(hub, monkeypatch, "COMPLETED", report)
    line = ["batch", "upscale", PHOTOS, f"{tmp_path / 'mine'}/", "--scale", "2", f"--out={OUT}", "--engine", "jobs", "--yes"]
    assert main.main(line) == status
    (repository, told, held), asked = sent[0], hub.jobs["job0"]
    name = f"sent/{1}/mine"
    assert told["words"] == [PHOTOS, name, "--scale", "2"]
    assert told["out"] == {"kind": "dataset", "repository": "somebody/large", "folder": "x2"}
    assert held[f"{name}/a.png"] == photo()
    assert (asked["flavor"], asked["timeoutSeconds"]) == ("cpu-basic", 7200), "the cheapest"
    assert asked["secrets"] == {"HF_TOKEN": TOKEN}
    assert TOKEN not in json.dumps([asked["environment"], asked["command"]])
    assert f"exec python -m ganapp.shell.rented_worker {repository}" in asked["command"][2]
    assert hub.repositories["dataset", "somebody/large"].private
    assert ("model", repository) not in hub.repositories, "it held photos of this machine"
    said = capsys.readouterr().err
    assert "1 files of this machine go along" in said
    assert "2/2 b.png" in said
    assert f"The results are in {OUT}." in said


def test_a_bucket_lies_on_the_machine_as_a_folder(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    ends(hub, monkeypatch, "COMPLETED", 0)
    line = ["batch", "stylize", PHOTOS, "--style", "great-wave", "--out", "hf://buckets/somebody/painted/all", "--engine", "jobs", "--yes"]
    assert main.main(line) == 0
    assert hub.spaces["buckets"]["somebody/painted"] == {"visibility": "private"}
    assert hub.jobs["job0"]["volumes"] == [{"type": "bucket", "source": "somebody/painted", "mountPath": rented.MOUNT}]


@pytest.mark.parametrize(("stage", "report"), [("ERROR", None), ("CANCELED", None), ("COMPLETED", None), ("ERROR", 0)])
def test_a_failure_is_told_and_what_was_sent_stays(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stage: str, report: int | None
) -> None:
    ends(hub, monkeypatch, stage, report, "out of memory" if stage == "ERROR" else "")
    assert main.main(["batch", "upscale", PHOTOS, "--out", OUT, "--engine", "jobs", "--yes"]) == 2
    said = capsys.readouterr().err
    assert "ended without a result" in said
    assert ("out of memory" in said) == (stage == "ERROR")
    assert order(hub)[1]["task"] == "upscale"


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (["--out", "here"], "batch_out_hub"),
        (["--out", "hf://models/somebody/x"], "batch_out_hub"),
        (["--out", "hf://datasets/somebody/x/../../y"], "batch_out_hub"),
        (["--out", OUT, "--scale", "99"], "bad_value"),
        (["nowhere", "--out", OUT], "file_unreadable"),
        (["hf://models/x", "--out", OUT], "shell_hub_address"),
    ],
)
def test_what_cannot_be_is_refused_before_it_costs_anything(hub: FakeHub, words: list[str], key: str) -> None:
    with pytest.raises(UserError) as caught:
        rented.carry_out("upscale", upscale.parser(), [PHOTOS, *words], rented.Rent(agreed=True))
    assert caught.value.key == key or key == "bad_value"
    assert hub.requests == []


@pytest.mark.parametrize(
    ("rent", "key"), [(rented.Rent("abacus", 1, True), "one_of"), (rented.Rent("t4-small", 0, True), "number_between")]
)
def test_a_machine_or_hours_that_there_are_not(hub: FakeHub, rent: rented.Rent, key: str) -> None:
    with pytest.raises(UserError) as caught:
        rented.carry_out("upscale", upscale.parser(), [PHOTOS, "--out", OUT], rent)
    assert caught.value.key == key
    assert hub.jobs == {}


def test_without_a_token_a_sentence_says_how_to_get_one(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(UserError) as caught:
        rented.carry_out("upscale", upscale.parser(), [PHOTOS, "--out", OUT], rented.Rent(agreed=True))
    assert caught.value.key == "hub_jobs_token"


def test_the_program_holds_what_the_task_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(io.BytesIO(rented.program("stylize"))) as archive:
        names, wanted = set(archive.namelist()), archive.read("requirements.txt").decode()
    assert {"ganapp/shell/rented_worker.py", "ganapp/shell/commands/batch.json", "assets/locales/zh/errors.json"} <= names
    assert {f"models/{each.name}/config.json" for each in paths.shipped_models().glob("stylize-*")} <= names
    assert not [name for name in names if name.startswith(("models/upscale", "tests", "runs"))]
    assert "torch>=" in wanted
    assert "gradio" not in wanted


@pytest.fixture
def far(hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], int]:
    """Carries out words on the far end, whose process talks to the same Hub and has a small model."""
    monkeypatch.setattr(rented, "program", lambda task: b"PK")
    monkeypatch.setattr(rented_worker, "PAUSE", 0.01)
    tinymodel.upscalers(tmp_path / "far" / "runs" / "models")
    started = paths.serving_environment

    def environment(**more: str) -> dict[str, str]:
        bare = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        return {**bare, **started(**more), "HF_ENDPOINT": hub.url, "HF_HUB_DISABLE_XET": "1", "HF_HOME": str(tmp_path / "farhome")}

    monkeypatch.setattr(paths, "serving_environment", environment)

    def work(words: list[str]) -> int:
        out = {"kind": "dataset", "repository": "somebody/large", "folder": "x2"}
        told = json.dumps({"task": "upscale", "words": words, "out": out}).encode()
        hub.commit("somebody/order", {"order.json": told, "sent/0/mine/c.png": photo(3)}, private=True)
        return rented_worker.work("somebody/order", tmp_path / "far", every=0.2)

    return work


def test_the_far_end_makes_what_is_missing_and_sends_it(hub: FakeHub, far: Callable[[list[str]], int]) -> None:
    hub.commit("owner/photos", {"a.png": photo(1), "b.png": photo(2), "broken.png": photo(1)[:80]}, "dataset")
    hub.commit("somebody/large", {"x2/a-x2.png": b"made before", "README.md": b"card"}, "dataset", private=True)
    assert far([PHOTOS, "sent/0/mine", "--scale", "2"]) == 0
    assert json.loads(files(hub, "somebody/order")["report.json"]) == {"status": 1}, "one photo was broken"
    held = files(hub, "somebody/large", "dataset")
    assert held["x2/a-x2.png"] == b"made before"
    assert {name for name in held if name.endswith(".png")} == {"x2/a-x2.png", "x2/b-x2.png", "x2/c-x2.png"}
    assert Image.open(io.BytesIO(held["x2/c-x2.png"])).size == (32, 24)


def test_a_data_set_that_takes_nothing_ends_the_far_end_with_an_error(hub: FakeHub, far: Callable[[list[str]], int]) -> None:
    from huggingface_hub.errors import HfHubHTTPError

    hub.commit("somebody/large", {"README.md": b"card"}, "dataset", private=True)
    hub.statuses["/api/datasets/somebody/large/commit"] = 403
    with pytest.raises(HfHubHTTPError):
        far(["sent/0/mine", "--scale", "2"])
    assert "report.json" not in files(hub, "somebody/order")
