"""Batches prepared in advance by other processes, for a device that trains faster than one process prepares batches."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from torch.utils.data import DataLoader, Dataset

AnyBatch = TypeVar("AnyBatch")
AHEAD = 3  # batches that each process keeps ready
LAST = 1 << 31


class _Steps(Dataset[AnyBatch]):
    def __init__(self, draw: Callable[[int], AnyBatch]) -> None:
        self.draw = draw

    def __getitem__(self, k: int) -> AnyBatch:
        return self.draw(k)


class Prefetched(Generic[AnyBatch]):
    """`draw(k)` is the batch of step k, whoever draws it: a function of k alone that touches no device but the CPU.

    workers: processes that draw, 0 to draw in this one. They are forked; where a system cannot fork, this process draws.
    """

    def __init__(self, draw: Callable[[int], AnyBatch], workers: int = 0) -> None:
        self.draw = draw
        self.workers = workers if "fork" in multiprocessing.get_all_start_methods() else 0
        self._next = -1
        self._batches: Iterator[AnyBatch] = iter(())

    def __call__(self, k: int) -> AnyBatch:
        """The batch of step k; quick when the last one was that of step k - 1."""
        if not self.workers:
            return self.draw(k)
        if k != self._next:
            loader: DataLoader[AnyBatch] = DataLoader(
                _Steps(self.draw),
                batch_size=None,
                sampler=range(k, LAST),
                num_workers=self.workers,
                prefetch_factor=AHEAD,
                multiprocessing_context="fork",
            )
            self._batches = iter(loader)
        self._next = k + 1
        return next(self._batches)
