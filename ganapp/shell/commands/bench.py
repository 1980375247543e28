"""`python -m ganapp bench KIND`: measure this machine with ganapp/evaluation/bench_<kind>.py, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from ganapp.base import paths
from ganapp.base.errors import UserError


def main(arguments: Sequence[str]) -> int:
    """What that module returns. UserError for an unknown kind."""
    kinds = sorted(path.stem.removeprefix("bench_") for path in (paths.ROOT / "ganapp" / "evaluation").glob("bench_*.py"))
    if len(arguments) < 2 or arguments[1] not in kinds:
        raise UserError("one_of", name="bench", known=", ".join(kinds))
    command = [sys.executable, "-m", f"ganapp.evaluation.bench_{arguments[1]}", *arguments[2:]]
    return subprocess.call(command, env=paths.child_environment(**paths.FOR_DEPLOYER))
