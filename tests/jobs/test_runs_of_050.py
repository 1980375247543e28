"""A runs folder that version 0.5.0 has written (see runs-0.5.0/README.md) is read, continued and used by this version."""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from ganapp.base import paths
from ganapp.evaluation import digits, subject, verdicts
from ganapp.jobs import actions, process, store, uploads, visitor
from ganapp.tasks import discriminate, sample, samplers
from tests.jobs.requests.conftest import ask, refusal

KEY, NUMBER, MODEL = "a key of a visitor of 0.5.0", "an-upload-of-0-5-0", "own-finished-968e"
STATES = {"Finished": "done", "Stopped": "stopped", "Paused": "paused", "Own pictures": "done", "Enlarger": "failed", "Killed": "failed"}


@pytest.fixture(scope="module", autouse=True)
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("runs")
    zipfile.ZipFile(Path(__file__).parent / "runs-0.5.0" / "runs.zip").extractall(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANAPP_RUNS", str(folder))
        yield folder
        for job in store.select():
            process.kill(job)


@pytest.fixture(scope="module")
def ids(runs: Path) -> dict[str, str]:
    return {row["name"]: row["id"] for row in ask("jobs_list", KEY)["jobs"]}


def show(job: str) -> dict[str, Any]:
    return ask("job_show", KEY, id=job)


def until(job: str, step: int, state: str = "running", seconds: float = 300.0) -> dict[str, Any]:
    """The job once it is in `state` and has come to `step`."""
    end = time.monotonic() + seconds
    while (now := show(job))["state"] != state or now["step"] < step:
        assert time.monotonic() < end, now
        assert now["state"] != "failed", now["why"]
        time.sleep(0.1)
    return now


def test_its_jobs_are_listed_and_a_process_that_is_gone_is_noticed(ids: dict[str, str]) -> None:
    rows = {row["name"]: row for row in ask("jobs_list", KEY)["jobs"]}
    assert {name: row["state"] for name, row in rows.items()} == STATES
    assert (rows["Finished"]["step"], rows["Stopped"]["step"], rows["Paused"]["step"]) == (40, 27, 20)
    assert show(ids["Killed"])["why"]["en"]
    assert "side" in show(ids["Enlarger"])["why"]["en"]
    assert [row["name"] for row in ask("jobs_list", "b" * 32)["jobs"]] == ["Enlarger"], "others see what is shared alone"


def test_a_finished_job_is_shown_with_curves_diagnoses_and_sheets(ids: dict[str, str]) -> None:
    now = show(ids["Finished"])
    assert (now["state"], now["step"], now["steps"], now["usable"], now["yours"]) == ("done", 40, 40, 40, True)
    assert now["curves"]["step"][-1] == 40
    assert {"d_loss", "g_loss"} <= now["curves"]["series"].keys()
    assert now["lamps"]
    assert now["samples"] == {"": (10, 20, 30, 40), "raw": (10, 20, 30, 40)}
    assert now["classes"] == [str(digit) for digit in range(10)]
    for address in ("samples/0000040.png", "samples/raw/0000040.png", "metrics.jsonl", "order.json", "result/config.json"):
        assert actions.file(visitor.of(KEY), ids["Finished"], address).stat().st_size
    assert set(ask("job_show", KEY, id=ids["Finished"], since=now["mark"])["samples"][""]) <= {40}


@pytest.mark.slow
def test_a_stopped_job_goes_on_from_its_checkpoint(ids: dict[str, str]) -> None:
    ask("job_change", KEY, id=ids["Stopped"], action="resume")
    until(ids["Stopped"], 30)
    ask("job_change", KEY, id=ids["Stopped"], action="stop")
    now = until(ids["Stopped"], 30, "stopped")
    steps = [json.loads(line)["step"] for line in (paths.jobs() / ids["Stopped"] / "metrics.jsonl").read_text().splitlines()]
    assert steps == sorted(set(steps))
    assert {10, 20, 30} <= set(steps)
    assert now["samples"][""][:4] == (10, 20, 27, 30), "what it had shown before is kept"


@pytest.mark.slow
def test_a_copy_goes_on_from_where_the_finished_job_ended(ids: dict[str, str]) -> None:
    changes = {"steps": 42, "settings": {"loss": "hinge"}}
    copy = ask("job_duplicate", KEY, id=ids["Finished"], changes=changes, onward=True)["job"]
    now = until(copy["id"], 42, "done")
    assert (now["name"], now["order"]["settings"]["loss"]) == ("Finished (2)", "hinge")
    assert now["curves"]["step"][0] < 40 < now["curves"]["step"][-1]
    assert refusal("job_change", KEY, id=ids["Finished"], action="resume")["key"] == "job_done"


def test_pictures_that_were_sent_can_be_used_again(ids: dict[str, str]) -> None:
    owner, source = visitor.of(KEY), show(ids["Own pictures"])["order"]["settings"]["source"]
    assert source == f"{paths.UPLOAD}{uploads.name(owner, NUMBER)}"
    assert uploads.theirs(owner, source)
    assert not uploads.theirs(visitor.of("b" * 32), source)
    while (found := ask("data_add", KEY, upload=NUMBER, size=16, channels=1)).get("pending"):
        pass
    assert (found["source"], found["used"], found["classes"]) == (source, 24, ["a", "b"])


def test_the_model_of_a_finished_job_draws_and_judges(ids: dict[str, str]) -> None:
    while (used := ask("job_use", KEY, id=ids["Finished"], name="Digits of 0.5.0")).get("pending"):
        pass
    assert used["model"] == MODEL, "it is not made under another name"
    assert used["address"] == f"digits#model={MODEL}&seed=1"
    listed = samplers.run(samplers.Request(model=MODEL))
    assert next(line.title for line in listed.samplers if line.id == MODEL)["en"] == "Digits of 0.5.0"
    drawn = sample.run(sample.Request(model=MODEL, seed=3))
    assert len(drawn.latent) == 8
    judged = discriminate.run(discriminate.Request(model=MODEL, latent=drawn.latent))
    assert 0 <= judged.probability <= 1
    assert judged.gradient.shape == (16, 16)


def test_the_result_of_a_finished_job_is_measured(ids: dict[str, str]) -> None:
    measured = subject.find(str(paths.jobs() / ids["Finished"]))
    assert (measured.description.task, measured.description.training["steps"]) == ("sample", 40)
    z, labels = torch.randn(10, 8, generator=torch.Generator().manual_seed(3)), torch.arange(10)
    drawn = verdicts.generate(measured.net(), z, labels)
    assert drawn.pictures.shape == (10, 1, 32, 32)
    assert drawn.pictures.float().std() > 0
    assert not digits.fits(measured.description), "only digits of 32 pixels have an evaluation of their own"
