"""Who works, who is next, and how a request is watched and taken back."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from ganapp import progress
from ganapp.errors import UserError
from ganapp.ui import turns
from ganapp.ui.turns import Turns


def until(true: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 20
    while not (found := true()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


class Crowd:
    """Requests in threads of their own; each ends when it is let go."""

    def __init__(self, places: Turns) -> None:
        self.places, self.began, self.gates = places, [], {}  # type: ignore[var-annotated]
        self.ended: dict[str, str] = {}
        self.threads: list[threading.Thread] = []

    def come(self, name: str) -> None:
        self.gates[name] = threading.Event()
        thread = threading.Thread(target=self.work, args=(name,), daemon=True)
        self.threads.append(thread)
        before = len(self.places.waiting) + len(self.places.working)
        thread.start()
        until(lambda: len(self.places.waiting) + len(self.places.working) > before)

    def work(self, name: str) -> None:
        try:
            with turns.ticketed(name), self.places.turn():
                self.began.append(name)
                while not self.gates[name].wait(0.01):
                    progress.tell(1, 4)
            self.ended[name] = "done"
        except progress.Cancelled:
            self.ended[name] = "cancelled"
        except UserError as refusal:
            self.ended[name] = refusal.key


def test_visitors_take_turns_in_rounds() -> None:
    crowd = Crowd(Turns(1, patience=60))
    for name in ("ann.1", "ann.2", "ann.3", "bob.1", "cat.1"):
        crowd.come(name)
    until(lambda: turns.told({"ticket": "ann.3"}).get("place") == 4)
    places = {name: turns.told({"ticket": name})["place"] for name in ("bob.1", "cat.1", "ann.2", "ann.3")}
    assert places == {"bob.1": 1, "cat.1": 2, "ann.2": 3, "ann.3": 4}
    for name in ("ann.1", "bob.1", "cat.1", "ann.2", "ann.3"):
        until(lambda name=name: name in crowd.began)
        crowd.gates[name].set()
    for thread in crowd.threads:
        thread.join(20)
    assert crowd.began == ["ann.1", "bob.1", "cat.1", "ann.2", "ann.3"]
    assert turns.told({"ticket": "ann.1"}) == {"state": "gone"}


def test_progress_is_told_and_time_left_estimated() -> None:
    crowd = Crowd(Turns(1, patience=60))
    crowd.come("dan.1")
    report = until(lambda: (r := turns.told({"ticket": "dan.1"})).get("done") and r)
    assert (report["state"], report["done"], report["total"]) == ("working", 1, 4)
    assert report["seconds"] >= 0
    crowd.gates["dan.1"].set()
    crowd.threads[0].join(20)


def test_at_work_or_in_line_a_request_can_be_taken_back() -> None:
    crowd = Crowd(Turns(1, patience=60))
    crowd.come("eve.1")
    crowd.come("eve.2")
    started = time.monotonic()
    for name in ("eve.2", "eve.1"):
        turns.taken_back({"ticket": name})
        until(lambda name=name: crowd.ended.get(name) == "cancelled")
    assert time.monotonic() - started < 5
    assert crowd.places.waiting == crowd.places.working == []
    assert crowd.began == ["eve.1"]


def test_taken_back_before_it_came() -> None:
    turns.taken_back({"ticket": "fay.1"})
    assert turns.told({"ticket": "fay.1"}) == {"state": "gone"}
    with pytest.raises(progress.Cancelled), turns.ticketed("fay.1"):
        progress.go_on()


def test_who_waits_too_long_is_told() -> None:
    places = Turns(1, patience=0.02)
    with places.turn(), pytest.raises(UserError) as refused, places.turn():
        pass
    assert refused.value.key == "busy"
    assert places.waiting == []
    with places.turn():
        assert len(places.working) == 1


@pytest.mark.parametrize("name", ["", 5, "x" * 81, ["a"]])
def test_a_ticket_is_a_short_text(name: object) -> None:
    with pytest.raises(UserError), turns.ticketed(name):
        pass
    assert turns.told({"ticket": name}) == turns.told(None) == {"state": "gone"}
    assert turns.taken_back({"ticket": name}) == {}


def test_what_is_done_so_far_is_shown_to_who_has_not_seen_it(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[bytes] = []

    def draw() -> bytes:
        drawn.append(b"picture %d" % len(drawn))
        return drawn[-1]

    with turns.ticketed("me.9"):
        assert "preview" not in turns.told({"ticket": "me.9"})
        progress.show(draw)
        progress.show(draw)  # so soon after the first, nobody would see it
        assert len(drawn) == 1
        seen = turns.told({"ticket": "me.9", "seen": 0})
        assert (seen["shown"], seen["preview"]) == (1, "data:image/jpeg;base64," + base64.b64encode(drawn[0]).decode())
        assert "preview" not in turns.told({"ticket": "me.9", "seen": 1})
        monkeypatch.setattr(turns, "SHOWN_EVERY", 0.0)
        progress.show(draw)
        assert turns.told({"ticket": "me.9", "seen": 1})["shown"] == 2
    progress.show(draw)  # nobody watches
    assert len(drawn) == 2
