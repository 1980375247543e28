"""Turns: who works now, who is next, how far it is, and whether it is still wanted.

Work that keeps the machine busy is done by a few at a time. Who waits is served in rounds, one request of each visitor after the other, so
that nobody with many requests keeps the others waiting. A page that wants to watch sends a ticket of its own making ("visitor.number") with
its request; with that ticket it may ask how far its request is (`progress`) and take it back (`cancel`).
"""

from __future__ import annotations

import base64
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from ganapp import progress
from ganapp.errors import UserError

LONGEST_TICKET = 80
KEPT = 512  # tickets remembered at once; a page that never comes back for its own is forgotten
SHOWN_EVERY = 0.5  # seconds between two pictures of what is done so far
GLANCE = 0.1  # seconds between two looks at whether somebody who waits has gone


@dataclass
class Ticket:
    """A request that somebody watches. place: 1 for the next in line, 0 at work; seconds: to wait, as far as can be told; shown: how many
    pictures of what is done so far there were, preview: the newest (a JPEG)."""

    name: str
    place: int = 0
    seconds: float = 0.0
    done: int = 0
    total: int = 0
    started: float = 0.0
    cancelled: bool = False
    shown: int = 0
    preview: bytes = b""
    drawn: float = -SHOWN_EVERY

    def tell(self, done: int, total: int) -> None:
        """See progress.Watcher."""
        self.done, self.total = done, total

    def go_on(self) -> None:
        """See progress.Watcher."""
        if self.cancelled:
            raise progress.Cancelled

    def show(self, draw: Callable[[], bytes]) -> None:
        """See progress.Watcher."""
        if time.monotonic() - self.drawn >= SHOWN_EVERY:
            self.preview = draw()
            self.shown, self.drawn = self.shown + 1, time.monotonic()

    def report(self, seen: int = 0) -> dict[str, Any]:
        """What the page is told; it has `seen` so many pictures already."""
        if self.place:
            return {"state": "waiting", "place": self.place, "seconds": round(self.seconds)}
        spent = time.monotonic() - self.started if self.started else 0.0
        left = spent / self.done * (self.total - self.done) if self.done else None
        told = {"state": "working", "done": self.done, "total": self.total, "seconds": None if left is None else round(left, 1)}
        if self.shown > seen:
            encoded = base64.b64encode(self.preview).decode("ascii")
            told |= {"shown": self.shown, "preview": f"data:image/jpeg;base64,{encoded}"}
        return told


_present: ContextVar[Ticket | None] = ContextVar("ticket", default=None)
_tickets: dict[str, Ticket] = {}
_lock = threading.Lock()


@contextmanager
def ticketed(name: object) -> Iterator[None]:
    """What is done inside, in this thread, is watched under that ticket; None: nobody watches. UserError for what is no ticket."""
    if name is None:
        yield
        return
    if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_TICKET:
        raise UserError("text_needed", name="ticket", longest=LONGEST_TICKET)
    ticket = Ticket(name)
    with _lock:
        earlier = _tickets.pop(name, None)
        ticket.cancelled = earlier is not None and earlier.total < 0  # taken back before it came
        _tickets[name] = ticket
        while len(_tickets) > KEPT:
            _tickets.pop(next(iter(_tickets)))
    token = _present.set(ticket)
    try:
        with progress.watched(ticket):
            yield
    finally:
        _present.reset(token)
        with _lock:
            if _tickets.get(name) is ticket:
                del _tickets[name]


def _named(values: object) -> str:
    name = values.get("ticket") if isinstance(values, dict) else None
    return name if isinstance(name, str) and len(name) <= LONGEST_TICKET else ""


def told(values: Any) -> dict[str, Any]:
    """How far the request with {"ticket"} is: {"state": "waiting", "place", "seconds"}, {"state": "working", "done", "total", "seconds"},
    or {"state": "gone"} before it came and after it was answered. Work that shows what is done so far adds {"shown", "preview"}, a number
    and a small JPEG as a data URI, when its number is above that in {"seen"}."""
    with _lock:
        ticket = _tickets.get(_named(values))
    seen = values.get("seen") if isinstance(values, dict) else 0
    return ticket.report(seen if isinstance(seen, int) else 0) if ticket and ticket.total >= 0 else {"state": "gone"}


def taken_back(values: Any) -> dict[str, Any]:
    """Take the request with {"ticket"} back; it ends at its next step. One that has not come yet will not begin."""
    name = _named(values)
    with _lock:
        if name:
            _tickets.setdefault(name, Ticket(name, total=-1)).cancelled = True
    return {}


def procedures() -> list[Callable[[Any], dict[str, Any]]]:
    """The remote procedures `progress` and `cancel` of every page with long work."""
    made: list[Callable[[Any], dict[str, Any]]] = []
    for name, call in (("progress", told), ("cancel", taken_back)):

        def procedure(values: Any = None, call: Callable[[Any], dict[str, Any]] = call) -> dict[str, Any]:
            return call(values)

        procedure.__name__ = procedure.__qualname__ = name
        procedure.__doc__ = call.__doc__
        made.append(procedure)
    return made


@dataclass(eq=False)
class _Waiting:
    visitor: str
    ticket: Ticket | None


@dataclass
class Turns:
    """`places` that work at once; a request waits `patience` seconds for one, ten times as long where somebody watches."""

    places: int
    patience: float
    waiting: list[_Waiting] = field(default_factory=list)
    working: list[tuple[str, float]] = field(default_factory=list)
    served: dict[str, float] = field(default_factory=dict)
    took: deque[float] = field(default_factory=lambda: deque(maxlen=8))
    changed: threading.Condition = field(default_factory=threading.Condition)

    def order(self) -> list[_Waiting]:
        """Who waits, the next first: in rounds over the visitors, who is at work a round later, who was served last after the others."""
        rounds: dict[str, int] = {}
        for visitor, _ in self.working:
            rounds[visitor] = rounds.get(visitor, 0) + 1
        ranked = []
        for number, each in enumerate(self.waiting):
            ranked.append((rounds.get(each.visitor, 0), self.served.get(each.visitor, 0.0), number, each))
            rounds[each.visitor] = rounds.get(each.visitor, 0) + 1
        return [entry[-1] for entry in sorted(ranked, key=lambda entry: entry[:3])]

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a place and hold it. UserError after waiting too long, progress.Cancelled when the ticket was taken back."""
        ticket = _present.get()
        visitor = ticket.name.partition(".")[0] if ticket else ""
        seat = self._enter(_Waiting(visitor, ticket), time.monotonic() + self.patience * (10 if ticket else 1))
        if ticket:
            ticket.place, ticket.started = 0, seat[1]
        try:
            yield
            self.took.append(time.monotonic() - seat[1])
        finally:
            with self.changed:
                self.working.remove(seat)
                self.changed.notify_all()

    def _enter(self, me: _Waiting, deadline: float) -> tuple[str, float]:
        """Wait for a place, and take it: the visitor and when the turn began."""
        with self.changed:
            self.waiting.append(me)
            try:
                while len(self.working) >= self.places or self.order()[0] is not me:
                    self._tell(me)
                    if time.monotonic() >= deadline:
                        raise UserError("busy")
                    self.changed.wait(GLANCE)
                    if me.ticket:
                        me.ticket.go_on()
            finally:
                self.waiting.remove(me)
            seat = (me.visitor, time.monotonic())
            self.working.append(seat)
            self.served.pop(me.visitor, None)
            self.served[me.visitor] = seat[1]
            while len(self.served) > KEPT:
                self.served.pop(next(iter(self.served)))
            return seat

    def _tell(self, me: _Waiting) -> None:
        if me.ticket:
            usual = sum(self.took) / len(self.took) if self.took else 10.0
            me.ticket.place = self.order().index(me) + 1
            me.ticket.seconds = usual * me.ticket.place / self.places
