"""`python -m ganapp export-static OUT`: the pages that need no server, as a folder for any web server (docs/static.md)."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence

from ganapp.shell.words import say


def main(arguments: Sequence[str]) -> int:
    """Have it written by a process of its own, since pages stand above the shell; that process's exit status."""
    parser = argparse.ArgumentParser("python -m ganapp export-static", description=say("export_static.help"))
    parser.add_argument("out", help=say("export_static.out"))
    parser.add_argument("--app", default="", metavar="URL", help=say("export_static.app"))
    options = parser.parse_args(list(arguments)[1:])
    return subprocess.call([sys.executable, "-m", "ganapp.ui.edition", options.out, "--app", options.app])
