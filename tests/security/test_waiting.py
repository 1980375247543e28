"""Who waits holds nobody up: pages, digits, progress and cancel are answered while hundreds wait for the one place at heavy work."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import awaited
from tests.security.conftest import PROCEDURES, App, marks, noise, stripes

LATENCY = 0.2  # seconds, the median of a digit, on a machine that does nothing else
DIGITS = 9
SHARE = 0.3  # of the event loop's time
FASTAPIS = 40  # threads that FastAPI takes for a moment as a request arrives


def processor_seconds(app: App) -> dict[str, float]:
    """What each of the server's threads has computed."""
    tasks = Path(f"/proc/{app.process}/task").iterdir()
    ticks = {task.name: (task / "stat").read_text().rpartition(")")[2].split()[11:13] for task in tasks}
    return {name: sum(map(int, spent)) / os.sysconf("SC_CLK_TCK") for name, spent in ticks.items()}


async def busy(app: App, seconds: float = 2.0) -> float:
    """The share of the time in which any thread but those at work computes, as long as nobody sends anything: a repair computes in its own
    thread and with torch's on the other cores."""
    before, began = processor_seconds(app), time.monotonic()
    await asyncio.sleep(seconds)
    after = processor_seconds(app)
    spent = sorted(after[name] - before[name] for name in after.keys() & before.keys())
    return sum(spent[: -(os.cpu_count() or 1)]) / (time.monotonic() - began)


class Crowd:
    """Visitors who ask at the same time."""

    def __init__(self, app: App, client: httpx.AsyncClient) -> None:
        self.app, self.client = app, client

    async def ask(self, page: str, task: str, fields: dict[str, Any], at: str = "198.51.100.1", session: str = "s") -> dict[str, Any]:
        answer = await self.client.post(PROCEDURES, json=self.app.body(page, task, fields, session), headers={"X-Forwarded-For": at})
        assert answer.status_code == 200, answer.text[:300]
        return dict(answer.json())

    async def repair(self, ticket: str, side: int, at: str, session: str = "s") -> dict[str, Any]:
        fields = {"picture": noise(side), "mask": (stripes if side > 1000 else marks)(side), "model": "tinyrepair", "ticket": ticket}
        return await self.ask("repair", "repair", fields, at, session)

    async def state(self, ticket: str) -> str:
        return str((await self.ask("repair", "progress", {"ticket": ticket}))["state"])

    async def until(self, ticket: str, state: str) -> None:
        deadline = time.monotonic() + 120
        while await self.state(ticket) != state:
            assert time.monotonic() < deadline, f"{ticket} is not {state}"
            await asyncio.sleep(0.1)

    async def digit(self) -> float:
        """Median seconds of a digit."""
        spent = []
        for seed in range(DIGITS):
            began = time.perf_counter()
            answer = await self.ask("digits", "sample", {"model": "tiny", "digit": 3, "seed": seed}, "192.0.2.7")
            assert "picture" in answer
            spent.append(time.perf_counter() - began)
        return statistics.median(spent)


async def waiting(app: App, count: int) -> None:
    """`count` requests from as many addresses wait behind a long one; a digit takes no longer than before."""
    async with app.crowd() as client:
        crowd = Crowd(app, client)
        await crowd.digit()  # the model is loaded
        first = asyncio.create_task(crowd.repair("first.1", 1400, "203.0.113.1"))
        await crowd.until("first.1", "working")
        before, threads = await crowd.digit(), app.threads()
        others = [asyncio.create_task(crowd.repair(f"w{n}.1", 48, f"10.0.{n // 250}.{n % 250}", f"s{n % 50}")) for n in range(count)]
        await crowd.until(f"w{count - 1}.1", "waiting")
        assert await busy(app) < SHARE, "waiting costs the event loop too much"
        busy_machine = os.getloadavg()[0] > 2 * (os.cpu_count() or 1)  # there a digit is slow before anybody waits
        assert await crowd.digit() < (max(1.0, 4 * before) if busy_machine else max(LATENCY, 2 * before))
        assert app.threads() <= threads + FASTAPIS + 8
        assert await crowd.state("first.1") == "working"
        began = time.monotonic()
        for each in others:
            each.cancel()  # their pages are closed
        await crowd.ask("repair", "cancel", {"ticket": "first.1"})
        assert (await first) == {"cancelled": True}
        await asyncio.gather(*others, return_exceptions=True)
        await crowd.until(f"w{count - 1}.1", "gone")
        assert "picture" in await crowd.repair("after.1", 48, "203.0.113.2")
        assert time.monotonic() - began < 60


def test_sixty_who_wait_do_not_slow_a_digit(app: App) -> None:
    awaited(waiting(app, 60))


@pytest.mark.slow
def test_five_hundred_who_wait_do_not_slow_a_digit(app: App) -> None:
    awaited(waiting(app, 500))


async def refused(asked: list[asyncio.Task[dict[str, Any]]], count: int) -> None:
    """Waits until so many of those who asked have been told that the line is full, then a moment longer: no more are."""
    deadline = time.monotonic() + 60
    while sum(each.done() for each in asked) < count:
        assert time.monotonic() < deadline, "not so many are refused"
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)
    done = [each.result()["error"]["key"] for each in asked if each.done()]
    assert done == ["line_full"] * count


def test_one_address_has_a_few_places_and_the_next_is_told_at_once(app: App) -> None:
    async def play() -> None:
        async with app.crowd() as client:
            crowd = Crowd(app, client)
            first = asyncio.create_task(crowd.repair("one.1", 1400, "203.0.113.9"))
            await crowd.until("one.1", "working")
            more = [asyncio.create_task(crowd.repair(f"one.{n}", 48, "203.0.113.9")) for n in range(2, 9)]
            await refused(more, 4)  # before the others take the places of the address: 4 of a visitor, the first at work
            made_up = [asyncio.create_task(crowd.repair(f"key{n}.1", 48, "203.0.113.9")) for n in range(60)]
            await refused([*more, *made_up], 44)  # 24 of an address, the first at work
            waiting = [each for each in (*more, *made_up) if not each.done()]
            assert len(waiting) == 23
            assert sum(each in waiting for each in more) == 3, "those who waited keep their places"
            for each in waiting:
                each.cancel()
            await crowd.ask("repair", "cancel", {"ticket": "one.1"})
            await first

    awaited(play())
