"""Carry out a training order in a given time: the schedule (rates, phases) follows the share of the time that has gone, so that a machine
that is lent for ten minutes ends its run well, however quick it turns out to be.

    python scripts/train_timed.py FOLDER --seconds 540

A run that was cut short goes on from its checkpoint, with what is left of the time.

FOLDER/order.json is as for `python -m ganapp.training`; its `steps` is a first guess. The card of such a model says how many steps it came
to; the same order with that many steps follows nearly the same schedule.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch  # noqa: E402

from ganapp.base.order_file import read  # noqa: E402
from ganapp.training.run.loop import Training  # noqa: E402

FIRST = 20  # steps after which their number is estimated anew with every step


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, required=True)
    told = parser.parse_args()
    torch.backends.cudnn.benchmark = True
    with Training(read(told.folder), told.folder) as training:
        while (share := training.seconds / told.seconds) < 1:
            if training.done >= FIRST:
                training.order = replace(training.order, steps=max(training.done + 1, round(training.done / share)))
            values = training.advance()
            if training.done % 100 == 0:
                latest = {name: round(value, 4) for name, value in values.items()}
                print(told.folder.name, training.done, f"{training.seconds:.0f} s", latest, flush=True)
        training.write()
        training.show()
    print(told.folder.name, "done", training.done, f"{training.seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
