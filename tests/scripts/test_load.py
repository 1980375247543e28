"""The load test itself: a few visitors for a moment, and that it finds what it looks for."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import numpy as np
import psutil
import pytest

from scripts.load import Found, Load, broken, rows, slope
from tests.conftest import awaited
from tests.security.conftest import App, app  # noqa: F401 - a fixture

HELD = [(second, 500.0, 40, 30, 5, 0, 2.0) for second in range(0, 300, 3)]


def found(**changes: Any) -> Found:
    made = Found({"digit": [0.05] * 100, "cancel": [0.1]}, looks=list(HELD))
    made.outcomes["digit", "answered"] += 100
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def test_a_few_visitors_are_served(app: App) -> None:  # noqa: F811
    server: Any = SimpleNamespace(
        address=app.address, components=app.components, process=psutil.Process(app.process), files=lambda folder: 3
    )

    async def play() -> Found:
        play = Load(server, 4)
        async with play.client:
            await asyncio.gather(*(play.digits(who) for who in range(3)), play.looking())
        return play.found

    served = awaited(play())
    assert served.errors() == []
    assert served.outcomes["digit", "answered"] >= 1
    assert served.looks[0][1] > 100, "megabytes"
    assert ("errors", "0") in rows(served)


def test_what_grows_is_told_from_what_wavers() -> None:
    chance = np.random.default_rng(0)
    wavers = [(float(second), 500 + 3 * chance.standard_normal()) for second in range(0, 600, 3)]
    grows = [(second, value + second / 60 * 5) for second, value in wavers]
    gain, error = slope(wavers, 1)
    assert abs(gain) < 3 * error
    gain, error = slope(grows, 1)
    assert gain == pytest.approx(5, abs=3 * error)
    assert error < 0.5


def test_each_bar_is_looked_at() -> None:
    assert broken(found()) == []
    assert broken(found(seconds={"digit": [0.05] * 90 + [0.5] * 10}))
    assert broken(found(seconds={"digit": [0.05], "cancel": [0.6]}))
    failed = found()
    failed.outcomes["repair", "internal"] += 1
    assert broken(failed)
    polite = found()
    polite.outcomes["repair", "busy"] += 1
    assert broken(polite) == []
    for column in (1, 3, 4, 5):
        assert broken(found(looks=[(*look[:column], look[column] + look[0] / 10, *look[column + 1 :]) for look in HELD])), column
