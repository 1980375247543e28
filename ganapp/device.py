"""What the tasks run on: one CPU thread each, more for what has its turn alone, and a graphics card where a Space lends one.

A page serves several people at once, and a small net is done sooner on one thread than it takes to wake a second.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from typing import TypeVar

import torch

THREADS = 1
MOST_THREADS = 4  # of a heavy task, where there are so many cores
Task = TypeVar("Task", bound=Callable[..., object])


def settle(heavy: bool = False) -> None:
    """Let what this thread does next compute on `THREADS` threads, or, where it is heavy and so has its turn alone, on as many as there are
    cores. Every task calls it; training, which has the machine to itself, does not."""
    threads = min(MOST_THREADS, os.cpu_count() or THREADS) if heavy else THREADS
    if torch.get_num_threads() != threads:
        torch.set_num_threads(threads)


def borrowed(task: Task, seconds: int = 60) -> Task:
    """`task`, run with a graphics card borrowed for `seconds` on a ZeroGPU Space (`spaces.GPU`), and unchanged everywhere else."""
    if importlib.util.find_spec("spaces") is None:
        return task
    spaces = importlib.import_module("spaces")
    lent: Task = spaces.GPU(task, duration=seconds)
    return lent


@borrowed
def accelerator() -> str:
    """The name of the graphics card that heavy tasks compute on, or "cpu". A ZeroGPU Space wants one borrowed function before it starts."""
    return torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"


def names() -> tuple[str, ...]:
    """The devices that a training can be given here, the best first: "cuda:0", "cuda:1" ..., "mps", "cpu"."""
    cards = tuple(f"cuda:{i}" for i in range(torch.cuda.device_count()))
    return (*cards, *(("mps",) if torch.backends.mps.is_available() else ()), "cpu")
