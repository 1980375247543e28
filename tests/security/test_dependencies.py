"""What the app needs has no hole that is known: pip-audit's answer, where it and its sources can be had."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from importlib import metadata, util
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

OFFLINE = re.compile(r"Connect|Timeout|Max retries|ServiceError|ProxyError|HTTPError|resol", re.I)


def needed() -> list[str]:
    """Packages of requirements.txt, and whatever these need in turn, as they are installed, name==version."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    waiting = [Requirement(line) for line in lines if line.strip() and not line.lstrip().startswith(("#", "-"))]
    found: dict[str, str] = {}
    while waiting:
        name = canonicalize_name(waiting.pop().name)
        with suppress(metadata.PackageNotFoundError):
            if name not in found:
                found[name] = metadata.version(name).partition("+")[0]
                waiting += [each for text in metadata.requires(name) or [] if _applies(each := Requirement(text))]
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def _applies(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def holes(report: str) -> list[str]:
    """Name, version and number of each hole in pip-audit's JSON."""
    found = json.loads(report)["dependencies"]
    return [f"{each['name']} {each['version']}: {hole['id']}" for each in found for hole in each.get("vulns", [])]


def unknown(report: str) -> list[str]:
    """Packages that pip-audit's source does not know: a mirror may hold packages and nothing of their holes."""
    return [each["name"] for each in json.loads(report)["dependencies"] if "vulns" not in each]


@pytest.mark.slow
def test_no_package_has_a_known_hole(tmp_path: Path) -> None:
    program = shutil.which("pip-audit")
    if program is None and util.find_spec("pip_audit") is None:
        pytest.skip("pip-audit is not here: pip install pip-audit")
    audit = [program] if program else [sys.executable, "-m", "pip_audit"]
    (tmp_path / "needed.txt").write_text("\n".join(needed()))
    told = [*audit, "-r", str(tmp_path / "needed.txt"), "--no-deps", "--disable-pip", "-f", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(told, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("pip-audit could not reach its sources in two minutes")
    if not done.stdout.startswith("{"):
        assert OFFLINE.search(done.stderr), done.stderr[-2000:]
        pytest.skip(f"pip-audit could not reach its sources: {done.stderr.strip().splitlines()[-1][:200]}")
    assert holes(done.stdout) == []
    if len(unknown(done.stdout)) > len(needed()) / 2:
        pytest.skip("pip-audit's source knows nothing of most of these packages")


def test_what_pip_audit_says_is_read() -> None:
    said = {"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "version": "2", "vulns": [{"id": "CVE-1"}]}]}
    assert holes(json.dumps(said)) == ["b 2: CVE-1"]
    said["dependencies"].append({"name": "c", "skip_reason": "Dependency not found on PyPI and could not be audited: c (1)"})
    assert holes(json.dumps(said)) == ["b 2: CVE-1"]
    assert unknown(json.dumps(said)) == ["c"]
    named = [each.partition("==")[0] for each in needed()]
    assert {"gradio", "starlette", "pillow", "cryptography"} <= set(named), "what is needed in turn, too"
    assert "pytest" not in named


def test_what_security_md_names_is_there() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    for name in re.findall(r"`((?:tests/[\w/]+/)?test_\w+\.py)`", text):
        assert (ROOT / name).is_file() or (ROOT / "tests" / "security" / name).is_file(), name
