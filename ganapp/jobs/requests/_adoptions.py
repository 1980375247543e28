"""Models that are being built from results of jobs, one at a time, in threads that continue when no request waits for them."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganapp.base import locales
from ganapp.base.errors import UserError

MOST = 200  # remembered, the oldest that have ended are forgotten first
_known: OrderedDict[str, Adoption] = OrderedDict()
_lock = threading.Lock()
_place = threading.BoundedSemaphore(1)


@dataclass
class Adoption:
    """One model being built. title: of the model; step: of the result it is built from; place: the model's folder; begun: when it was
    requested; working: whether it is its turn; address: where the model is opened, "" until then; problem: why there is no model."""

    title: str
    step: int | None = None
    place: Path | None = None
    begun: float = field(default_factory=time.monotonic)
    working: bool = False
    address: str = ""
    problem: UserError | None = None
    over: threading.Event = field(default_factory=threading.Event)

    def run(self, work: Callable[[], str]) -> None:
        """Do `work`, which makes the model and returns its address, when no other is being made."""
        try:
            with _place:
                self.working = True
                self.address = work()
        except UserError as problem:
            self.problem = problem
        except OSError:
            self.problem = UserError("disk_full")
        finally:
            self.over.set()

    def report(self) -> dict[str, Any]:
        """{"state": "waiting", "working", "done" or "failed", "seconds", "address", "step", "error": in each language or None}."""
        state = "failed" if self.problem else "done" if self.address else "working" if self.working else "waiting"
        error = {"key": self.problem.key, **{each: self.problem.sentence(each) for each in locales.LANGUAGES}} if self.problem else None
        spent = round(time.monotonic() - self.begun, 1)
        return {"state": state, "seconds": spent, "address": self.address, "step": self.step, "error": error}


def start(job_id: str, new: Adoption, work: Callable[[], str]) -> Adoption:
    """Start the adoption `new` of this job, or return the one under way. UserError("busy") while one with another title is under way."""
    with _lock:
        adoption = _known.get(job_id)
        if adoption is not None and not adoption.over.is_set():
            if adoption.title != new.title:
                raise UserError("busy")
            return adoption
        adoption = _known[job_id] = new
        _known.move_to_end(job_id)
        for old in [each for each, other in _known.items() if other.over.is_set()][: max(0, len(_known) - MOST)]:
            del _known[old]
    threading.Thread(target=adoption.run, args=(work,), name="adoption", daemon=True).start()
    return adoption


def latest(job_id: str) -> dict[str, Any] | None:
    """The report of the latest adoption of a job; None when there was none, or when its model has been removed since."""
    with _lock:
        adoption = _known.get(job_id)
        if adoption is not None and adoption.address and adoption.place is not None and not adoption.place.is_dir():
            del _known[job_id]
            return None
    return adoption.report() if adoption else None


def forget(job_id: str) -> None:
    """Drop a failed adoption, after its error was shown."""
    with _lock:
        adoption = _known.get(job_id)
        if adoption is not None and adoption.problem:
            del _known[job_id]
