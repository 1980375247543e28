"""The page's modules, run by node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ganapp.base import paths

needed = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


def address(module: str) -> str:
    """What a script imports to have a module of assets/js."""
    return (paths.assets() / "js" / module).as_uri()


def printed(script: str, folder: Path | None = None) -> Any:
    """The JSON that a script prints, run in a folder."""
    done = subprocess.run(
        ["node", "--input-type=module", "-"], input=script, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)
