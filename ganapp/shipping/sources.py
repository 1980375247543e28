"""Which files of the project make a Space: those that git knows, without tests, and nothing that may be a secret."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from ganapp.base import paths
from ganapp.base.errors import UserError

LEFT_OUT = ("tests/", "scripts/", ".ci/", ".github/", "docs/examples/", "runs/", ".venv/", ".git/")
SECRET = re.compile(r"(^|/)(\.env.*|\.netrc|id_[a-z0-9]+|.*\.(pem|key|p12|pfx)|secrets?(\.\w+)?|token)$")


def files() -> dict[str, Path]:
    """What is sent, by its path in the Space. UserError where this is no project folder."""
    if paths.INSTALLED or not (paths.ROOT / "app.py").is_file():
        raise UserError("deploy_no_project")
    return {name: paths.ROOT / name for name in _known() if not name.startswith(LEFT_OUT) and not SECRET.search(name)}


def _known() -> list[str]:
    """Paths below the project that are its own: those that git knows, or all where there is no git."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=paths.ROOT, capture_output=True, check=True, timeout=60).stdout.decode()
        names = [name for name in listed.split("\0") if name]
    except (OSError, subprocess.SubprocessError):
        names = []
    if not names:
        names = [path.relative_to(paths.ROOT).as_posix() for path in paths.ROOT.rglob("*") if "__pycache__" not in path.parts]
    return sorted(name for name in names if (paths.ROOT / name).is_file())
