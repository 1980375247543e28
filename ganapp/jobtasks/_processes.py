"""What is measured and read in a process of its own, before the jobs and after the page: one measurement and one look through pictures
at a time. The two have places of their own, so that pictures never wait for a measurement."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

from ganapp import device, locales, paths
from ganapp.errors import UserError
from ganapp.jobs import process
from ganapp.jobs.visitor import Visitor

PATIENCE = 120.0  # seconds that one waits for another
_reading, _measuring = threading.BoundedSemaphore(1), threading.BoundedSemaphore(1)
_lock = threading.Lock()
_newest: dict[str, object] = {}  # ticket of the last that was asked for, by owner
_running: dict[str, subprocess.Popen[str]] = {}


class ToldError(UserError):
    """A refusal that another process has put into words."""

    def __init__(self, sentences: dict[str, str]) -> None:
        super().__init__("told")
        self.sentences = sentences

    def sentence(self, language: str = "en") -> str:
        """What the other process said."""
        return self.sentences.get(language) or self.sentences["en"]


def run(module: str, arguments: Sequence[str], seconds: float, begun: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """The JSON that `python -m module arguments` prints; `begun` is called when it is its turn. UserError for {"problem": sentences}, for
    a process that was killed for its memory or takes longer than `seconds`, and when others keep the machine busy."""
    if not _reading.acquire(timeout=PATIENCE):
        raise UserError("busy")
    try:
        begun()
        return _answered(*_finished(_started(module, arguments), seconds))
    finally:
        _reading.release()


def newest(visitor: Visitor, module: str, arguments: Sequence[str], seconds: float) -> dict[str, Any]:
    """Like `run`, but whatever this visitor had asked for so before is given up for it: that one gets UserError("replaced")."""
    ticket = object()
    with _lock:
        _newest[visitor.owner] = ticket
        before = _running.pop(visitor.owner, None)
    if before is not None:
        process.end(before)
    try:
        return _measured(visitor, ticket, module, arguments, seconds)
    finally:
        with _lock:
            if _newest.get(visitor.owner) is ticket:
                del _newest[visitor.owner]
                _running.pop(visitor.owner, None)


def _measured(visitor: Visitor, ticket: object, module: str, arguments: Sequence[str], seconds: float) -> dict[str, Any]:
    """What `newest` answers, as long as `ticket` is the visitor's newest."""
    if not _measuring.acquire(timeout=PATIENCE):
        raise UserError("busy")
    try:
        with _lock:
            if _newest.get(visitor.owner) is not ticket:
                raise UserError("replaced")
            child = _running[visitor.owner] = _started(module, arguments)
        code, output, words = _finished(child, seconds)
        with _lock:
            if _newest.get(visitor.owner) is not ticket:
                raise UserError("replaced")
        return _answered(code, output, words)
    finally:
        _measuring.release()


def waits(visitor: Visitor) -> bool:
    """Whether a measurement of this visitor waits for somebody else's to end."""
    with _lock:
        return visitor.owner in _newest and visitor.owner not in _running


def _started(module: str, arguments: Sequence[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", module, *arguments]
    environment = paths.child_environment(OMP_WAIT_POLICY="passive", PYTHONUNBUFFERED="1", PYTHONIOENCODING="utf-8")
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    return process.humble(command, environment, process.BRISK, **streams)


def _finished(child: subprocess.Popen[str], seconds: float) -> tuple[int, str, str]:
    """Exit status, output and errors of a process. UserError when it takes too long; it is ended then."""

    def wait() -> tuple[str, str]:
        return child.communicate(timeout=seconds)

    try:
        output, words = (device.borrowed(wait, round(seconds)) if paths.zero_gpu() else wait)()
    except subprocess.TimeoutExpired as problem:
        process.end(child)
        raise UserError("too_slow", seconds=round(seconds)) from problem
    return child.returncode, output, words


def _answered(code: int, output: str, words: str) -> dict[str, Any]:
    try:
        told = json.loads(output.strip().splitlines()[-1])
    except (ValueError, IndexError):
        told = None
    if not isinstance(told, dict):
        if code in (-9, 137) or "out of memory" in words.lower() or "MemoryError" in words:
            raise UserError("out_of_memory")
        raise UserError("process_broke", problem=(words.strip().splitlines() or [f"exit status {code}"])[-1][:200])
    problem = told.get("problem")
    if problem:
        raise ToldError({language: str(problem.get(language, "")) for language in locales.LANGUAGES})
    return told
