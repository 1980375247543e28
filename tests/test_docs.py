"""The examples in the docs run, and the addresses of files in them exist."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ganapp.shell import main
from tests.conftest import ROOT, direct

PARTS = ("README.md", "README.zh.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
PAGES = [*(ROOT / name for name in PARTS), *sorted((ROOT / "docs").glob("*.md"))]
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8").partition("## Every endpoint")[0]  # tests/api/test_examples.py runs the rest
ADDRESS = "http://127.0.0.1:7860"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", API, re.DOTALL)


def run(arguments: list[str], place: Path) -> str:
    environment = direct(dict(os.environ)) | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(arguments, cwd=place, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{shlex.join(arguments)}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_shell_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("python ")]
    assert len(lines) >= 7
    for line in lines:
        called, module, *arguments = shlex.split(line)[1:]
        assert (called, module) == ("-m", "ganapp")
        assert main.main(arguments) == 0, line
        if "--json" in line or line.endswith("models"):
            assert capsys.readouterr().out.strip()
    assert {path.name for path in tmp_path.iterdir()} == {"seven.png", "three.png", "sheet.png", "found.png"}


def test_python_examples(app_url: str, tmp_path: Path) -> None:
    example = "\n".join(blocks("python"))  # the second goes on with the client of the first
    assert ADDRESS in example
    said = run([sys.executable, "-c", example.replace(ADDRESS, app_url)], tmp_path).split()
    assert "64" in said
    assert 0 <= float(said[-2]) <= 1
    assert said[-1] in ("running", "waiting")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_http_example(app_url: str, tmp_path: Path) -> None:
    asking, reading = [line.replace(ADDRESS, app_url) for block in blocks("sh") for line in block.splitlines() if line.startswith("curl ")]
    event = json.loads(run(shlex.split(asking), tmp_path))["event_id"]
    answer = run(shlex.split(reading.replace("EVENT_ID", event)), tmp_path)
    assert "event: complete" in answer
    assert "data:image/png;base64," in answer


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        assert target.startswith("http") or (page.parent / target).exists(), f"{target} in {page.name}"
