"""Who works, who is next, and how a request is watched and taken back."""

from __future__ import annotations

import asyncio
import base64
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from ganapp.base import progress
from ganapp.base.errors import UserError
from ganapp.jobs import visitor
from ganapp.ui.server import tickets, turns
from ganapp.ui.server.turns import Left, Turns
from tests.conftest import awaited


def until(true: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 20
    while not (found := true()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


class Crowd:
    """Requests in one event loop, as the app meets them; each works in a thread until it is let go."""

    def __init__(self, places: Turns) -> None:
        self.places, self.began, self.gates = places, [], {}  # type: ignore[var-annotated]
        self.ended: dict[str, str] = {}
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def come(self, name: str, at: str = "", left: Left | None = None) -> Future[None]:
        """One more request; it waits or works when this returns."""
        self.gates[name] = threading.Event()
        before = len(self.places.waiting) + len(self.places.working)
        coming = asyncio.run_coroutine_threadsafe(self.work(name, at, left), self.loop)
        until(lambda: len(self.places.waiting) + len(self.places.working) > before or coming.done())
        return coming

    async def work(self, name: str, at: str, left: Left | None) -> None:
        try:
            with visitor.at(at), tickets.ticketed(name):
                async with self.places.turn(left):
                    await turns.work(lambda: self.compute(name), left)
            self.ended[name] = "done"
        except progress.Cancelled:
            self.ended[name] = "cancelled"
        except UserError as refusal:
            self.ended[name] = refusal.key

    def compute(self, name: str) -> None:
        self.began.append(name)
        while not self.gates[name].wait(0.01):
            progress.tell(1, 4)

    def served(self, *names: str) -> None:
        """Let these go, each when its turn has come."""
        for name in names:
            until(lambda name=name: name in self.began)
            self.gates[name].set()
            until(lambda name=name: name in self.ended)

    def close(self) -> None:
        for gate in self.gates.values():
            gate.set()
        until(lambda: not self.places.waiting and not self.places.working)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(20)
        self.loop.close()


Crowds = Callable[[Turns], Crowd]


@pytest.fixture
def crowds() -> Iterator[Crowds]:
    every: list[Crowd] = []

    def crowd(places: Turns) -> Crowd:
        every.append(Crowd(places))
        return every[-1]

    yield crowd
    for each in every:
        each.close()


def test_visitors_take_turns_in_rounds(crowds: Crowds) -> None:
    crowd = crowds(Turns(1, patience=60))
    for name in ("ann.1", "ann.2", "ann.3", "bob.1", "cat.1"):
        crowd.come(name)
    until(lambda: tickets.report({"ticket": "ann.3"}).get("place") == 4)
    places = {name: tickets.report({"ticket": name})["place"] for name in ("bob.1", "cat.1", "ann.2", "ann.3")}
    assert places == {"bob.1": 1, "cat.1": 2, "ann.2": 3, "ann.3": 4}
    crowd.served("ann.1", "bob.1", "cat.1", "ann.2", "ann.3")
    assert crowd.began == ["ann.1", "bob.1", "cat.1", "ann.2", "ann.3"]
    assert tickets.report({"ticket": "ann.1"}) == {"state": "gone"}


def test_progress_is_told_and_time_left_estimated(crowds: Crowds) -> None:
    crowd = crowds(Turns(1, patience=60))
    crowd.come("dan.1")
    report = until(lambda: (r := tickets.report({"ticket": "dan.1"})).get("done") and r)
    assert (report["state"], report["done"], report["total"]) == ("working", 1, 4)
    assert report["seconds"] >= 0
    crowd.served("dan.1")


def test_at_work_or_in_line_a_request_can_be_taken_back(crowds: Crowds) -> None:
    crowd = crowds(Turns(1, patience=60))
    crowd.come("eve.1")
    crowd.come("eve.2")
    started = time.monotonic()
    for name in ("eve.2", "eve.1"):
        tickets.cancel({"ticket": name})
        until(lambda name=name: crowd.ended.get(name) == "cancelled")
    assert time.monotonic() - started < 5
    assert crowd.places.waiting == crowd.places.working == []
    assert crowd.began == ["eve.1"]


def test_taken_back_before_it_came() -> None:
    tickets.cancel({"ticket": "fay.1"})
    assert tickets.report({"ticket": "fay.1"}) == {"state": "gone"}
    with pytest.raises(progress.Cancelled), tickets.ticketed("fay.1"):
        progress.go_on()


def test_who_waits_too_long_is_told() -> None:
    places = Turns(1, patience=0.02)

    async def one_too_many() -> None:
        async with places.turn():
            with pytest.raises(UserError) as refused:
                async with places.turn():
                    pass
            assert refused.value.key == "busy"
            assert places.waiting == []
        async with places.turn():
            assert len(places.working) == 1

    awaited(one_too_many())
    assert places.working == []


def test_addresses_take_turns_before_their_visitors_do(crowds: Crowds) -> None:
    crowd = crowds(Turns(1, patience=60))
    for name, at in (
        ("a.1", "6.6.6.6"),
        ("b.1", "6.6.6.6"),
        ("c.1", "6.6.6.6"),
        ("d.1", "6.6.6.6"),
        ("e.1", "8.8.8.8"),
        ("e.2", "8.8.8.8"),
    ):
        crowd.come(name, at)  # four keys made up at one address are still one address
    crowd.served("a.1", "e.1", "b.1", "e.2", "c.1", "d.1")


def test_a_visitor_and_an_address_have_a_few_places(crowds: Crowds) -> None:
    crowd = crowds(Turns(1, patience=60, of_visitor=2, of_address=3))
    for name in ("ann.1", "ann.2"):
        crowd.come(name, "6.6.6.6")
    crowd.come("ann.3", "6.6.6.6").result(5)  # refused at once
    crowd.come("bob.1", "6.6.6.6")
    crowd.come("cat.1", "6.6.6.6").result(5)
    assert crowd.ended == {"ann.3": "line_full", "cat.1": "line_full"}
    crowd.come("dan.1", "8.8.8.8")
    crowd.served("ann.1")
    crowd.come("cat.2", "6.6.6.6")  # a place came free
    crowd.served("dan.1", "bob.1", "cat.2", "ann.2")


def test_who_waits_holds_so_many_megabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "HELD", 100)
    places = Turns(9, patience=5)

    async def come(size: int, at: str) -> str:
        try:
            with visitor.at(at):
                async with places.turn(size=size):
                    await asyncio.sleep(0.05)
        except UserError as refusal:
            return refusal.key
        return ""

    async def crowd() -> list[str]:
        sizes = [(500, "6.6.6.6"), (1, "6.6.6.6"), (60, "8.8.8.8"), (60, "8.8.8.8"), (60, "8.8.8.8"), (1, "9.9.9.9")]
        return await asyncio.gather(*(come(*each) for each in sizes))

    # one request alone may be as large as the border lets in
    assert awaited(crowd()) == ["", "too_much_at_once", "busy", "busy", "busy", "busy"]
    monkeypatch.setattr(turns, "HELD", 170)
    assert awaited(crowd()) == ["", "too_much_at_once", "", "", "too_much_at_once", ""]


def test_waiting_holds_no_thread(crowds: Crowds) -> None:
    crowd = crowds(Turns(1, patience=60))
    crowd.come("first.1")
    before = threading.active_count()
    for number in range(300):
        asyncio.run_coroutine_threadsafe(crowd.work(f"v{number}.1", f"10.0.{number // 250}.{number % 250}", None), crowd.loop)
        crowd.gates[f"v{number}.1"] = threading.Event()
        crowd.gates[f"v{number}.1"].set()
    until(lambda: len(crowd.places.waiting) == 300)
    assert threading.active_count() < before + 10, "300 wait, and none of them has a thread"
    assert tickets.report({"ticket": "v299.1"})["place"] == 300
    crowd.served("first.1")
    until(lambda: len(crowd.ended) == 301)
    assert set(crowd.ended.values()) == {"done"}


def test_who_has_left_waits_and_works_no_more(crowds: Crowds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "GLANCE", 0.02)
    monkeypatch.setattr(turns, "SELDOM", 0.02)
    gone = threading.Event()

    async def left() -> bool:
        return gone.is_set()

    crowd = crowds(Turns(1, patience=60))
    working, waiting = crowd.come("ann.1", left=left), crowd.come("bob.1", left=left)
    time.sleep(0.1)
    assert crowd.ended == {}
    gone.set()
    for each in (working, waiting):
        each.result(20)
    assert crowd.ended == {"ann.1": "cancelled", "bob.1": "cancelled"}
    assert crowd.began == ["ann.1"]


def test_a_request_without_a_ticket_is_taken_back_too(crowds: Crowds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "GLANCE", 0.02)

    async def left() -> bool:
        return True

    async def unwatched() -> None:
        with tickets.ticketed(None):
            await turns.work(endless, left)

    def endless() -> None:
        while True:
            time.sleep(0.01)
            progress.tell(1, 4)

    with pytest.raises(progress.Cancelled):
        awaited(unwatched())


def test_nobody_pushes_out_the_tickets_of_others(crowds: Crowds) -> None:
    crowd = crowds(Turns(1, patience=60))
    crowd.come("ann.1")
    for number in range(3 * tickets.KEPT):
        tickets.cancel({"ticket": f"made-up.{number}"})
    assert tickets.report({"ticket": "ann.1"})["state"] == "working"
    assert len(tickets._early) == tickets.KEPT
    crowd.served("ann.1")


@pytest.mark.parametrize("name", ["", 5, "x" * 81, ["a"]])
def test_a_ticket_is_a_short_text(name: object) -> None:
    with pytest.raises(UserError), tickets.ticketed(name):
        pass
    assert tickets.report({"ticket": name}) == tickets.report(None) == {"state": "gone"}
    assert tickets.cancel({"ticket": name}) == {}


def test_what_is_done_so_far_is_shown_to_who_has_not_seen_it(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[bytes] = []

    def draw() -> bytes:
        drawn.append(b"picture %d" % len(drawn))
        return drawn[-1]

    with tickets.ticketed("me.9"):
        assert "preview" not in tickets.report({"ticket": "me.9"})
        progress.show(draw)
        progress.show(draw)  # so soon after the first, nobody would see it
        assert len(drawn) == 1
        seen = tickets.report({"ticket": "me.9", "seen": 0})
        assert (seen["shown"], seen["preview"]) == (1, "data:image/jpeg;base64," + base64.b64encode(drawn[0]).decode())
        assert "preview" not in tickets.report({"ticket": "me.9", "seen": 1})
        monkeypatch.setattr(tickets, "SHOWN_EVERY", 0.0)
        progress.show(draw)
        assert tickets.report({"ticket": "me.9", "seen": 1})["shown"] == 2
    progress.show(draw)  # nobody watches
    assert len(drawn) == 2
