"""`python -m ganapp.ui.edition OUT`: what the command export-static runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ganapp.base import paths
from ganapp.base.errors import UserError


def main(arguments: Sequence[str]) -> int:
    """Write the edition and say what was written. Returns 0 when it is there, 2 after a sentence on stderr."""
    parser = argparse.ArgumentParser("python -m ganapp.ui.edition")
    parser.add_argument("out", type=Path)
    parser.add_argument("--app", default="")
    options = parser.parse_args(arguments)
    from ganapp.ui.edition import writing

    try:
        print(writing.summary(writing.export(options.out, options.app.rstrip("/")), paths.language()))
    except UserError as problem:
        print(problem.sentence(paths.language()), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
