"""Training through the running app: by gradio_client and by plain HTTP, and that its process may be killed at any moment."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from ganapp.machine import processes
from tests.conftest import PATIENCE, ROOT, answers, direct, free_port
from tests.training.test_datasets import many

KEY = "api-test-visitor-" + "x" * 16
TINY = {"width": 4, "latent": 8, "batch": 16, "diagnosed": 1000}
ORDER = {"recipe": "gan", "steps": 20, "every": 10, "threads": 1, "device": "cpu", "settings": TINY}


def http(url: str, body: bytes | None = None, key: str = KEY) -> tuple[int, bytes]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, body, {"X-Likeness-Key": key}), timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()


def until(client: Client, job: str, wanted: Callable[[dict[str, Any]], bool], seconds: float = PATIENCE) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while True:
        rows = client.predict(KEY, api_name="/jobs_list")["jobs"]
        row: dict[str, Any] = next(row for row in rows if row["id"] == job)
        if wanted(row):
            return row
        assert time.monotonic() < end, row
        time.sleep(0.3)


def test_a_training_from_pictures_to_the_result(app_url: str) -> None:
    client = Client(app_url, verbose=False)
    for name, blob in {**many(10, "cats/"), **many(10, "dogs/")}.items():
        assert http(f"{app_url}/jobs/data/api-upload-000001/{name}", blob)[0] == 200
    told: dict = {"pending": True}
    deadline = time.monotonic() + 120
    while told.get("pending") and time.monotonic() < deadline:  # a busy machine reads behind the answer
        told = client.predict(KEY, upload="api-upload-000001", size=16, api_name="/data_add")
    assert (told["used"], told["classes"]) == (20, ["cats", "dogs"])
    settings = {**TINY, "data": "pictures", "source": told["source"], "size": 16, "channels": 3}
    job = client.predict(KEY, {**ORDER, "settings": settings}, name="Pets", api_name="/train_start")["job"]
    done = until(client, job["id"], lambda row: row["state"] not in ("waiting", "running"))
    assert (done["state"], done["step"], done["thumb"]) == ("done", 20, 20)
    now = client.predict(KEY, job["id"], api_name="/job_show")
    assert (now["samples"][""], now["classes"], now["curves"]["step"]) == ([10, 20], ["cats", "dogs"], [10, 20])
    status, sheet = http(f"{app_url}/jobs/{job['id']}/samples/0000020.png")
    assert (status, sheet[:4]) == (200, b"\x89PNG")
    assert http(f"{app_url}/jobs/{job['id']}/samples/0000020.png", key="y" * 32)[0] == 404
    status, packed = http(f"{app_url}/jobs/{job['id']}/result.zip")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {"Pets/config.json", "Pets/model.safetensors"} <= set(archive.namelist())
    assert len(http(f"{app_url}/jobs/{job['id']}/metrics.jsonl")[1].splitlines()) == 2


def test_refusals_are_sentences_in_the_readers_language(app_url: str) -> None:
    caller = Client(app_url, verbose=False, headers={"accept-language": "zh-CN"})
    with pytest.raises(AppError, match="width 设为"):
        caller.predict(KEY, {**ORDER, "settings": {"width": 0}}, api_name="/train_start")
    status, body = http(f"{app_url}/jobs/data/api-upload-000002/..%2f..%2fx.png", b"x")
    assert (status, json.loads(body)["error"]["key"]) == (400, "upload_path")
    status, body = http(f"{app_url}/jobs/data/short/x.png", b"x")
    assert json.loads(body)["error"]["key"] == "upload_number"


@contextmanager
def app(runs: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The app as `python app.py`, in a folder of its own."""
    port = free_port()
    settings = {"GRADIO_SERVER_PORT": str(port), "GANAPP_RUNS": str(runs), "OMP_NUM_THREADS": "1"}
    with (runs / "app.log").open("ab") as log:
        child = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=direct(dict(os.environ)) | settings, stdout=log, stderr=log)
    try:
        end = time.monotonic() + PATIENCE
        while not answers(f"http://127.0.0.1:{port}"):
            assert child.poll() is None
            assert time.monotonic() < end
            time.sleep(0.3)
        yield f"http://127.0.0.1:{port}", child
    finally:
        child.kill()
        child.wait()


def started(runs: Path, job: str) -> tuple[int, str]:
    """The process of a job that has said something about itself."""
    end, status = time.monotonic() + PATIENCE, runs / "jobs" / job / "status.json"
    while not status.is_file():
        assert time.monotonic() < end
        time.sleep(0.2)
    said = json.loads(status.read_text())
    return said["pid"], said["identity"]


@pytest.mark.slow  # tests/jobs/test_jobs.py does the same to tests/support/jobworker.py, without an app around it
def test_the_truth_is_told_within_seconds_of_a_restart(tmp_path: Path) -> None:
    order = {**ORDER, "steps": 100_000, "every": 50}
    with app(tmp_path) as (url, child):
        client = Client(url, verbose=False)
        survivor = client.predict(KEY, order, name="Survivor", api_name="/train_start")["job"]
        waiting = client.predict(KEY, {**order, "steps": 100_001}, name="Next", api_name="/train_start")["job"]
        pid, identity = started(tmp_path, survivor["id"])
        assert os.getsid(pid) != os.getsid(child.pid)
        child.send_signal(signal.SIGKILL)
        child.wait()
        time.sleep(1)
        assert processes.alive(pid, identity), "a job does not end with the page's process"
        os.kill(pid, signal.SIGKILL)
    with app(tmp_path) as (url, _):
        client, since = Client(url, verbose=False), time.monotonic()
        rows = {row["id"]: row for row in client.predict(KEY, api_name="/jobs_list")["jobs"]}
        assert time.monotonic() - since < 5
        killed = rows[survivor["id"]]
        assert killed["state"] == "failed"
        assert "Resume it" in killed["reason"]["en"]
        assert rows[waiting["id"]]["state"] == "running", "the next in the queue was started meanwhile"
        assert client.predict(KEY, survivor["id"], "resume", api_name="/job_change")["job"]["place"] == 1
        for job in (survivor, waiting):
            client.predict(KEY, job["id"], "delete", api_name="/job_change")
        assert client.predict(KEY, api_name="/jobs_list") == {"jobs": [], "total": 0}
