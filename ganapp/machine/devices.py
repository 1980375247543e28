"""What the tasks run on: one CPU thread each, and a graphics card where a Space lends one.

A page serves several people at once, and a small net is done sooner on one thread than it takes to wake a second.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import torch

from ganapp.machine import memory, processor

THREADS = 1
MOST_THREADS = 8  # of work that has the machine to itself; more add little to a small net
_most = MOST_THREADS
Task = TypeVar("Task", bound=Callable[..., object])


def limit_threads() -> None:
    """Let this process compute on `THREADS` threads. Every task calls it; training, which has the machine to itself, does not."""
    if torch.get_num_threads() != THREADS:
        torch.set_num_threads(THREADS)


def share_machine() -> None:
    """From now on this process is one of several that share the machine, each on one core: heavy work takes no more either."""
    global _most
    _most = THREADS


@contextmanager
def several_threads() -> Iterator[None]:
    """Computations inside, in this thread, may use several cores: for heavy work, of which only one runs at a time."""
    torch.set_num_threads(min(processor.cores(), _most))
    try:
        yield
    finally:
        torch.set_num_threads(THREADS)


@contextmanager
def threads_kept() -> Iterator[None]:
    """Whoever calls this program from their own computes on as many threads afterwards as before."""
    threads = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def with_lent_card(task: Task, seconds: int = 60) -> Task:
    """`task`, run with a graphics card borrowed for `seconds` on a ZeroGPU Space (`spaces.GPU`), and unchanged everywhere else."""
    if importlib.util.find_spec("spaces") is None:
        return task
    spaces = importlib.import_module("spaces")
    lent: Task = spaces.GPU(task, duration=seconds)
    return lent


@with_lent_card
def accelerator() -> str:
    """The name of the graphics card that heavy tasks compute on, or "cpu". A ZeroGPU Space needs one such function before it starts."""
    return torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"


def total_mb(name: str) -> int:
    """Megabytes that the device has: of the largest card for "cuda", of the machine for all others."""
    if name.startswith("cuda") and torch.cuda.is_available():
        cards = range(torch.cuda.device_count())
        number = name.partition(":")[2]
        chosen = [int(number)] if number.isdigit() and int(number) in cards else cards
        return max(torch.cuda.get_device_properties(card).total_memory >> 20 for card in chosen)
    return memory.total_mb()


def names() -> tuple[str, ...]:
    """The devices that a training can be given here, the best first: "cuda:0", "cuda:1" ..., "mps", "cpu"."""
    cards = tuple(f"cuda:{i}" for i in range(torch.cuda.device_count()))
    return (*cards, *(("mps",) if torch.backends.mps.is_available() else ()), "cpu")
