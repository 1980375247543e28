"""A house of jobs for one test, and a page that asks for things there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ganapp.base.errors import UserError
from ganapp.jobs import process, store
from ganapp.jobs.requests import _schema
from ganapp.jobs.store import Job
from ganapp.ui import binding
from tests.conftest import awaited
from tests.jobs.test_jobs import worker

KEY, OTHER = "a" * 32, "b" * 32
Ask = Callable[..., dict[str, Any]]
TINY: dict[str, Any] = {"width": 4, "latent": 8, "batch": 16}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Jobs lie in a folder of the test's own, and no process outlives it."""
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    yield tmp_path
    for job in store.select():
        process.kill(job)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done by tests/support/jobworker.py, which computes nothing; what that takes beside the recipe's settings may be ordered."""
    monkeypatch.setattr(process, "command", worker)
    for schema in (_schema.facts()["schema"], _schema.facts()["digits"]):
        monkeypatch.setitem(schema, "pace", {"default": 0.0, "kind": "number", "low": 0, "high": 9})
        monkeypatch.setitem(schema, "end", {"default": "", "kind": "text"})


def ask(request: str, /, key: str = KEY, **fields: Any) -> dict[str, Any]:
    """What the page is answered; a refusal is raised as the UserError that it stands for."""
    answer = awaited(binding.procedure(request)({"key": key, **fields}))
    if "error" in answer:
        refusal = UserError(answer["error"]["key"])
        refusal.__dict__["told"] = answer["error"]
        raise refusal
    return answer


def refusal(request: str, /, key: str = KEY, **fields: Any) -> dict[str, str]:
    """The refusal {"key", "en", "zh"} of a request that must be refused."""
    told: dict[str, str] = awaited(binding.procedure(request)({"key": key, **fields}))["error"]
    assert "{" not in told["en"] + told["zh"]
    return told


def worked(steps: int = 3, **settings: Any) -> dict[str, Any]:
    """An order for `quick` jobs."""
    return {"recipe": "digits", "steps": steps, "device": "cpu", "settings": settings}


def until(job: str, wanted: Callable[[dict[str, Any]], bool], seconds: float = 400.0, key: str = KEY) -> dict[str, Any]:
    """The job's row once it is as wanted."""
    end = time.monotonic() + seconds
    while True:
        row = next(row for row in ask("jobs_list", key=key)["jobs"] if row["id"] == job)
        if wanted(row):
            return row
        assert time.monotonic() < end, row
        time.sleep(0.1)


def over(row: dict[str, Any]) -> bool:
    return row["state"] not in ("waiting", "running")


def found(job: str) -> Job:
    return store.select("id = ?", (job,))[0]
