"""The app is killed while it repairs: nothing torn is left, and the next start is as clean as the first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.conftest import PATIENCE, ROOT, direct, free_port
from tests.security.conftest import PROCEDURES, marks, noise, stripes
from tests.support import tinymodel

pytestmark = pytest.mark.slow


class Started:
    """The app as `python app.py`, in a folder of its own."""

    def __init__(self, runs: Path) -> None:
        port = free_port()
        self.address, self.runs = f"http://127.0.0.1:{port}", runs
        environment = direct(dict(os.environ)) | {"GANAPP_RUNS": str(runs), "GRADIO_SERVER_PORT": str(port), "OMP_NUM_THREADS": "1"}
        self.log = runs.parent / "app.log"
        with self.log.open("a") as log:
            self.process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=log, stderr=log)
        self.client = httpx.Client(base_url=self.address, trust_env=False, timeout=300)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                config = self.client.get("/config").json()
                break
            except httpx.HTTPError:
                assert time.monotonic() < deadline, self.log.read_text()[-2000:]
                time.sleep(0.3)
        numbers = config["page"]["repair"]["components"]
        self.component = next(each["id"] for each in config["components"] if each["id"] in numbers and each["type"] == "html")

    def ask(self, task: str, **fields: object) -> dict[str, object]:
        body = {"data": fields, "fn_name": task, "session_hash": "s", "component_id": self.component}
        return dict(self.client.post(PROCEDURES, json=body).json())

    def repair(self, side: int, **fields: object) -> dict[str, object]:
        return self.ask("repair", picture=noise(side), mask=(stripes if side > 1000 else marks)(side), model="tinyrepair", **fields)

    def files(self) -> set[str]:
        return {str(path.relative_to(self.runs)) for path in self.runs.rglob("*") if path.is_file() and "jobs.sqlite" not in path.name}

    def end(self, how: signal.Signals) -> None:
        self.client.close()
        self.process.send_signal(how)
        self.process.wait(60)


def test_a_kill_during_a_repair_leaves_nothing_torn(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    tinymodel.inpainter(runs / "models" / "tinyrepair")
    first = Started(runs)
    try:
        before = first.files()
        assert "picture" in first.repair(40)
        ended: list[object] = []

        def work() -> None:
            try:
                ended.append(first.repair(1400, ticket="kill.1"))
            except httpx.HTTPError as problem:
                ended.append(problem)

        thread = threading.Thread(target=work)
        thread.start()
        deadline = time.monotonic() + PATIENCE
        while first.ask("progress", ticket="kill.1").get("done", 0) == 0:
            assert time.monotonic() < deadline
            assert not ended, ended
            time.sleep(0.05)
    finally:
        first.end(signal.SIGKILL)
    thread.join(60)
    assert isinstance(ended[0], httpx.HTTPError)
    assert first.files() == before
    (runs / "results").mkdir(exist_ok=True)
    torn = runs / "results" / ("0" * 32 + ".partial")  # as a kill while a large result is written would leave it, hours ago
    torn.write_bytes(b"half")
    os.utime(torn, (time.time() - 7200,) * 2)
    second = Started(runs)
    try:
        assert "picture" in second.repair(40)
        while torn.exists():
            assert time.monotonic() < deadline + PATIENCE
            time.sleep(0.1)
        assert second.files() == before
        assert "Traceback" not in second.log.read_text()
    finally:
        second.end(signal.SIGTERM)
