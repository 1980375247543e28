"""`python -m ganapp doctor`: each finding is one sentence that says what to do."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections import namedtuple
from pathlib import Path

import pytest

from ganapp.base import locales, paths
from ganapp.shell import main
from ganapp.shipping import checks, sources, starting
from ganapp.shipping.findings import Finding

HEADER = (paths.ROOT / "README.md").read_text(encoding="utf-8")


def keys(found: list[Finding], level: str = "") -> set[str]:
    return {finding.key for finding in found if level in ("", finding.level)}


def test_this_project_is_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["doctor", "--quick", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {each["check"] for each in found} == {"header", "requirements", "files", "models", "disk"}
    assert not [each for each in found if each["level"] == "error"]
    assert all(each["sentence"].endswith((".", "。")) for each in found)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("en", "zh"):
        locales.words(name)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    (tmp_path / "app.py").write_text("")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("---\n", "***\n", "header_none"),
        ("pinned:", "pined:", "header_unknown"),
        ("sdk_version: ", "# ", "header_missing"),
        ("colorTo: gray", "colorTo: mauve", "header_colour"),
        ("short_description: ", "short_description: " + "very " * 20, "header_long"),
        ("app_file: app.py", "app_file: main.py", "header_app"),
        ("sdk_version: 6.31.0", "sdk_version: 5.0.0", "header_gradio"),
    ],
)
def test_a_header_that_spaces_would_refuse(project: Path, old: str, new: str, key: str) -> None:
    (project / "README.md").write_text(HEADER.replace(old, new), encoding="utf-8")
    found = list(checks.header())
    assert key in keys(found)
    assert all(finding.sentence("zh") for finding in found)


@pytest.mark.parametrize(
    ("line", "key"),
    [("pillow>=", "requirement_unreadable"), ("likeness-of-nothing>=1", "requirement_missing"), ("pillow<2", "requirement_other")],
)
def test_requirements_that_cannot_be(project: Path, line: str, key: str) -> None:
    (project / "requirements.txt").write_text(f"# a comment\nnumpy>=1.26  # why\n{line}\n")
    assert keys(list(checks.requirements())) == {key, "requirements_read"}


def test_files_beyond_the_hubs_limits(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "large.bin").write_bytes(b"x" * 3_000_000)
    monkeypatch.setattr(checks, "FILE_MB", 1)
    monkeypatch.setattr(checks, "FOLDER_FILES", 1)
    assert {"file_large", "folder_full"} <= keys(list(checks.files()), "error")


def test_a_secret_is_never_sent(project: Path) -> None:
    for name in (".env", "secrets.toml", "id_ed25519", "keys/certificate.pem", "token", ".env.local"):
        path = project / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("hf_")
    assert set(sources.files()) == {"app.py"}


def test_a_model_that_is_broken(project: Path) -> None:
    (project / "models" / "digits").mkdir(parents=True)
    (project / "models" / "digits" / "config.json").write_text("{}")
    assert keys(list(checks.models()), "error") & {"model_broken", "models_none"}


def test_a_disk_that_is_closed_or_full(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(project / "app.py"))
    assert keys(list(checks.disk())) == {"disk_closed"}
    monkeypatch.setenv("GANAPP_RUNS", str(project / "runs"))
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _: namedtuple("Usage", "free")(5 << 20))
    assert keys(list(checks.disk())) == {"disk_short"}


def test_another_host_that_is_asked_for_is_noted() -> None:
    with starting.noted() as (proxy, asked):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy}))
        with pytest.raises(OSError, match="."):
            opener.open("http://telemetry.example/ping", timeout=5)
    assert [host for host in asked if "telemetry.example" in host]


def test_an_app_that_does_not_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no module named gradio >&2\nexit 1\n")
    broken.chmod(0o755)
    (found,) = [finding for finding in starting.check(str(broken)) if finding.check == "start"]
    assert (found.key, found.level) == ("start_failed", "error")
    assert "gradio" in found.sentence()


@pytest.mark.slow
def test_the_app_starts_and_asks_for_nobody() -> None:
    done = subprocess.run([sys.executable, "-m", "ganapp", "doctor", "--json"], cwd=paths.ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"start", "answer", "memory", "hosts"} <= {each["check"] for each in json.loads(done.stdout)}
