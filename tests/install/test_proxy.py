"""The app behind nginx under a path, with the configuration of docs/deploy/nginx.conf."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urljoin

import pytest

from ganapp.jobs import accounts
from tests.conftest import PATIENCE, ROOT, answers, direct, free_port
from tests.support.fakeopenid import FakeOpenID

NGINX = shutil.which("nginx") or next((str(path) for path in [Path("/usr/sbin/nginx")] if path.is_file()), None)
CONFIGURATION = (
    "worker_processes 1; daemon off; pid {place}/pid; error_log {place}/error; events {{}} http {{ {paths} access_log off; {server} }}"
)
PLACES = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def configuration(place: Path, outside: int, inside: int) -> str:
    server = (ROOT / "docs" / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    server = (
        server.replace("443 ssl", f"127.0.0.1:{outside}").replace("127.0.0.1:7860", f"127.0.0.1:{inside}").replace("$host", "$http_host")
    )
    lines = re.sub(r"#.*", "", server)
    paths = " ".join(f"{name}_temp_path {place}/{name};" for name in PLACES)
    return CONFIGURATION.format(place=place, paths=paths, server=lines)


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeOpenID]:
    server = FakeOpenID()
    yield server
    server.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, provider: FakeOpenID) -> Iterator[str]:
    place = tmp_path_factory.mktemp("proxy")
    outside, inside = free_port(), free_port()
    (place / "nginx.conf").write_text(configuration(place, outside, inside), encoding="utf-8")
    settings = {
        "GRADIO_SERVER_PORT": str(inside),
        "GRADIO_ROOT_PATH": "/likeness",
        "GANAPP_PROXIES": "1",
        "GANAPP_RUNS": str(place / "runs"),
    }
    settings |= {"GANAPP_HOSTS": "example.org", "OMP_NUM_THREADS": "1", **provider.settings()}
    with (place / "log").open("w") as log:
        app = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=direct(dict(os.environ)) | settings, stdout=log, stderr=log)
        proxy = subprocess.Popen([str(NGINX), "-c", str(place / "nginx.conf"), "-p", str(place)], stdout=log, stderr=log)
    try:
        end = time.monotonic() + PATIENCE
        while not answers(f"http://127.0.0.1:{outside}/likeness/digits/"):
            assert app.poll() is None, (place / "log").read_text()[-3000:]
            assert time.monotonic() < end, (place / "log").read_text()[-3000:]
            time.sleep(0.3)
        yield f"http://127.0.0.1:{outside}/likeness"
    finally:
        for child in (app, proxy):
            child.terminate()
            child.wait(15)


def opened(address: str, body: bytes | None = None) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(address, body, {"Content-Type": "application/json"}), timeout=60) as answer:
        said: bytes = answer.read()
    return said


@pytest.mark.slow
@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_pages_api_and_results_under_a_path(address: str) -> None:
    page = opened(f"{address}/digits/").decode()
    assert opened(f"{address}/healthz")
    sheet = re.search(r'rel="stylesheet" href="([^"]+\.css)"', page)
    assert sheet
    assert opened(f"{address}/{sheet[1].lstrip('./')}")
    call = f"{address}/gradio_api/call/v2/sample"
    event = json.loads(opened(call, b'{"digit": 7}'))["event_id"]
    assert b"data:image/png;base64," in opened(f"{call}/{event}")
    tools = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "draw_digit", "arguments": {}}}
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(f"{address}/mcp", json.dumps(tools).encode(), headers), timeout=60) as answer:
        said = answer.read().decode()
    token = re.search(r"http://\S+/likeness/results/[0-9a-f]{32}", said)
    assert token, said[-500:]
    assert opened(token[0]).startswith(b"\x89PNG")


class Straight(urllib.request.HTTPRedirectHandler):
    """A browser that stops at each answer."""

    def redirect_request(self, *_: object) -> None:
        return None


def led(browser: urllib.request.OpenerDirector, address: str) -> str:
    """Where an answer leads to."""
    with pytest.raises(urllib.error.HTTPError) as answer:
        browser.open(address, timeout=60)
    return urljoin(address, str(answer.value.headers["location"]))


@pytest.mark.slow
@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_signing_in_under_a_path(address: str, provider: FakeOpenID) -> None:
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar), Straight)
    away = led(browser, f"{address}/login/huggingface?to=train")
    assert away.startswith(provider.url)
    back = led(browser, away)
    assert back.startswith(f"{address}/login/callback?"), "what the provider is told of is the address outside"
    assert led(browser, back) == f"{address}/train"
    assert {(cookie.name, cookie.path) for cookie in jar} == {(accounts.COOKIE, "/likeness/")}, "no other app of this host is sent it"
    with browser.open(f"{address}/train", timeout=60) as page:
        assert page.status == 200


def test_the_unit_is_one_that_systemd_reads(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "deploy" / "likeness.service").read_text(encoding="utf-8")
    assert "likeness serve" in text
    assert "DynamicUser=yes" in text
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    unit = tmp_path / "likeness.service"
    unit.write_text(text.replace("/opt/likeness/bin/likeness", sys.executable), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=60)
    assert "likeness.service" not in done.stderr, done.stderr


def test_the_image_is_not_root_and_looks_after_itself() -> None:
    steps = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert steps.index("USER likeness") < steps.index('CMD ["likeness"')
    assert "HEALTHCHECK" in steps
    assert "/healthz" in steps
    kept_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".env", "runs", ".venv"} <= set(kept_out)
    for copied in ("models", "assets", "ganapp", "setup.py", "pyproject.toml", "README.md", "LICENSE"):
        assert copied not in kept_out
