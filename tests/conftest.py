"""What tests share: the started app, on a free port, with a small model of its own beside the shipped ones."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from ganapp.base import paths

if TYPE_CHECKING:
    from tests.support.fakehub import FakeHub

Answer = TypeVar("Answer")
ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 300  # seconds; a few on an idle machine
ADMINISTRATOR = "the administrator of the tests"
FEATURES = ROOT.parent / "shared" / "features"  # where VGG16's features may lie beside the project
VGG16 = "vgg16_lpips.safetensors"  # ganapp.metrics.vgg.FILE, which comes with torch
STALLED = ("install", "jobs", "security", "shell", "shipping", "tasks")  # rooms of tests that start processes or look at a clock
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


if not os.environ.get("GANAPP_FEATURES") and (FEATURES / VGG16).is_file():
    os.environ["GANAPP_FEATURES"] = str(FEATURES)
os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when torch is loaded: threads that wait burn no processor time
os.environ.setdefault("GANAPP_PRECISION", "float32")  # what is compared bit by bit; tests of bfloat16 ask for it themselves
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # several processes share the cores

seen = pytest.mark.skipif(
    not (paths.features() / VGG16).is_file(),
    reason=f"VGG16's features are not here: {VGG16} lies neither in GANAPP_FEATURES nor in ../shared/features",
)


def awaited(coroutine: Coroutine[Any, Any, Answer]) -> Answer:
    """What it returns, run in a thread of its own: in this one a loop of Playwright's may be at work."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(copy_context().run, asyncio.run, coroutine).result()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives a browser, starts processes or looks at a clock is tried once more when it failed: a machine that stalls fails
    it for reasons of its own. The summary names it (RERUN): what stands there again and again has a fault, in the test or in the app."""
    for item in items:
        if item.get_closest_marker("browser") or item.path.relative_to(ROOT).parts[1] in STALLED:
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("markexpr") == "not slow":
        terminalreporter.write_line("Left out: the tests marked slow, which `make nightly` runs.")


def direct(environment: dict[str, str]) -> dict[str, str]:
    """The environment without proxies, which stand between a process and itself."""
    return {key: value for key, value in environment.items() if key not in PROXIES} | {"NO_PROXY": "127.0.0.1,localhost"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(address: str) -> bool:
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(address, timeout=10) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def end_jobs(runs: Path) -> None:
    """Jobs outlive the app that started them, but not the tests."""
    from ganapp.jobs import process, store

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANAPP_RUNS", str(runs))
        for job in store.select():
            process.kill(job)


@pytest.fixture(scope="session")
def app_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the started app keeps its jobs and trained models."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="session")
def app_hub() -> Iterator[FakeHub]:
    """The Hub that the started app asks."""
    from tests.support.fakehub import FakeHub

    hub = FakeHub()
    yield hub
    hub.close()


@pytest.fixture(scope="session")
def app_url(app_runs: Path, app_hub: FakeHub) -> Iterator[str]:
    """Address of the app as `python app.py` serves it, with trained models: "tiny", "coloured", "named", and "again", which is "digits"."""
    from tests.support import othermodels, tinymodel

    runs = app_runs
    tinymodel.generator(runs / "models" / "tiny")
    othermodels.coloured(runs / "models" / "coloured")
    othermodels.named(runs / "models" / "named")
    shutil.copytree(ROOT / "models" / "digits", runs / "models" / "again")
    tinymodel.inpainter(runs / "models" / "tinyrepair")
    tinymodel.upscalers(runs / "models")  # hidden by the shipped ones, where those are there
    tinymodel.stylizers(runs / "models")  # the same
    log = runs / "app.log"
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {"GRADIO_SERVER_PORT": str(port), "GANAPP_RUNS": str(runs), "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    settings["GANAPP_ADMIN_PASSWORD"] = ADMINISTRATOR
    settings["GANAPP_AGENT_HOSTS"] = "127.0.0.1"
    settings["GANAPP_PROXIES"] = "1"  # so that a test can come from any address
    settings |= {"GANAPP_FEATURES": str(runs / "features"), "GANAPP_PACKS": str(runs / "packs")}
    settings |= {"HF_ENDPOINT": app_hub.url, "HF_HUB_DISABLE_XET": "1"}
    environment = direct(dict(os.environ)) | settings
    with log.open("w") as out:
        process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
    (runs / "app.pid").write_text(str(process.pid))
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers(address):
            assert process.poll() is None, f"the app ended:\n{log.read_text()[-3000:]}"
            assert time.monotonic() < deadline, f"the app did not start:\n{log.read_text()[-3000:]}"
            time.sleep(0.3)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        end_jobs(runs)
