"""What an order will need: it belongs to exactly these settings, and nobody waits for a measurement who does not want one."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ganapp.base.errors import UserError
from ganapp.jobs import process, visitor
from ganapp.jobs.requests import _estimates, _processes
from tests.jobs.requests.conftest import KEY, OTHER, TINY, ask, until, worked

COSTS = {"step": 0.5, "show": 2.0, "save": 1.0, "diagnosis": 3.0, "first": 7.0, "write": 0.25, "ready": 4.0}
MEASURED = {**COSTS, "pictures": 32.0, "total": 10.0, "processor": 15.0, "memory_mb": 300, "device": "cpu"}


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """No measurement of another test is remembered."""
    _estimates._known.clear()
    yield
    _estimates._known.clear()


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """answering(seconds=2): instead of a measurement or a look through pictures, a process that takes so long; the names of all started."""

    def prepared(seconds: float = 0.0) -> list[str]:
        started: list[str] = []

        def stand_in(module: str, _: Any) -> subprocess.Popen[str]:
            started.append(module)
            slow = seconds if module.endswith("estimate") else 0.0
            script = f"import time; time.sleep({slow}); print({json.dumps(json.dumps(MEASURED))})"
            return process.humble([sys.executable, "-c", script], {}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        monkeypatch.setattr(_processes, "_started", stand_in)
        return started

    return prepared


def order(steps: int = 1000, **settings: Any) -> dict[str, Any]:
    return {"recipe": "gan", "steps": steps, "every": 250, "previews": 100, "device": "cpu", "settings": {**TINY, **settings}}


def test_an_estimate_is_known_for_exactly_the_settings_it_was_measured_with(answering: Callable[..., list[str]]) -> None:
    started = answering()
    assert ask("train_estimate", order=order(), measure=False) == {"known": False, "waits": False}
    assert started == [], "nothing is measured unless somebody asks for it"
    assert ask("train_estimate", order=order())["known"] is True
    again = ask("train_estimate", order=order(), measure=False)
    assert (again["known"], again["step"]) == (True, 0.5)
    # 4 to get ready, 1,000 steps, sheets at 100, 200, 250, 300 ..., 4 checkpoints, a first diagnosis and 3 more, the result
    assert again["total"] == 4 + 1000 * 0.5 + 12 * 2 + 4 * 1 + 7 + 3 * 3 + 0.25
    assert again["processor"] == 1.5 * again["total"]
    later = ask("train_estimate", order={**order(2000), "seed": 7}, measure=False)
    assert later["total"] == 4 + 2000 * 0.5 + 24 * 2 + 8 * 1 + 7 + 7 * 3 + 0.25
    for other in (
        order(width=8),
        order(batch=32),
        order(size=64),
        order(data="fashion_mnist"),
        order(d_updates=2),
        order(diagnosed=100),
        {**order(), "device": ""},
        {**order(), "threads": 1},
    ):
        assert ask("train_estimate", order=other, measure=False)["known"] is False, other
    assert started == ["ganapp.training.run.estimate"]


def test_an_estimate_does_not_outlive_what_else_the_machine_does(
    answering: Callable[..., list[str]], quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering()
    ask("train_estimate", order=order())
    row = ask("train_start", order=worked(400, pace=0.05))["job"]
    assert ask("train_estimate", order=order(), measure=False)["known"] is False, "another run shares the machine now"
    ask("job_change", id=row["id"], action="stop")
    until(row["id"], lambda job: job["state"] == "stopped")
    assert ask("train_estimate", order=order(), measure=False)["known"] is True
    clock = time.monotonic() + _estimates.KEPT + 1
    monkeypatch.setattr(time, "monotonic", lambda: clock)
    assert ask("train_estimate", order=order(), measure=False)["known"] is False, "it is too old"


def test_pictures_do_not_wait_for_a_measurement_and_who_waits_is_told_so(answering: Callable[..., list[str]]) -> None:
    answering(seconds=60.0)
    one, other = (threading.Thread(target=asked, args=(key,)) for key in (KEY, OTHER))
    one.start()
    eventually(lambda: visitor.of(KEY).owner in _processes._running)
    other.start()
    eventually(lambda: _processes.waits(visitor.of(OTHER)))
    assert ask("train_estimate", key=OTHER, order=order(), measure=False) == {"known": False, "waits": True}
    assert ask("train_estimate", key=KEY, order=order(), measure=False) == {"known": False, "waits": False}
    begun = time.monotonic()
    assert _processes.run("ganapp.training.data.sets", [], 30.0, lambda: True) == MEASURED
    assert time.monotonic() - begun < 30, "the measurement goes on for a minute"
    process.end(_processes._running[visitor.of(KEY).owner])
    eventually(lambda: visitor.of(OTHER).owner in _processes._running)
    process.end(_processes._running[visitor.of(OTHER).owner])
    one.join(20)
    other.join(20)
    assert not _processes._newest, "who was refused is forgotten"
    assert not _processes._running


def asked(key: str) -> None:
    """A measurement that will be broken off."""
    with pytest.raises(UserError):
        ask("train_estimate", key=key, order=order())


def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)
