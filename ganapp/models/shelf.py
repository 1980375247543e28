"""The one memory of the models room, within one budget: nets, opened files, mixtures, descriptions, and what was checked."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from torch import nn

from ganapp.base import paths

Kept = TypeVar("Kept")
Stamp = tuple[tuple[int, int], ...]
Key = tuple[Path | str, str]  # where something came from, and what it is


def stamp(*files: Path) -> Stamp:
    """Changes when one of the files does: time of change and size of each, (0, 0) for one that is missing."""

    def of(file: Path) -> tuple[int, int]:
        try:
            facts = file.stat()
        except OSError:
            return (0, 0)
        return (facts.st_mtime_ns, facts.st_size)

    return tuple(of(file) for file in files)


class Shelf:
    """Loaded models by key, of every make, within a budget of megabytes: what was used longest ago goes first, the newest always stays.

    Safe for threads: one is loaded once however many ask for it, and those of different keys load side by side.
    """

    def __init__(self, budget_mb: Callable[[], int]) -> None:
        self._budget_mb = budget_mb
        self._held: OrderedDict[Key, tuple[Stamp, Any, int]] = OrderedDict()
        self._loading: WeakValueDictionary[Key, threading.Lock] = WeakValueDictionary()
        self._lock = threading.Lock()

    def net(self, key: Key, at: Stamp, load: Callable[[], nn.Module]) -> nn.Module:
        """The net kept under `key` if its stamp is still `at`, else what `load` returns."""
        return self.kept(key, at, load, lambda net: sum(t.numel() * t.element_size() for t in [*net.parameters(), *net.buffers()]))

    def kept(self, key: Key, at: Stamp, load: Callable[[], Kept], size: Callable[[Kept], int]) -> Kept:
        """What is kept under `key` if its stamp is still `at`, else what `load` returns, which takes `size` bytes."""
        with self._lock:
            turn = self._loading.get(key)
            if turn is None:
                turn = self._loading[key] = threading.Lock()
        with turn:
            with self._lock:
                held = self._held.get(key)
                if held and held[0] == at:
                    self._held.move_to_end(key)
                    known: Kept = held[1]
                    return known
                self._held.pop(key, None)
            loaded = load()
            self.put(key, at, loaded, size(loaded))
            return loaded

    def put(self, key: Key, at: Stamp, value: object, size: int) -> None:
        """Keep a value of `size` bytes under `key`; the oldest ones go when it is too much."""
        with self._lock:
            self._held[key] = (at, value, size)
            self._held.move_to_end(key)
            while len(self._held) > 1 and self.bytes() > self._budget_mb() * 1_000_000:
                self._held.popitem(last=False)

    def peek(self, key: Key) -> Any:
        """What is kept under `key`, None for nothing."""
        with self._lock:
            held = self._held.get(key)
        return held[1] if held else None

    def drop(self, key: Key) -> None:
        """Keep it no longer."""
        with self._lock:
            self._held.pop(key, None)

    def bytes(self) -> int:  # noqa: A003 - the unit is the name
        """Bytes of all that is kept."""
        return sum(size for _, _, size in self._held.values())

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._held.clear()


shelf = Shelf(paths.memory_budget_mb)
