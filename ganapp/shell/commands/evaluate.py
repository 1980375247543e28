"""`python -m ganapp evaluate MODEL`: measure a model, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from ganapp.base import paths


def main(arguments: Sequence[str]) -> int:
    """What `python -m ganapp.evaluation` returns."""
    command = [sys.executable, "-m", "ganapp.evaluation", *list(arguments)[1:]]
    return subprocess.call(command, env=paths.child_environment(**paths.FOR_DEPLOYER))
