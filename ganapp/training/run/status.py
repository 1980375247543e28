"""What a run says about itself while it runs: FOLDER/status.json, at most twice a second, whole at every moment."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ganapp.base import writing
from ganapp.base.errors import UserError
from ganapp.machine import memory, processes

STATUS = "status.json"
INTERVAL = 0.5  # seconds between two heartbeats
ENDED = ("done", "stopped", "paused", "between", "failed")


class Status:
    """The status file of one run. `state`: starting, running, then one of `ENDED`; "between" is between two slices. fetched: megabytes of
    what is being fetched, [those that are here, all], [0, 0] for nothing.

    It watches what is fetched, see base/progress.py."""

    def __init__(self, folder: Path, steps: int, device: str) -> None:
        self.path = folder / STATUS
        pid = os.getpid()
        self.values: dict[str, Any] = {
            "state": "starting",
            "pid": pid,
            "identity": processes.identity(pid) or "",
            "boot": processes.boot(),
            "memory_kills": memory.kills(),
            "step": 0,
            "steps": steps,
            "seconds": 0.0,
            "rate": 0.0,
            "eta": None,
            "memory_mb": 0,
            "device": device,
            "latest": {},
            "fetched": [0, 0],
            "held": False,
            "reason": None,
        }
        self._beaten = 0.0
        self._window: list[tuple[float, int]] = []

    def due(self) -> bool:
        """Whether the next heartbeat is due."""
        return time.monotonic() - self._beaten >= INTERVAL

    def beat(self, step: int, seconds: float, latest: dict[str, float], memory_mb: int, held: bool = False) -> None:
        """Say how far the run is; latest: the values of the last step; held: whether it waits to be driven by hand."""
        self._beaten = time.monotonic()
        self._window = [*(entry for entry in self._window if self._beaten - entry[0] < 10.0), (self._beaten, step)]
        (then, first), elapsed = self._window[0], self._beaten - self._window[0][0]
        rate = (step - first) / elapsed if then < self._beaten and step > first else step / max(seconds, 1e-6)
        left = (self.values["steps"] - step) / rate if rate > 0 else None
        shown = {name: value if math.isfinite(value) else None for name, value in latest.items()}
        self.write(state="running", step=step, seconds=round(seconds, 2), rate=round(rate, 3), latest=shown, memory_mb=memory_mb,
                   held=held, eta=None if left is None else round(left, 1))  # fmt: skip

    def tell(self, done: int, total: int) -> None:
        """So many bytes of all have been fetched."""
        if self.due() or done == total:
            self._beaten = time.monotonic()
            self.write(fetched=[done // 10**6, -(-total // 10**6)] if done < total else [0, 0])

    def go_on(self) -> None:
        """Whoever does not want the run any more ends its process."""

    def show(self, draw: Callable[[], bytes]) -> None:
        """There is nothing to be seen yet."""

    def end(self, state: str, reason: UserError | None = None) -> None:
        """Say how the run ended."""
        reason_entry = None if reason is None else {"key": f"errors.{reason.key}", "values": {k: str(v) for k, v in reason.values.items()}}
        self.write(state=state, reason=reason_entry, eta=0.0 if state == "done" else None)

    def write(self, **changes: Any) -> None:
        """Take in `changes` and write the file. A full disk is written to in place: the old file's blocks are there already."""
        self.values |= {**changes, "heartbeat": time.time()}
        text = json.dumps(self.values, ensure_ascii=False)
        try:
            writing.write(self.path, text, sole=True)
        except OSError:
            self.path.write_text(text, encoding="utf-8")
