"""Tickets: how far a request is, and whether it is still wanted.

A page that wants to watch sends a ticket of its own making ("visitor.number") with its request; with that ticket it may ask how far its
request is (`progress`) and take it back (`cancel`).
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from ganapp.base import progress
from ganapp.base.errors import UserError

LONGEST = 80
KEPT = 512  # requests taken back before they came that are remembered; a page whose request never comes is forgotten
SHOWN_EVERY = 0.5  # seconds between two pictures of what is done so far


@dataclass
class Ticket:
    """A request that may be watched. place: where in line it stands (1 is the next) and the seconds to wait, asked for while it waits;
    shown: how many pictures of what is done so far there were, preview: the newest (a JPEG); woken: called when it is taken back."""

    name: str = ""
    place: Callable[[], tuple[int, float]] | None = None
    done: int = 0
    total: int = 0
    started: float = 0.0
    cancelled: bool = False
    shown: int = 0
    preview: bytes = b""
    drawn: float = -SHOWN_EVERY
    woken: Callable[[], None] | None = None

    @property
    def visitor(self) -> str:
        """Whose page it comes from; "" for a request without a ticket."""
        return self.name.partition(".")[0]

    def tell(self, done: int, total: int) -> None:
        """See progress.Watcher."""
        self.done, self.total = done, total

    def go_on(self) -> None:
        """See progress.Watcher."""
        if self.cancelled:
            raise progress.Cancelled

    def show(self, draw: Callable[[], bytes]) -> None:
        """See progress.Watcher."""
        if self.name and time.monotonic() - self.drawn >= SHOWN_EVERY:
            self.preview = draw()
            self.shown, self.drawn = self.shown + 1, time.monotonic()

    def take_back(self) -> None:
        """Nobody wants it any more: it stops waiting at once, or working at its next step."""
        self.cancelled = True
        if self.woken is not None:
            self.woken()

    def report(self, seen: int = 0) -> dict[str, Any]:
        """What the page is sent; it has received `seen` pictures already."""
        line = self.place
        if line is not None:
            place, seconds = line()
            return {"state": "waiting", "place": place, "seconds": round(seconds)}
        spent = time.monotonic() - self.started if self.started else 0.0
        left = spent / self.done * (self.total - self.done) if self.done else None
        state = {"state": "working", "done": self.done, "total": self.total, "seconds": None if left is None else round(left, 1)}
        if self.shown > seen:
            encoded = base64.b64encode(self.preview).decode("ascii")
            state |= {"shown": self.shown, "preview": f"data:image/jpeg;base64,{encoded}"}
        return state


_present: ContextVar[Ticket | None] = ContextVar("ticket", default=None)
_tickets: dict[str, Ticket] = {}  # of requests that wait or are at work
_early: dict[str, None] = {}  # taken back before they came
_lock = threading.Lock()


def present() -> Ticket:
    """The ticket of the present request; one without a name where there is none."""
    return _present.get() or Ticket()


@contextmanager
def ticketed(name: object) -> Iterator[Ticket]:
    """What is done inside, in threads started from it too, is watched under that ticket; None: no page watches, and it can still be taken
    back. UserError for what is no ticket."""
    if name is not None and (not isinstance(name, str) or not 1 <= len(name) <= LONGEST):
        raise UserError("text_needed", name="ticket", longest=LONGEST)
    ticket = Ticket(name or "")
    with _lock:
        if ticket.name in _early:
            del _early[ticket.name]
            ticket.cancelled = True
        if ticket.name:
            _tickets[ticket.name] = ticket
    token = _present.set(ticket)
    try:
        with progress.watched(ticket):
            yield ticket
    finally:
        _present.reset(token)
        with _lock:
            if _tickets.get(ticket.name) is ticket:
                del _tickets[ticket.name]


def _named(values: object) -> str:
    name = values.get("ticket") if isinstance(values, dict) else None
    return name if isinstance(name, str) and len(name) <= LONGEST else ""


def report(values: Any) -> dict[str, Any]:
    """How far the request with {"ticket"} is: {"state": "waiting", "place", "seconds"}, {"state": "working", "done", "total", "seconds"},
    or {"state": "gone"} before it came and after it was answered. Work that shows what is done so far adds {"shown", "preview"}, a number
    and a small JPEG as a data URI, when its number is above that in {"seen"}."""
    with _lock:
        ticket = _tickets.get(_named(values))
    seen = values.get("seen") if isinstance(values, dict) else 0
    return ticket.report(seen if isinstance(seen, int) else 0) if ticket else {"state": "gone"}


def cancel(values: Any) -> dict[str, Any]:
    """Take the request with {"ticket"} back; it ends at its next step. One that has not come yet will not begin."""
    name = _named(values)
    with _lock:
        ticket = _tickets.get(name)
        if name and ticket is None:
            _early[name] = None
            while len(_early) > KEPT:
                del _early[next(iter(_early))]
    if ticket is not None:
        ticket.take_back()
    return {}


def procedures() -> list[Callable[..., Any]]:
    """The remote procedures `progress` and `cancel` of every page with long work. They need no thread, so they are answered at once."""
    every: list[Callable[..., Any]] = []
    for name, call in (("progress", report), ("cancel", cancel)):

        async def procedure(values: Any = None, call: Callable[[Any], dict[str, Any]] = call) -> dict[str, Any]:
            return call(values)

        procedure.__name__ = procedure.__qualname__ = name
        procedure.__doc__ = call.__doc__
        every.append(procedure)
    return every
