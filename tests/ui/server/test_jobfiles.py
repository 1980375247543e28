"""Files of jobs by HTTP: what is served to whom, how it is cached, and that nothing else is."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ganapp.jobs import actions, process, store, visitor
from ganapp.jobs.store import Job
from ganapp.ui.server import jobfiles
from ganapp.ui.server.routes import Routes
from tests.jobs.test_jobs import order, worker
from tests.ui.server.test_static import ask, passed

KEY, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    monkeypatch.setattr(process, "command", worker)
    made = actions.submit(visitor.of(KEY), order(2), "Ziffern: größer / 第二")
    for name, text in {
        "samples/0000010.png": "sheet",
        "samples/raw/0000010.png": "raw",
        "result/config.json": "{}",
        "result/model.safetensors": "w",
    }.items():
        (made.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (made.folder / name).write_text(text)
    (made.folder / "metrics.jsonl").write_text('{"step": 1}\n')
    yield made
    for each in store.select():
        process.kill(each)


def get(job: Job, name: str, key: str = KEY, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    return ask(Routes(passed, [jobfiles.ROUTE]), f"/jobs/{job.id}/{name}", method, **{"x-likeness-key": key, **headers})


def test_sheets_are_kept_by_browsers_and_logs_are_not(job: Job) -> None:
    status, headers, body = get(job, "samples/0000010.png")
    assert (status, body, headers["content-type"]) == (200, b"sheet", "image/png")
    assert headers["cache-control"] == "private, max-age=31536000, immutable"
    assert "X-Likeness-Key" in headers["vary"], "another visitor at this browser is not shown it"
    assert get(job, "samples/raw/0000010.png")[2] == b"raw"
    status, headers, body = get(job, "order.json")
    assert (status, json.loads(body)["steps"], headers["cache-control"]) == (200, 2, "no-store")
    assert get(job, "metrics.jsonl")[0] == 200
    assert get(job, "samples/0000010.png", method="HEAD")[0] == 200


def test_the_result_is_one_zip_that_bears_the_jobs_name(job: Job) -> None:
    status, headers, body = get(job, "result.zip")
    assert status == 200
    assert headers["content-disposition"].startswith(
        "attachment; filename=\"Ziffern-groer.zip\"; filename*=UTF-8''Ziffern-gr%C3%B6%C3%9Fer-%E7%AC%AC"
    )
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["Ziffern-groer/config.json", "Ziffern-groer/model.safetensors"]
    assert not list(Path(jobfiles.tempfile.gettempdir()).glob(f"*{job.id}*"))
    (job.folder / "result" / "config.json").unlink()
    assert get(job, "result.zip")[0] == 404


def test_only_who_may_see_the_job(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    status, _, body = get(job, "samples/0000010.png", OTHER)
    told = json.loads(body)["error"]
    assert (status, told["key"], "。" in told["zh"]) == (404, "no_such_job", True)
    assert get(job, "samples/0000010.png", "")[0] == 404
    assert get(job, "samples/0000010.png", "short")[0] == 403
    assert get(job, "samples/0000010.png", "", **{"x-likeness-password": "guess"})[0] == 403
    monkeypatch.setenv("GANAPP_ADMIN_PASSWORD", "open sesame")
    assert get(job, "samples/0000010.png", "", **{"x-likeness-password": "open sesame"})[0] == 200
    actions.share(visitor.of(KEY), job.id)
    assert get(job, "samples/0000010.png", OTHER)[0] == 200


@pytest.mark.parametrize(
    "name",
    [
        "checkpoint.pt",
        "output.txt",
        "status.json",
        "samples/../order.json",
        "samples/9.png",
        "../jobs.sqlite",
        "samples/raw",
        "/etc/passwd",
        "result/config.json",
    ],
)
def test_nothing_else_is_served(job: Job, name: str) -> None:
    assert get(job, name)[0] == 404


def test_other_addresses_and_methods(job: Job) -> None:
    assert get(job, "order.json", method="DELETE")[:2][0] == 405
    for path in ("/jobs", "/jobs/", f"/jobs/{job.id}", "/", "/jobs/UPPER/order.json"):
        assert ask(Routes(passed, [jobfiles.ROUTE]), path)[2] == b"passed 0"
