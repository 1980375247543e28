"""Short processes that a visitor waits for: measuring an order, or reading uploaded pictures. Their priority is above that of jobs and
below that of the page. Each kind has a limit of its own, so that reading never waits for measuring."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ganapp.base import locales, paths
from ganapp.base.errors import UserError
from ganapp.jobs import process
from ganapp.jobs.visitor import Visitor
from ganapp.machine import devices

PATIENCE = 120.0  # seconds that one waits for another
_lock = threading.Lock()
_newest: dict[str, object] = {}  # ticket of the last that was asked for, by owner
_running: dict[str, subprocess.Popen[str]] = {}
Needed = Callable[[], bool]


class Lane:
    """Processes of one kind: `places` of them at once, each for as long as it may take, but only for `fair` seconds while others wait."""

    def __init__(self, places: int, fair: float) -> None:
        self.free, self.fair = places, fair
        self.waiting = 0
        self.changed = threading.Condition()

    @contextmanager
    def place(self, needed: Needed) -> Iterator[None]:
        """Wait for a place and hold it. UserError after waiting for too long, and as soon as nobody wants it any more."""
        with self.changed:
            self.waiting += 1
            try:
                self._await(needed, time.monotonic() + PATIENCE)
                self.free -= 1
            finally:
                self.waiting -= 1
        try:
            yield
        finally:
            with self.changed:
                self.free += 1
                self.changed.notify_all()

    def _await(self, needed: Needed, until: float) -> None:
        while not self.free:
            if not needed():
                raise UserError("replaced")
            if time.monotonic() >= until:
                raise UserError("busy")
            self.changed.wait(0.5)

    def allowed(self, seconds: float) -> float:
        """How many of `seconds` a process may take as things stand."""
        return min(seconds, self.fair) if self.waiting else seconds


MEASURING, READING = Lane(1, fair=45.0), Lane(2, fair=300.0)


class ReportedError(UserError):
    """A refusal whose sentences another process has printed."""

    def __init__(self, sentences: dict[str, str]) -> None:
        super().__init__("told")
        self.sentences = sentences

    def sentence(self, language: str = "en") -> str:
        """What the other process said."""
        return self.sentences.get(language) or self.sentences["en"]


def run(module: str, arguments: Sequence[str], seconds: float, needed: Needed, begun: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """The JSON that `python -m module arguments` prints, of a process that reads; `begun` is called when it is its turn. UserError for
    {"problem": sentences}, for a process that was killed for its memory or takes longer than `seconds`, when others keep the machine busy,
    and when it is `needed` no longer."""
    with READING.place(needed):
        begun()
        return _answered(*_finished(_started(module, arguments), seconds, READING, needed))


def newest(visitor: Visitor, module: str, arguments: Sequence[str], seconds: float) -> dict[str, Any]:
    """Like `run`, of a process that measures, but whatever this visitor had asked for so before is given up for it: that one gets
    UserError("replaced")."""
    ticket = object()
    with _lock:
        _newest[visitor.owner] = ticket
        before = _running.pop(visitor.owner, None)
    if before is not None:
        process.end(before)

    def needed() -> bool:
        return _newest.get(visitor.owner) is ticket

    try:
        with MEASURING.place(needed):
            with _lock:
                if not needed():
                    raise UserError("replaced")
                child = _running[visitor.owner] = _started(module, arguments)
            ending = _finished(child, seconds, MEASURING, needed)
    finally:
        with _lock:
            replaced = not needed()
            if not replaced:
                del _newest[visitor.owner]
                _running.pop(visitor.owner, None)
    if replaced:
        raise UserError("replaced")
    return _answered(*ending)


def waits(visitor: Visitor) -> bool:
    """Whether a measurement of this visitor waits for somebody else's to end."""
    with _lock:
        return visitor.owner in _newest and visitor.owner not in _running


def _started(module: str, arguments: Sequence[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", module, *arguments]
    environment = paths.child_environment(**process.ENVIRONMENT, PYTHONIOENCODING="utf-8")
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    return process.humble(command, environment, process.BRISK, **streams)


def _finished(child: subprocess.Popen[str], seconds: float, lane: Lane, needed: Needed) -> tuple[int, str, str]:
    """Exit status, output and errors of a process. UserError when it takes too long or is needed no longer; it is ended then."""
    begun = time.monotonic()

    def wait() -> tuple[str, str]:
        while True:
            try:
                return child.communicate(timeout=0.5)
            except subprocess.TimeoutExpired:
                if not needed() or time.monotonic() - begun > lane.allowed(seconds):
                    raise

    try:
        output, words = (devices.with_lent_card(wait, round(seconds)) if paths.zero_gpu() else wait)()
    except subprocess.TimeoutExpired as problem:
        process.end(child)
        raise UserError("too_slow", seconds=round(time.monotonic() - begun)) if needed() else UserError("replaced") from problem
    return child.returncode, output, words


def _answered(code: int, output: str, words: str) -> dict[str, Any]:
    try:
        answer = json.loads(output.strip().splitlines()[-1])
    except (ValueError, IndexError):
        answer = None
    if not isinstance(answer, dict):
        if code in (-9, 137) or "out of memory" in words.lower() or "MemoryError" in words:
            raise UserError("out_of_memory")
        raise UserError("process_broke", problem=(words.strip().splitlines() or [f"exit status {code}"])[-1][:200])
    problem = answer.get("problem")
    if problem:
        raise ReportedError({language: str(problem.get(language, "")) for language in locales.LANGUAGES})
    return answer
