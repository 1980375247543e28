"""A job's result in the digits page: the request, whose it is, names, what is refused, and that a second call has nothing to do."""

from __future__ import annotations

import dataclasses
import json
import shutil
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.finishing.adopt import work
from ganapp.jobs import outcome, store, visitor
from ganapp.jobs.requests import _adoptions, job_use
from ganapp.jobs.store import Job
from ganapp.models import folder
from ganapp.tasks import samplers
from ganapp.ui import binding
from tests.support import othermodels, tinymodel

KEY, OTHER = "a" * 32, "b" * 32


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    monkeypatch.setattr(_adoptions, "_known", OrderedDict())
    return tmp_path


def job(name: str = "My cats", result: bool = True, **fields: object) -> Job:
    """A job of KEY's that is done; its result draws coloured pictures."""
    now = time.time()
    row = Job("1a2b3c4d5e", name, visitor.of(KEY).owner, "gan", 5, "cpu", now, now, state="done")
    row = dataclasses.replace(row, **fields)
    with store.changing() as db:
        store.insert(row, db)
    row.folder.mkdir(parents=True)
    if result:
        othermodels.coloured(row.folder / "result")
        (row.folder / "result" / folder.DIRECTIONS).unlink()
    return row


def ask(**fields: str) -> job_use.Result:
    while (told := job_use.run(job_use.Request(**{"key": KEY, "id": "1a2b3c4d5e", **fields}))).pending:
        pass
    return told


def refused(**fields: str) -> str:
    with pytest.raises(UserError) as refusal:
        ask(**fields)
    assert "{" not in refusal.value.sentence("en") + refusal.value.sentence("zh")
    return refusal.value.key


def test_a_result_becomes_a_network_once(monkeypatch: pytest.MonkeyPatch) -> None:
    row = job()
    first = ask()
    assert first.report() == {"model": "own-my-cats-1a2b", "address": "digits#model=own-my-cats-1a2b&seed=1", "fresh": True}
    found = samplers.run(samplers.Request(model=first.model))
    assert next(line.title for line in found.samplers if line.id == first.model) == {"en": "My cats", "zh": "My cats"}
    assert found.described is not None
    assert found.described["raw"]
    begun: list[str] = []

    def noted(row: Job, result: Path, model: Path, title: str) -> None:
        begun.append(title)
        work.adopt(result, model, title, row.id)  # as the process does, without a process

    monkeypatch.setattr(job_use, "_adopt", noted)
    again = ask()
    assert (again.model, again.fresh) == (first.model, False)
    # Under another name it stays the same model; so does a job that is called something else by now.
    store.update(row.id, name="Dogs")
    assert ask().fresh is False
    assert begun == []
    renamed = ask(name="Cats of mine")
    assert begun == ["Cats of mine"]
    assert (renamed.model, renamed.fresh) == (first.model, True)
    assert folder.describe(paths.trained_models() / first.model).title["en"] == "Cats of mine"


def test_it_goes_on_while_nobody_waits_and_is_told_to_whoever_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    row, going, going_on = job(), threading.Event(), threading.Event()
    made: list[str] = []

    def slow(_: Job, result: Path, model: Path, title: str) -> None:
        made.append(title)
        going.set()
        assert going_on.wait(20)
        if len(made) > 1:
            raise UserError("adopt_failed", name=title, problem="no luck")
        shutil.copytree(result, model)

    monkeypatch.setattr(job_use, "_adopt", slow)
    monkeypatch.setattr(job_use, "ANSWER", 0.01)
    request = job_use.Request(key=KEY, id=row.id)
    assert _adoptions.latest(row.id) is None
    assert [job_use.run(request).report(), job_use.run(request).report()] == [{"pending": True}] * 2
    assert going.wait(20)
    assert (_adoptions.latest(row.id) or {})["state"] == "working"
    going_on.set()
    told = finished(row.id)
    assert (told["state"], told["address"]) == ("done", "digits#model=own-my-cats-1a2b&seed=1")
    assert made == ["My cats"], "asked for twice, made once"
    going_on.clear()
    assert job_use.run(dataclasses.replace(request, name="Again")).pending
    going_on.set()
    failed = finished(row.id)
    assert (failed["state"], failed["address"]) == ("failed", "")
    assert "no luck" in failed["error"]["en"]


def finished(job_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 20
    while (told := _adoptions.latest(job_id) or {}).get("state") in ("waiting", "working"):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return told


def test_a_run_that_goes_on_writing_is_used_as_it_was_at_one_moment(home: Path) -> None:
    """Its files are replaced one after the other meanwhile: what is taken is whole, and the run's own is left alone."""
    row = job(state="running")
    result = row.folder / "result"
    assert outcome.step(row.folder) == folder.describe(result).training.get("steps", 0)
    newer = othermodels.coloured(home / "newer")
    tinymodel.edit(newer, training={"steps": 9})
    whole = (result / "model.safetensors").read_bytes()
    (result / "model.safetensors").write_bytes(whole[:-8])  # half of the change has been made

    def rest() -> None:
        time.sleep(0.4)
        for name in ("model.safetensors", folder.CONFIG):
            shutil.copyfile(newer / name, result / name)

    thread = threading.Thread(target=rest)
    thread.start()
    with outcome.held(row) as held:
        assert held != result
        assert folder.check(held).training["steps"] == 9
        shutil.rmtree(held)
    thread.join()
    assert outcome.step(row.folder) == 9
    with outcome.held(dataclasses.replace(row, state="done")) as held:
        assert held == result, "nobody writes it any more"


def test_trained_on_it_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    row = job()
    made: list[str] = []

    def noted(row: Job, result: Path, model: Path, title: str) -> None:
        made.append(title)
        shutil.copytree(result, model, dirs_exist_ok=True)
        origin = {"result": folder.digest(result / folder.CONFIG), "origin": row.id}
        tinymodel.edit(model, values={"adopted": origin}, title={"en": title, "zh": title})

    monkeypatch.setattr(job_use, "_adopt", noted)
    assert [ask().fresh, ask().fresh] == [True, False]
    tinymodel.edit(row.folder / "result", training={"steps": 6})
    assert [ask().fresh, ask().fresh] == [True, False]
    assert made == ["My cats", "My cats"]


def test_it_is_made_anew_when_what_is_missing_may_be_there_now(monkeypatch: pytest.MonkeyPatch) -> None:
    row, missing = job(), ["curve"]

    def made(row: Job, result: Path, model: Path, title: str) -> None:
        shutil.copytree(result, model, dirs_exist_ok=True)
        noted = {"result": folder.digest(result / folder.CONFIG), "origin": row.id, "missing": missing}
        tinymodel.edit(model, values={"adopted": noted}, title={"en": title, "zh": title})

    monkeypatch.setattr(job_use, "_adopt", made)
    assert [ask().fresh, ask().fresh] == [True, True]
    missing[:] = ["sliders", "browser_heavy"]
    assert [ask().fresh, ask().fresh, row.name] == [True, False, "My cats"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("My cats", "my-cats"),
        ("Émile & Zoë!", "emile-zoe"),
        ("猫", "model"),
        ("../../etc", "etc"),
        ("-" * 80, "model"),
        ("a" * 80, "a" * 32),
    ],
)
def test_slugs(name: str, expected: str) -> None:
    assert job_use.slug(name) == expected


def test_two_jobs_whose_ids_begin_alike_do_not_share_a_model(home: Path) -> None:
    shutil.copytree(othermodels.coloured(home / "somewhere"), home / "models" / "own-my-cats-1a2b")
    assert job_use._place(job(result=False)).name == "own-my-cats-1a2b3"


def test_only_who_may_see_a_job_may_use_it() -> None:
    row = job()
    assert refused(key=OTHER) == "no_such_job"
    assert refused(key="short") == "visitor_key"
    assert refused(password="guessed") == "wrong_password"
    assert refused(id="ffff") == "no_such_job"
    store.update(row.id, shared=1)
    shutil.rmtree(row.folder / "result")
    assert refused(key=OTHER) == "job_no_result"  # seen now, but there is nothing


def test_what_has_no_use_is_refused() -> None:
    row = job(result=False)
    assert refused() == "job_no_result"
    tinymodel.classifier(row.folder / "result")
    assert refused() == "job_no_generator"
    shutil.rmtree(row.folder / "result")
    othermodels.coloured(row.folder / "result")
    weights = row.folder / "result" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-8])
    assert refused() == "weights_altered"  # said by the process that was to do it
    assert list(paths.trained_models().iterdir()) == []
    assert refused(name="x" * 81) == "text_needed"


def test_a_process_that_breaks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    job()
    monkeypatch.setattr(job_use.sys, "executable", "/no/such/python")
    assert refused() == "adopt_failed"


def test_the_contract_of_requests() -> None:
    bound = binding.checked("job_use", job_use)
    assert bound.lane == "far"
    assert json.dumps(job_use.Result("own-a-1234", "digits#model=own-a-1234&seed=1", True).report())
