"""Turns: who works now, and who is next.

Work that keeps the machine busy is done by a few at a time. Who waits is served in rounds, one request of each address after the other and
of each of its visitors, so that nobody with many requests keeps the others waiting. Waiting holds no thread: a thousand who wait cost a
thousand small objects, and pages, progress and cancel are answered as ever.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from ganapp.base import progress
from ganapp.base.errors import UserError
from ganapp.jobs import visitor
from ganapp.ui.server import tickets
from ganapp.ui.server.tickets import Ticket

KEPT = 512  # addresses and visitors whose last turn is remembered
GLANCE = 1.0  # seconds between two looks at whether somebody whose work goes on has left
SELDOM = 5.0  # the same of somebody who waits: there may be hundreds, and who has left is not given a place anyway
ORDERED_EVERY = 0.2  # seconds between two countings of who stands where, for those who ask
LONG_LINE = 1000  # requests that wait in one lane, of all addresses together
HELD = 256 * 2**20  # characters that requests of one address may hold while they wait and work; four times as many of all together

Answer = TypeVar("Answer")
Left = Callable[[], Awaitable[bool]]  # whether whoever sent a request has left


@dataclass(eq=False)
class _Seat:
    """A request that waits or works."""

    address: str
    visitor: str
    ticket: Ticket
    size: int
    awoken: asyncio.Event = field(default_factory=asyncio.Event)

    def by_address(self) -> Hashable:
        return self.address

    def by_visitor(self) -> Hashable:
        return self.address, self.visitor

    def waker(self) -> Callable[[], None]:
        """What wakes it, from any thread."""
        loop = asyncio.get_running_loop()
        return lambda: _wake(loop, self.awoken)


def _wake(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
        loop.call_soon_threadsafe(event.set)


@dataclass
class Turns:
    """Places at a kind of work. patience: seconds that a request waits for one, ten times as long under a ticket; of_visitor, of_address:
    requests that may wait and work at once, 0 for any number."""

    places: int
    patience: float
    of_visitor: int = 0
    of_address: int = 0
    waiting: list[_Seat] = field(default_factory=list)
    working: list[_Seat] = field(default_factory=list)
    served: dict[Hashable, float] = field(default_factory=dict)
    took: deque[float] = field(default_factory=lambda: deque(maxlen=8))
    lock: threading.RLock = field(default_factory=threading.RLock)
    ordered: tuple[float, dict[int, int]] = (-ORDERED_EVERY, {})

    def order(self) -> list[_Seat]:
        """Who waits, the next first: in rounds over the addresses, and over the visitors of each; who is at work a round later, who was
        served last after the others."""
        return self._rounds(self._rounds(self.waiting, _Seat.by_visitor), _Seat.by_address)

    def _rounds(self, line: Iterable[_Seat], group: Callable[[_Seat], Hashable]) -> list[_Seat]:
        rounds = Counter(group(seat) for seat in self.working)
        ranked = []
        for number, seat in enumerate(line):
            whose = group(seat)
            ranked.append((rounds[whose], self.served.get(whose, 0.0), number, seat))
            rounds[whose] += 1
        return [entry[-1] for entry in sorted(ranked, key=lambda entry: entry[:3])]

    @asynccontextmanager
    async def turn(self, left: Left | None = None, size: int = 0) -> AsyncIterator[None]:
        """Wait for a place and hold it; size: characters that the request holds in memory meanwhile. UserError for one request or for
        megabytes too many and after waiting too long, progress.Cancelled when the ticket was taken back or `left` says that nobody waits
        for the answer."""
        ticket = tickets.present()
        seat = _Seat(visitor.address(), ticket.visitor, ticket, size)
        ticket.woken = seat.waker()
        try:
            await self._wait(seat, left)
            if left is not None and await left():
                raise progress.Cancelled
            ticket.place, ticket.started = None, time.monotonic()
            yield
            self.took.append(time.monotonic() - ticket.started)
        finally:
            ticket.place = ticket.woken = None
            self._leave(seat)

    async def _wait(self, seat: _Seat, left: Left | None) -> None:
        """Return when the seat is at work."""
        deadline = time.monotonic() + self.patience * (10 if seat.ticket.name else 1)
        with self.lock:
            self._admit(seat)
            self.waiting.append(seat)
            self._next()
        seat.ticket.place = lambda: self._place(seat)
        while True:
            with self.lock:
                if seat in self.working:
                    return
            seat.ticket.go_on()
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise UserError("busy")
            try:
                await asyncio.wait_for(seat.awoken.wait(), min(SELDOM, remaining))
            except TimeoutError:
                if left is not None and await left():
                    seat.ticket.take_back()

    def _admit(self, seat: _Seat) -> None:
        """UserError for one request too many."""
        present = [*self.waiting, *self.working]
        for most, group in ((self.of_visitor if seat.visitor else 0, _Seat.by_visitor), (self.of_address, _Seat.by_address)):
            if most and sum(group(other) == group(seat) for other in present) >= most:
                raise UserError("line_full", most=most)
        held = [other for other in present if other.address == seat.address]
        if held and sum(other.size for other in held) + seat.size > HELD:
            raise UserError("too_much_at_once")
        if len(self.waiting) >= LONG_LINE or present and sum(other.size for other in present) + seat.size > 4 * HELD:
            raise UserError("busy")

    def _next(self) -> None:
        """Give free places to those who are next."""
        while self.waiting and len(self.working) < self.places:
            seat = self.order()[0]
            self.waiting.remove(seat)
            self.working.append(seat)
            for whose in (seat.by_address(), seat.by_visitor()):
                self.served.pop(whose, None)
                self.served[whose] = time.monotonic()
            while len(self.served) > 2 * KEPT:
                del self.served[next(iter(self.served))]
            if seat.ticket.woken is not None:
                seat.ticket.woken()

    def _leave(self, seat: _Seat) -> None:
        with self.lock:
            for line in (self.waiting, self.working):
                if seat in line:
                    line.remove(seat)
            self._next()

    def _place(self, seat: _Seat) -> tuple[int, float]:
        """Where the seat stands in line, and the seconds until its turn."""
        with self.lock:
            counted, places = self.ordered
            if time.monotonic() - counted >= ORDERED_EVERY or id(seat) not in places:
                places = {id(other): number for number, other in enumerate(self.order(), 1)}
                self.ordered = time.monotonic(), places
            place = places.get(id(seat), 1)
            usual = sum(self.took) / len(self.took) if self.took else 10.0
        return place, usual * place / self.places


_checkers: RunVar[CapacityLimiter] = RunVar("checkers")


async def check(call: Callable[[], Answer]) -> Answer:
    """What `call` returns, which looks at a request before it waits: in one of a few threads, for it may take some milliseconds."""
    try:
        few = _checkers.get()
    except LookupError:
        few = CapacityLimiter(4)
        _checkers.set(few)
    return await to_thread.run_sync(call, limiter=few)


async def work(call: Callable[[], Answer], left: Left | None = None) -> Answer:
    """What `call` returns, in a thread, for who holds a place; its ticket is taken back when `left` says that nobody waits for the
    answer."""
    watcher = asyncio.create_task(_watch(tickets.present(), left)) if left is not None else None
    try:
        return await to_thread.run_sync(call, limiter=CapacityLimiter(1))  # the places bound how many there are
    finally:
        if watcher is not None:
            watcher.cancel()


async def _watch(ticket: Ticket, left: Left) -> None:
    while not ticket.cancelled:
        await asyncio.sleep(GLANCE)
        if await left():
            ticket.take_back()
