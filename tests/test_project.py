"""What stands around the code: both READMEs, the index of documents, NOTICE, the citation, the workflow."""

from __future__ import annotations

import json
import re

import yaml

import ganapp
from tests.conftest import ROOT

TABLE = re.compile(r"(?m)^\| .*(?:LPIPS|dB).*\|$")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_both_readmes_have_the_same_numbers_and_they_were_measured() -> None:
    english, chinese = (re.findall(r"\d+\.\d+", "".join(TABLE.findall(read(name)))) for name in ("README.md", "README.zh.md"))
    assert english == chinese
    assert len(english) >= 16
    rows = [row for name in ("upscale", "repair") for row in json.loads(read(f"assets/trades/{name}.json"))["rows"]]
    measured = {float(value) for row in rows for value in row.values() if isinstance(value, int | float)}
    assert {float(number) for number in english} <= measured


def test_every_document_is_in_the_index() -> None:
    index = read("docs/README.md")
    missing = [path.name for path in (ROOT / "docs").glob("*.md") if path.name != "README.md" and f"({path.name})" not in index]
    assert missing == []


def test_everything_bundled_is_in_the_notice() -> None:
    notice = read("NOTICE")
    bundled = [*(ROOT / "assets" / "vendor").iterdir(), *(ROOT / "assets" / "data").iterdir(), *(ROOT / "tests" / "vendor").iterdir()]
    for folder in [path for path in bundled if path.is_dir()]:
        assert folder.relative_to(ROOT).as_posix() in notice
    for file in (ROOT / "assets").rglob("*"):
        if file.suffix in (".webp", ".jpg", ".png", ".wav") and "recordings" not in file.parts and file.parent.name != "pictures":
            assert file.parent.relative_to(ROOT).as_posix() in notice, file
    for config in (ROOT / "models").glob("*/config.json"):
        assert json.loads(config.read_text(encoding="utf-8"))["licence"] == "mit", f"NOTICE says that {config.parent.name} is MIT"


def test_the_version_is_one() -> None:
    assert yaml.safe_load(read("CITATION.cff"))["version"] == ganapp.__version__
    assert f'version = "{ganapp.__version__}"' in read("pyproject.toml")


def test_the_workflow_runs_ci_everywhere() -> None:
    job = yaml.safe_load(read(".github/workflows/ci.yml"))["jobs"]["test"]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert {name.partition("-")[0] for name in job["strategy"]["matrix"]["os"]} == {"ubuntu", "macos", "windows"}
    assert job["steps"][-1]["run"] == ".ci/run"
    for name in ("bug.yml", "idea.yml", "config.yml"):
        assert yaml.safe_load(read(f".github/ISSUE_TEMPLATE/{name}"))
    assert yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
