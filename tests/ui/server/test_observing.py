"""What the server tells of its own work: a number for each request, counts and log lines with nothing of a person in them."""

from __future__ import annotations

import json
import logging
import re
import types
from dataclasses import dataclass
from typing import Any

import gradio as gr
import httpx
import pytest

from ganapp.base import paths
from ganapp.base.validation import about, request_class
from ganapp.jobs import database
from ganapp.tasks import _result
from ganapp.ui import binding
from ganapp.ui.server import metrics, observing
from tests.conftest import awaited
from tests.security.conftest import PROCEDURES, App, app  # noqa: F401 - a fixture

SECRET = "/home/somebody/secret.png"


@request_class
class Request:
    name: str = about("a name", default="")


@dataclass(frozen=True)
class Result(_result.Facts):
    name: str


def run(request: Request) -> Result:
    """Fail in a way that nobody foresaw."""
    raise ZeroDivisionError(SECRET + request.name)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("ganapp.tasks.broken")
    vars(module).update(Request=Request, Result=Result, run=run)
    bound = binding.checked("broken", module)
    monkeypatch.setattr(binding, "task", lambda name: bound)
    monkeypatch.setattr(observing, "counts", observing.Counts())


@pytest.mark.usefixtures("broken")
def test_what_fails_is_told_with_the_number_that_the_log_has(caplog: pytest.LogCaptureFixture) -> None:
    numbers = []
    for _ in range(2):
        error = awaited(binding.procedure("broken")({}))["error"]
        assert error["key"] == "internal"
        assert SECRET not in str(error)
        (number,) = set(re.findall(r"\b[0-9a-f]{8}\b", error["en"])) & set(re.findall(r"[0-9a-f]{8}", error["zh"]))
        numbers.append(number)
    assert len(set(numbers)) == 2
    for number, record in zip(numbers, caplog.records, strict=True):
        assert number in record.getMessage()
        assert record.exc_info
        assert SECRET in str(record.exc_info[1])
    assert observing.counts.tasks == {("broken", "failed"): 2}


@pytest.mark.usefixtures("broken")
def test_the_endpoint_tells_it_too() -> None:
    request: Any = types.SimpleNamespace(client=None, headers={"accept-language": "zh"})
    with pytest.raises(gr.Error, match=r"编号 [0-9a-f]{8}"):
        awaited(binding.endpoint(binding.task("broken"))(request, ""))


def test_an_answer_that_could_not_be_made_is_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    sent: list[Any] = []

    async def inner(*_: Any) -> None:
        raise ZeroDivisionError(SECRET)

    async def send(message: Any) -> None:
        sent.append(message)

    awaited(observing.Observed(inner)({"type": "http", "method": "GET", "path": "/jobs/0123456789/order.json"}, None, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 500
    number = dict(sent[0]["headers"])[b"x-request-id"].decode()
    assert number in json.loads(sent[1]["body"])["error"]["en"]
    assert number in caplog.text
    assert "0123456789" not in caplog.records[0].getMessage()


def test_a_log_line_is_one_object(monkeypatch: pytest.MonkeyPatch) -> None:
    line = logging.LogRecord("ganapp", logging.INFO, "", 0, "a\n%s", ("b",), None)
    line.facts = {"task": "sample", "seconds": 0.1}
    with observing._numbered() as number:
        text = observing.Lines().format(line)
    assert "\n" not in text
    told = json.loads(text)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told.pop("time"))
    assert told == {"level": "info", "logger": "ganapp", "message": "a\nb", "request": number, "task": "sample", "seconds": 0.1}
    assert not paths.log_as_json()
    monkeypatch.setenv("GANAPP_LOG", "json")
    assert paths.log_as_json()


def test_metrics_are_in_the_form_that_prometheus_reads(app: App) -> None:  # noqa: F811
    key, ticket = "a private key of twenty letters", "visitor-9f.1"
    with app.client() as client:
        drawn = client.post(PROCEDURES, json=app.body("digits", "sample", {"digit": 3, "model": "tiny", "ticket": ticket}))
        client.post(PROCEDURES, json=app.body("digits", "sample", {"digit": "<b>"}))
        client.post(PROCEDURES, json=app.body("train", "jobs_list", {"key": key}))
        client.get("/results/" + "0123456789abcdef" * 2)
        answer = client.get("/metrics")
    assert re.fullmatch("[0-9a-f]{8}", drawn.headers["x-request-id"])
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    sample = re.compile(r'likeness_([a-z_]+)(\{(?:[a-z]+="[^"\\\n]*",?)+\})? (-?[0-9.e+]+)')
    samples: dict[str, float] = {}
    for line in answer.text.splitlines():
        if not line.startswith("# "):
            fitting = sample.fullmatch(line)
            assert fitting, line
            samples[fitting[1] + (fitting[2] or "")] = float(fitting[3])
    assert samples['requests_total{task="sample",outcome="answered"}'] >= 1
    assert samples['requests_total{task="sample",outcome="refused"}'] >= 1
    assert samples['request_seconds_bucket{task="sample",le="+Inf"}'] == samples['request_seconds_count{task="sample"}'] >= 2
    assert samples['answers_total{status="404"}'] >= 1
    assert samples['waiting{work="heavy"}'] >= 0
    assert samples["memory_bytes"] > 2**26
    for told in (key, ticket, "visitor-9f", "127.0.0.1", "0123456789abcdef", "<b>"):
        assert told not in answer.text


def test_health_is_whether_the_rows_can_be_read(app_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    answer = httpx.get(f"{app_url}/healthz", trust_env=False)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "disk": "ok"})
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    monkeypatch.setattr(database, "free", lambda: 0)
    assert metrics.health() == (200, {"status": "ok", "disk": "full"})
    monkeypatch.undo()
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "other"))
    database.file().parent.mkdir()
    database.file().write_bytes(b"SQLite format 3\0" + bytes(8000))
    status, said = metrics.health()
    assert status == 503
    assert said["status"] == "ill"
