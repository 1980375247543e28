"""ONNX files of other makes, each in a process of its own with limits of time and memory.

Such a file can hold a loop without end, or ask for all the memory there is, already while it is opened.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.machine import memory
from ganapp.models import onnx_worker

OPENING = 60.0  # seconds that opening a file may take
PROBING = 120.0  # that opening it and finding out what it wants may take together
RUNNING = 120.0  # that one answer may take
LEAST_MB, MOST_MB = 512, 4096  # of memory that a file may take
LONGEST_LINE, MOST_DIMENSIONS = 100_000, 8
BESIDE = 120_000_000  # bytes that the process takes beside its file
SHORT = (*memory.SHORT, "bfc_arena")  # what the engine says where memory is short
_KILLED = (-signal.SIGABRT, -getattr(signal, "SIGKILL", 9), -getattr(signal, "SIGBUS", 7), -signal.SIGSEGV, 3)  # for want of memory


class EndedError(Exception):
    """The process answered nothing more."""


class ProblemError(Exception):
    """What the engine says of its failure."""


@dataclass(frozen=True)
class End:
    """An input or output: its name, type as ONNX calls it, and shape; a side that is free is a name or None."""

    name: str
    type: str
    shape: list[Any]


def megabytes() -> int:
    """Memory that a file may take now: half of what is free, within bounds."""
    return round(min(MOST_MB, max(LEAST_MB, memory.free_mb() / 2)))


class Session:
    """An ONNX file that is open. Like onnxruntime's InferenceSession, and safe for threads; its process ends with it.

    Until `probed` is called all that is asked must be answered within PROBING seconds. A process that was ended is started again.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        self.path, self.threads = path, threads
        self.bytes = path.stat().st_size * 2 + BESIDE
        self._lock = threading.Lock()
        self._until = time.monotonic() + PROBING
        self._child: subprocess.Popen[bytes] | None = None
        self._place = tempfile.TemporaryDirectory(prefix="likeness-onnx-")  # nothing lies there that a file could name
        with self._lock:
            self._start()

    def probed(self) -> None:
        """What it wants is known: from now on each answer has its own time."""
        self._until = float("inf")

    def get_inputs(self) -> list[End]:
        """Its inputs."""
        return self._inputs

    def get_outputs(self) -> list[End]:
        """Its outputs."""
        return self._outputs

    def run(self, outputs: Sequence[str] | None, inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """The arrays of those outputs, of all where None is given. UserError when it fails, takes too long or too much memory."""
        with self._lock:
            if self._child is None:
                self._start()
            arrays = {name: np.ascontiguousarray(value) for name, value in inputs.items()}
            asked = {"outputs": outputs, "inputs": [[name, value.dtype.name, value.shape] for name, value in arrays.items()]}
            return self._answer(RUNNING, json.dumps(asked).encode() + b"\n", *(value.tobytes() for value in arrays.values()))

    def _start(self) -> None:
        """Open the file in a new process."""
        told = [sys.executable, "-m", onnx_worker.__name__, str(self.path.resolve()), str(self.threads), str(megabytes())]
        environment = paths.child_environment(PYTHONPATH=str(paths.ROOT), OMP_WAIT_POLICY="passive")
        for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
            environment.pop(name, None)
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self._child = subprocess.Popen(told, cwd=self._place.name, env=environment, **streams)  # type: ignore[call-overload]
        weakref.finalize(self, _end, self._child)
        header = self._within(OPENING, lambda child: _header(child.stdout))
        self._inputs, self._outputs = ([End(*each) for each in header[name]] for name in ("inputs", "outputs"))

    def _answer(self, seconds: float, *parts: bytes) -> list[NDArray[Any]]:
        def exchange(child: subprocess.Popen[bytes]) -> list[NDArray[Any]]:
            assert child.stdin is not None
            for part in parts:
                child.stdin.write(part)
            child.stdin.flush()
            return [_array(child.stdout, *each) for each in _header(child.stdout)["outputs"]]

        made: list[NDArray[Any]] = self._within(seconds, exchange)
        return made

    def _within(self, seconds: float, exchange: Any) -> Any:
        """What `exchange` makes of the process, which is ended when it takes too long or says what it should not."""
        child, late = self._child, threading.Event()
        assert child is not None
        seconds = max(0.1, min(seconds, self._until - time.monotonic()))

        def stop() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            return exchange(child)
        except ProblemError as problem:
            if any(short in str(problem).lower() for short in SHORT):
                raise UserError("community_memory", name=self.path.name, megabytes=megabytes()) from problem
            words = str(problem).strip().splitlines() or ["?"]
            raise UserError("community_fails", problem=words[0][:200]) from problem
        except (EndedError, OSError, ValueError, TypeError, KeyError) as problem:
            self._child = None
            status = _status(child, 1.0 if isinstance(problem, EndedError | BrokenPipeError) else 0.0)
            _end(child)
            raise self._reason(late.is_set(), status, seconds) from problem
        finally:
            timer.cancel()

    def _reason(self, late: bool, status: int | None, seconds: float) -> UserError:
        """Why there is no answer."""
        if late:
            return UserError("community_slow", name=self.path.name, seconds=round(seconds))
        if status in _KILLED:
            return UserError("community_memory", name=self.path.name, megabytes=megabytes())
        return UserError("community_fails", problem="no answer" if status is None else f"exit status {status}")


def _status(child: subprocess.Popen[bytes], patience: float) -> int | None:
    """The exit status of a process that ended by itself, None of one that is still there after so many seconds."""
    try:
        return child.wait(patience)
    except subprocess.TimeoutExpired:
        return None


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a process and close its pipes."""
    if child.poll() is None:
        child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            try:
                stream.close()
            except OSError:  # what was not sent yet
                continue


def _header(stream: Any) -> dict[str, Any]:
    """The next line of JSON. ProblemError for what the engine tells, EndedError at the end."""
    line = stream.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise EndedError
    header: dict[str, Any] = json.loads(line)
    if "problem" in header:
        raise ProblemError(str(header["problem"])[:400])
    return header


def _array(stream: Any, kind: str, shape: list[int]) -> NDArray[Any]:
    """An array that is sent. ValueError for one that cannot be."""
    if kind not in onnx_worker.TYPES or len(shape) > MOST_DIMENSIONS or any(type(side) is not int or side < 0 for side in shape):
        raise ValueError(f"no array of {kind} {shape}")
    size = int(np.prod(shape, dtype=object)) * np.dtype(kind).itemsize
    if size > MOST_MB * 2**20:
        raise ValueError(f"{size} bytes")
    data = stream.read(size)
    if len(data) < size:
        raise EndedError
    return np.frombuffer(data, kind).reshape(shape)
