"""How much a model may weigh: what is fetched from the Hub, and what is opened. Every download and every opened file passes here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.machine import memory

FACTOR = 3.0  # memory that opening a file takes, in sizes of the file: read, half precision made single, copied


def fetched(repository: str, sizes: Iterable[int | None]) -> int:
    """Bytes of files that are about to be fetched. UserError when they are more than the memory budget, or the Hub does not say."""
    total, budget = sum(known(repository, sizes)), paths.memory_budget_mb()
    if total > budget * 1e6:
        raise UserError("hub_too_large", repository=repository, megabytes=round(total / 1e6), budget=budget)
    return total


def known(repository: str, sizes: Iterable[int | None]) -> list[int]:
    """Sizes of files as the Hub tells them. UserError when it does not."""
    told = list(sizes)
    if None in told:
        raise UserError("hub_size_unknown", repository=repository)
    return [size for size in told if size is not None]


@contextmanager
def opening(path: Path, name: str) -> Iterator[None]:
    """Within it a file is opened. UserError when that takes more memory than is free, before or during it."""
    need = path.stat().st_size * FACTOR / 2**20
    if need > memory.free_mb():
        raise _short(name, need)
    try:
        yield
    except (MemoryError, RuntimeError) as problem:
        if not memory.ran_out(problem):
            raise
        raise _short(name, need) from problem


def _short(name: str, need: float) -> UserError:
    return UserError("model_memory", model=name, need=round(need), free=round(memory.free_mb()))
