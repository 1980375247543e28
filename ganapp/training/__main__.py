"""`python -m ganapp.training FOLDER`: carry out FOLDER/order.json, or go on from FOLDER/checkpoint.pt."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Returns 0 when the run is done or was stopped, 2 for an order that cannot be carried out."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when torch is loaded
    from ganapp.errors import UserError
    from ganapp.training.loop import train
    from ganapp.training.order import read

    if len(arguments) != 1:
        print("usage: python -m ganapp.training FOLDER", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    try:
        print(train(read(folder), folder))
    except UserError as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
