"""`python -m ganapp.training FOLDER`: carry out FOLDER/order.json, or go on from FOLDER/checkpoint.pt.

--seconds N ends the run after N seconds of training in all, --slice N interrupts it after N seconds of this call, and
--then MODULE starts `python -m MODULE` when the run is over, however it ended.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ganapp.base import paths, writing
from ganapp.base.errors import UserError

DYING = 3.0  # seconds for which a process that was killed may still hold the lock of its folder


def main(arguments: list[str]) -> int:
    """Returns 0 when the run is done or was stopped, 2 for an order that cannot be carried out, 3 for a run that failed."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when torch is loaded
    parser = argparse.ArgumentParser(prog="python -m ganapp.training")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--slice", type=float, default=0.0)
    parser.add_argument("--then", default="")
    told = parser.parse_args(arguments)
    try:
        with _alone(told.folder):
            return _carry_out(told)
    except UserError as problem:
        print(problem, file=sys.stderr)
        return 2
    finally:
        if told.then:
            subprocess.Popen([sys.executable, "-m", told.then], start_new_session=True)


def _carry_out(told: argparse.Namespace) -> int:
    """Train; a run that fails says why on stderr and in status.json."""
    from ganapp.base.order_file import read
    from ganapp.training.run import distributed
    from ganapp.training.run.loop import Budget, train
    from ganapp.training.run.status import STATUS, Status

    started = False
    try:
        order = read(told.folder)
        started = True
        print(train(order, told.folder, Budget(told.seconds, told.slice)))
    except (UserError, MemoryError, RuntimeError, OSError, ValueError) as problem:
        reason = _explained(problem)
        status = Status(told.folder, 0, "")
        status.values |= _kept(told.folder / STATUS)
        status.end("failed", reason)
        print(reason, file=sys.stderr)
        if not isinstance(problem, UserError):
            sys.excepthook(type(problem), problem, problem.__traceback__)
        return 3 if started else 2
    finally:
        distributed.leave()
    return 0


def _kept(path: Path) -> dict[str, object]:
    """How far a run says it came, before it failed."""
    import json

    try:
        values: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values


def _explained(problem: Exception) -> UserError:
    """The sentence for what ended a run."""
    if isinstance(problem, UserError):
        return problem
    words = str(problem).lower()
    if isinstance(problem, MemoryError) or "out of memory" in words or "can't allocate memory" in words:
        return UserError("out_of_memory")
    if isinstance(problem, OSError) and writing.disk_full(problem):
        return UserError("disk_full")
    return UserError("run_broke", problem=f"{type(problem).__name__}: {str(problem).splitlines()[0] if str(problem) else ''}"[:200])


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that no two processes write into it. UserError when another one holds it and keeps it.

    A process that was killed holds it for some moments more: its first thread may be gone before the others and its workers are.
    """
    if not folder.is_dir():
        raise UserError("order_unreadable", folder=folder.name)
    try:
        import fcntl
    except ImportError:  # Windows: jobs are told apart by their process alone
        yield
        return
    with (folder / ".lock").open("w") as handle:
        until = time.monotonic() + DYING
        while paths.processes()[1] == 0:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise UserError("folder_busy", folder=folder.name) from None
                time.sleep(0.05)
            except OSError:  # a network disk without locks
                break
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
