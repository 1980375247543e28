"""How far a piece of work is, and whether somebody still wants it.

A task that takes seconds calls `tell(done, total)` after each part and `go_on()` at least ten times a second. Who started it may be
watching (`watched`): the page shows the parts, the shell draws a bar. Without a watcher both do nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Cancelled(Exception):  # noqa: N818 - it is no error: somebody changed their mind
    """Nobody wants the result any more."""


class Watcher(Protocol):
    """Who looks on."""

    def tell(self, done: int, total: int) -> None:
        """`done` of `total` parts are finished."""

    def go_on(self) -> None:
        """Return when the work shall go on, raise Cancelled when not."""

    def show(self, draw: Callable[[], bytes]) -> None:
        """What is done so far can be seen: `draw` makes a small JPEG of it, and is called only if somebody wants to look now."""


_watching: ContextVar[Watcher | None] = ContextVar("watching", default=None)


def tell(done: int, total: int) -> None:
    """`done` of `total` parts of the present work are finished. Raises Cancelled when nobody wants it any more."""
    watcher = _watching.get()
    if watcher is not None:
        watcher.tell(done, total)
        watcher.go_on()


def go_on() -> None:
    """Raises Cancelled when nobody wants the present work any more."""
    watcher = _watching.get()
    if watcher is not None:
        watcher.go_on()


def show(draw: Callable[[], bytes]) -> None:
    """What is done so far can be seen, as a small JPEG that `draw` makes."""
    watcher = _watching.get()
    if watcher is not None:
        watcher.show(draw)


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """What is done inside, in this thread, is watched."""
    token = _watching.set(watcher)
    try:
        yield
    finally:
        _watching.reset(token)
