"""Several processes of the app on one folder, behind nginx with docs/deploy/nginx-several.conf, and one of them killed.

GANAPP_TEST_JOBS trainings, real ones of one step, are ordered through all three (200 without a setting).
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PATIENCE, ROOT, answers, direct, end_jobs, free_port
from tests.install.test_proxy import CONFIGURATION, NGINX, PLACES

pytestmark = pytest.mark.slow
JOBS = int(os.environ.get("GANAPP_TEST_JOBS") or 200)
KEY = "several-processes-" + "x" * 16
SHORTEST = {"recipe": "digits", "steps": 1, "every": 1, "threads": 1, "device": "cpu", "settings": {"width": 4, "latent": 8, "batch": 8}}


@dataclass
class House:
    """Three apps on one runs folder, and their ports."""

    place: Path
    ports: list[int] = field(default_factory=lambda: [free_port() for _ in range(3)])
    apps: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def runs(self) -> Path:
        return self.place / "runs"

    def start(self) -> None:
        settings = {"GANAPP_RUNS": str(self.runs), "GANAPP_PROXIES": "1", "GANAPP_HOSTS": "example.org", "OMP_NUM_THREADS": "1"}
        for port in self.ports:
            environment = direct(dict(os.environ)) | settings | {"GRADIO_SERVER_PORT": str(port)}
            with (self.place / f"log-{port}").open("w") as log:
                self.apps.append(subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=log, stderr=log))
        end = time.monotonic() + PATIENCE
        while not all(answers(f"http://127.0.0.1:{port}/healthz") for port in self.ports):
            assert time.monotonic() < end, (self.place / f"log-{self.ports[0]}").read_text()[-3000:]
            time.sleep(0.3)

    def end(self) -> None:
        for app in self.apps:
            app.kill()
            app.wait(15)
        end_jobs(self.runs)

    def requests(self, port: int) -> float:
        """How many answers one of them has given."""
        text = opened(f"http://127.0.0.1:{port}/metrics").decode()
        return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith("likeness_answers_total"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("several"))
    try:
        house.start()
        yield house
    finally:
        house.end()


@pytest.fixture(scope="module")
def balanced(house: House) -> Iterator[str]:
    """Address of nginx before all three."""
    outside = free_port()
    text = (ROOT / "docs" / "deploy" / "nginx-several.conf").read_text(encoding="utf-8")
    for port, inside in zip(("7861", "7862", "7863"), house.ports, strict=True):
        text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{inside}")
    text = re.sub(r"(?m)(^|\s)#.*$", "", text).replace("443 ssl", f"127.0.0.1:{outside}").replace("$host", "$http_host")
    paths = " ".join(f"{name}_temp_path {house.place}/{name};" for name in PLACES)
    (house.place / "nginx.conf").write_text(CONFIGURATION.format(place=house.place, paths=paths, server=text), encoding="utf-8")
    with (house.place / "nginx.log").open("w") as log:
        words = [str(NGINX), "-c", str(house.place / "nginx.conf"), "-p", str(house.place)]
        proxy = subprocess.Popen(words, stdout=log, stderr=log)
    try:
        end = time.monotonic() + 30
        while not answers(f"http://127.0.0.1:{outside}/healthz"):
            assert proxy.poll() is None, (house.place / "nginx.log").read_text()[-2000:]
            assert time.monotonic() < end
            time.sleep(0.1)
        yield f"http://127.0.0.1:{outside}"
    finally:
        proxy.terminate()
        proxy.wait(15)


def visitor(jar: http.cookiejar.CookieJar | None = None) -> urllib.request.OpenerDirector:
    handlers: list[Any] = [urllib.request.ProxyHandler({})]
    return urllib.request.build_opener(*handlers, *([urllib.request.HTTPCookieProcessor(jar)] if jar is not None else []))


def opened(address: str, body: bytes | None = None, who: urllib.request.OpenerDirector | None = None) -> bytes:
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with (who or visitor()).open(request, timeout=120) as answer:
        said: bytes = answer.read()
    return said


def call(address: str, endpoint: str, who: urllib.request.OpenerDirector | None = None, **fields: Any) -> Any:
    """What an endpoint answers by plain HTTP: two requests, which have to reach one process."""
    path = f"{address}/gradio_api/call/v2/{endpoint}"
    event = json.loads(opened(path, json.dumps(fields).encode(), who))["event_id"]
    said = opened(f"{path}/{event}", None, who).decode()
    assert "event: complete" in said, said[-500:]
    return json.loads(said.rpartition("data: ")[2])[0]


def shortest(seed: int) -> dict[str, Any]:
    return {**SHORTEST, "seed": seed}


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_behind_a_balancer_each_visitor_stays_with_one_process(balanced: str, house: House) -> None:
    served = set()
    for _ in range(6):
        before = [house.requests(port) for port in house.ports]
        jar = http.cookiejar.CookieJar()
        who = visitor(jar)
        page = opened(f"{balanced}/digits/", None, who).decode()
        assert 'id="likeness-page"' in page or "likeness" in page
        assert [cookie.name for cookie in jar] == ["likeness_at"]
        for seed in range(3):
            assert "data:image/png;base64," in json.dumps(call(balanced, "sample", who, digit=7, seed=seed))
        after = [house.requests(port) for port in house.ports]
        grown = [port for port, one, other in zip(house.ports, before, after, strict=True) if other - one > 4]
        assert len(grown) == 1, "all of a visitor's requests after the first page"
        served |= set(grown)
    assert len(served) > 1, "but not all visitors with one"
    assert "data:image/png;base64," in json.dumps(call(balanced, "sample", digit=3)), "without a cookie, by the address"


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_a_job_started_through_one_is_seen_through_all(balanced: str, house: House) -> None:
    started = call(balanced, "train_start", key=KEY, order=shortest(0), name="Through the balancer")
    job = started["job"]["id"]
    for port in house.ports:
        rows = call(f"http://127.0.0.1:{port}", "jobs_list", key=KEY)["jobs"]
        assert [row["name"] for row in rows if row["id"] == job] == ["Through the balancer"]
    end = time.monotonic() + PATIENCE
    while call(f"http://127.0.0.1:{house.ports[2]}", "job_show", key=KEY, id=job)["state"] != "done":
        assert time.monotonic() < end
        time.sleep(1)


def test_each_job_runs_exactly_once_though_a_process_is_killed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from ganapp.jobs import store

    monkeypatch.setenv("GANAPP_RUNS", str(house.runs))
    before = {job.id for job in store.select()}
    addresses = [f"http://127.0.0.1:{port}" for port in house.ports]
    for seed in range(JOBS):
        call(addresses[seed % 3], "train_start", key=KEY, order=shortest(seed), name=f"{seed}")
    killed, end = False, time.monotonic() + PATIENCE + 60 * JOBS
    while True:
        jobs = [job for job in store.select() if job.id not in before]
        ended = [job for job in jobs if job.state not in store.UNFINISHED]
        starting = any(job.state == "running" and not job.pid for job in jobs)  # somebody is about to start one
        if not killed and len(ended) >= JOBS // 3 and (starting or len(ended) > JOBS // 2):
            house.apps[0].send_signal(signal.SIGKILL)
            house.apps[0].wait(15)
            killed = True
        if len(ended) == JOBS:
            break
        assert time.monotonic() < end, [(job.state, job.why()) for job in jobs if job.state != "done"][:5]
        time.sleep(0.2)
    assert killed
    assert sorted(int(job.name) for job in jobs) == list(range(JOBS))
    assert {(job.state, job.step, job.why()) for job in jobs} == {("done", 1, "")}
    for job in jobs:
        assert (job.folder / "output.txt").read_text().split() == ["done"], "one process, once"
    assert not answers(f"{addresses[0]}/healthz")
    assert call(addresses[1], "jobs_list", key=KEY, count=5)["jobs"][0]["state"] == "done"
