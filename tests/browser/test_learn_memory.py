"""A long run needs no more memory than a short one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page

from tests.browser.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STEPS = (10_000, 60_000)
PARTS = ("usedSize", "embedderHeapUsedSize", "backingStorageSize")
LONG = 900_000  # milliseconds


class Heaps:
    """Bytes in use in the page and in the worker that trains, after the garbage is gone."""

    def __init__(self, page: Page) -> None:
        self.page, self.control = page, page.context.new_cdp_session(page)
        self.worker, self.count = "", 0
        self.answers: dict[int, dict[str, Any]] = {}
        self.control.on("Target.attachedToTarget", self._attached)
        self.control.on("Target.receivedMessageFromTarget", self._answered)
        self.control.send("Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False})

    def _attached(self, event: dict[str, Any]) -> None:
        if event["targetInfo"]["url"].endswith("/parts/engine/worker.js"):
            self.worker = event["sessionId"]

    def _answered(self, event: dict[str, Any]) -> None:
        message = json.loads(event["message"])
        self.answers[message.get("id", 0)] = message

    def _ask_worker(self, method: str) -> dict[str, Any]:
        self.count += 1
        message = json.dumps({"id": self.count, "method": method})
        self.control.send("Target.sendMessageToTarget", {"sessionId": self.worker, "message": message})
        while self.count not in self.answers:
            self.page.wait_for_timeout(20)
        return dict(self.answers[self.count]["result"])

    def used(self) -> dict[str, float]:
        ask = {"page": self._ask_page, "worker": self._ask_worker}
        for each in ask.values():
            each("HeapProfiler.enable")
            each("HeapProfiler.collectGarbage")
        usage = {name: each("Runtime.getHeapUsage") for name, each in ask.items()}
        return {
            name: sum(each[part] for part in ("usedSize", "embedderHeapUsedSize", "backingStorageSize")) for name, each in usage.items()
        }

    def _ask_page(self, method: str) -> dict[str, Any]:
        control: CDPSession = self.control
        return dict(control.send(method))


def test_heaps_after_ten_and_sixty_thousand_steps_are_equal(watched: Watched) -> None:
    page = watched.visit("/how")
    heaps, seen = Heaps(page), []
    watched.go(page, "/learn#views=points-field-density-mesh-arrows-trails-best")
    for goal in STEPS:
        page.locator("#play").click()
        page.wait_for_function("goal => Number(document.querySelector('#when').value) >= goal", arg=goal, timeout=LONG)
        page.locator("#play").click()
        page.wait_for_timeout(500)
        seen.append(heaps.used())
    early, late = seen
    assert early["worker"] > 1e6
    for name in early:
        assert late[name] == pytest.approx(early[name], rel=0.1), (name, seen)
