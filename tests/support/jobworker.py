"""A training for tests of the queue: it keeps the protocol of `python -m ganapp.training` and computes nothing, so it starts at once.

    python tests/support/jobworker.py FOLDER [--then MODULE ...]

The order's settings say what it does: silent, seconds before it says anything; load, seconds before its first step; pace, seconds a
step; save, seconds of saving at its end; end "kill" (dies without a word), "break" (a traceback before it says anything), "nan" (the
sentence of a run that diverged), else it is done after its steps.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ganapp.base.errors import UserError
from ganapp.training.run.status import Status


def main(folder: Path) -> None:
    order = json.loads((folder / "order.json").read_text())
    settings = order["settings"]
    if settings.get("end") == "break":
        raise SystemExit("ModuleNotFoundError: No module named 'torch'")
    print("begun", os.getpid(), flush=True)
    time.sleep(settings.get("silent", 0.0))
    status = Status(folder, order["steps"], "cpu")
    status.write()
    time.sleep(settings.get("load", 0.0))
    held = folder / "checkpoint.pt"
    done = int(held.read_text()) if held.exists() else 0
    for k in range(done, order["steps"]):
        time.sleep(settings.get("pace", 0.0))
        with (folder / "metrics.jsonl").open("a") as log:
            log.write(json.dumps({"step": k + 1, "seconds": 0.1 * k, "loss": 1.0 / (k + 1)}) + "\n")
        fresh = folder / "checkpoint.part"
        fresh.write_text(str(k + 1))
        fresh.replace(held)  # killed at any moment, it leaves a whole one
        status.beat(k + 1, 0.1 * k, {"loss": 1.0 / (k + 1)}, 7)
        if settings.get("end") == "kill" and k == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        if settings.get("end") == "nan" and k == 2:
            return status.end("failed", UserError("diverged", step=3, names="loss", back=0))
        asked = folder / "STOP"
        if asked.exists():
            told = asked.read_text()
            time.sleep(settings.get("save", 0.0))
            return status.end("paused" if told == "pause" else "stopped", UserError("disk_limit") if told == "disk" else None)
    return status.end("done")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
