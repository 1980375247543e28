"""`python -m ganapp doctor`: will it run here, and on a Space? Each finding says what to do."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.shell.words import say
from ganapp.shipping import checks, starting
from ganapp.shipping.findings import Finding, fine

SIGNS = {"fine": " ok ", "warning": "note", "error": "FAIL"}


def main(arguments: Sequence[str]) -> int:
    """Look, and tell. 0 without errors, 1 with some."""
    parser = argparse.ArgumentParser("python -m ganapp doctor", description=say("doctor.help"))
    parser.add_argument("--quick", action="store_true", help=say("doctor.quick"))
    parser.add_argument("--clean", action="store_true", help=say("doctor.clean"))
    parser.add_argument("--json", action="store_true", help=say("json"))
    options = parser.parse_args(list(arguments)[1:])
    found = checks.quick()
    if not options.json:
        tell(found)
    if not options.quick:
        later = _started(options.clean)
        found += later
        if not options.json:
            tell(later)
    if options.json:
        print(json.dumps([finding.report(paths.language()) for finding in found], ensure_ascii=False, indent=2, default=str))
    else:
        print(summary(found).sentence(paths.language()))
    return 1 if any(finding.level == "error" for finding in found) else 0


def tell(found: Iterable[Finding]) -> None:
    """A line for each."""
    for finding in found:
        print(f"[{SIGNS[finding.level]}] {finding.sentence(paths.language())}", flush=True)


def summary(found: Sequence[Finding]) -> Finding:
    """How many errors and warnings there were."""
    levels = [finding.level for finding in found]
    return fine("summary", "summary", errors=levels.count("error"), warnings=levels.count("warning"))


def _started(clean: bool) -> list[Finding]:
    """What starting the app finds, in this environment or in a new one."""
    if not clean:
        return list(starting.check())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        python = Path(place) / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        done = subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", paths.requirements()], capture_output=True, text=True)
        if done.returncode:
            raise UserError("doctor_install", said=" / ".join(done.stderr.strip().splitlines()[-3:])[-500:])
        return list(starting.check(str(python)))
